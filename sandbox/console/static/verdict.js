// Why a signature is wrong, or a request refused: the mistake, its remedy, the rule, what was signed.
import {codeBlock, facts, h, table} from './dom.js';
import {add, said, t} from './words.js';

add({
  verdict: ['Why', '原因'],
  pending: ['combinations of two mistakes are being tried…', '正在尝试两个错误的组合…'],
  what_to_do: ['What to do', '如何改正'],
  came: ['Came', '收到'],
  expected: ['Expected', '应为'],
  string_to_sign: ['What we signed', '签名原文'],
  nearest: ['Against the last message that was right', '与上一条正确的报文对比'],
  field: ['Field', '字段'],
  the_rule: ['The rule', '相关规则'],
});

export function why(diagnosis) {
  return h('section.verdict', {'aria-label': t('verdict')},
    h('h3', {}, t('verdict'), ' ', h('code', {}, diagnosis.code)),
    h('p.summary', {}, said(diagnosis, 'summary')),
    diagnosis.pending ? h('p.pending', {}, t('pending')) : null,
    said(diagnosis, 'fix') ? h('p.fix', {}, h('b', {}, `${t('what_to_do')}: `), said(diagnosis, 'fix')) : null,
    diagnosis.docs ? h('p', {}, h('a', {href: docsPlace(diagnosis.docs)}, t('the_rule'))) : null,
    facts([[t('field'), diagnosis.field], [t('came'), diagnosis.came], [t('expected'), diagnosis.expected]]),
    diagnosis.nearest.length
      ? table([t('nearest'), t('came'), t('expected')], diagnosis.nearest.map((one) => [one.field, one.came, one.good]))
      : null,
    diagnosis.string_to_sign
      ? h('details', {open: true}, h('summary', {}, t('string_to_sign')), codeBlock(diagnosis.string_to_sign, t('string_to_sign')))
      : null);
}

// docs/diagnoses.md#sign_other_key, as a place in the console.
export function docsPlace(docs) {
  const [, name, anchor = ''] = docs.match(/^docs\/([\w-]+)\.md(?:#(.*))?$/) || [];
  return name ? `#/docs/${name}${anchor && `/${anchor}`}` : '#/docs';
}
