// Faults: the rules in force, and a form for one more.
import {drop, get, post} from '../api.js';
import {button, field, fill, h, select, table, toast} from '../dom.js';
import {FaultForm, vocabulary} from '../faultform.js';
import {add, said, t} from '../words.js';

add({
  faults: ['Faults', '故障'],
  in_force: ['Rules in force', '当前规则'],
  no_rule: ['No rule: nothing goes wrong by itself.', '没有规则：一切正常。'],
  add_rule: ['Add a rule', '添加规则'],
  drop_rule: ['Drop', '删除'],
  drop_all: ['Drop all', '全部删除'],
  rule_moment: ['When', '时机'],
  rule_only: ['Only where', '条件'],
  rule_do: ['What happens', '故障'],
  rule_times: ['How often', '次数'],
  rule_times_hint: ['blank: always', '留空：不限'],
  rule_after: ['After matches', '先放过'],
  rule_after_hint: ['this many pass by first', '前几次匹配不触发'],
  rule_chance: ['Chance', '概率'],
  rule_chance_hint: ['from 0 to 1', '0 到 1'],
  rule_name: ['Name', '名称'],
  rule_name_hint: ['to know it again; may be blank', '便于辨认，可留空'],
  rule_counts: ['Fired / matched', '触发 / 匹配'],
  rule_added: ['Rule {id} is in force', '规则 {id} 已生效'],
  rule_tag: ['Add a condition', '添加条件'],
  always: ['always', '不限'],
  rule_by_name: ['Only where a request asks for it by this name', '只在请求点名时生效'],
});

// `rest` may be a fault to begin with: fail/SYSTEM_ERROR.
async function show(root, rest, frame) {
  const known = await vocabulary();
  const list = h('section', {'aria-label': t('in_force')});
  const draw = async () => fill(list, inForce((await get('/rules')).rules, draw));
  fill(root, h('div.split.wide', {}, list, form(known, rest.split('/'), draw)));
  await draw();
  let waiting = 0;
  const deaf = frame.listen(() => {
    waiting = waiting || setTimeout(() => { waiting = 0; draw().catch(() => {}); }, 400);
  });
  return () => { deaf(); clearTimeout(waiting); };
}

function inForce(rules, drawn) {
  const gone = async (args) => { await drop('/rules', args); await drawn(); };
  return [
    h('header.title', {}, h('h2', {}, t('in_force')),
      rules.length ? h('p.actions', {}, button(t('drop_all'), () => gone({}), {danger: true})) : null),
    table(['#', t('rule_moment'), t('rule_do'), t('rule_only'), t('rule_counts'), ''], rules.map((rule) => [
      String(rule.id),
      h('code', {}, rule.when),
      [h('code', {}, written(rule.do)), rule.name ? h('small', {}, ` ${rule.name}${rule.by_name ? ' *' : ''}`) : null],
      pairs(rule.only),
      `${rule.fired}${rule.times === null ? '' : `/${rule.times}`} · ${rule.seen}${quota(rule)}`,
      button(t('drop_rule'), () => gone({id: rule.id}), {quiet: true, 'aria-label': `${t('drop_rule')} ${rule.id}`}),
    ]), {caption: t('in_force'), empty: t('no_rule')}),
  ];
}

const written = (fault) => Object.entries(fault).map(([name, given]) => {
  const arguments_ = Object.entries(given || {}).map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`);
  return `${name}(${arguments_.join(', ')})`;
}).join();

const pairs = (only) => Object.entries(only).map(([tag, value]) => `${tag}=${value}`).join(', ') || t('always');

const quota = ({after, chance}) => [
  after ? ` · ${t('rule_after')} ${after}` : '', chance < 1 ? ` · ${t('rule_chance')} ${chance}` : '',
].join('');

function form(known, [wanted, problem], drawn) {
  const when = select(known.moments.map((one) => [one.name, `${one.name} · ${said(one, 'about')}`]),
    wanted === 'fail' ? 'request.verified' : 'notify.due');
  const fault = new FaultForm(known, t('rule_do'));
  fault.offer([when.value], {name: wanted, problem});
  when.addEventListener('change', () => fault.offer([when.value]));
  const only = conditions(known.tags);
  const times = h('input', {type: 'number', min: '0', value: wanted ? '1' : ''});
  const after = h('input', {type: 'number', min: '0', value: '0'});
  const chance = h('input', {type: 'number', min: '0', max: '1', step: '0.05', value: '1'});
  const name = h('input', {autocomplete: 'off'});
  const byName = h('input', {type: 'checkbox'});
  const put = async () => {
    const rule = await post('/rules', {
      when: when.value, do: fault.do_(), only: only.value(), name: name.value, by_name: byName.checked,
      after: Number(after.value), chance: Number(chance.value), ...(times.value === '' ? {} : {times: Number(times.value)}),
    });
    toast(t('rule_added', {id: rule.id}));
    await drawn();
  };
  return h('section.card', {'aria-label': t('add_rule')}, h('h2', {}, t('add_rule')),
    field(t('rule_moment'), when),
    h('div.field', {}, h('span', {}, t('rule_do')), fault.element),
    only.element,
    h('div.inline', {},
      field(t('rule_times'), times, t('rule_times_hint')), field(t('rule_after'), after, t('rule_after_hint')),
      field(t('rule_chance'), chance, t('rule_chance_hint')), field(t('rule_name'), name, t('rule_name_hint'))),
    h('label.check', {}, byName, t('rule_by_name')),
    h('p.actions', {}, button(t('add_rule'), put)));
}

// Pairs of a tag and the value that it must have.
function conditions(tags) {
  const lines = h('div.fields', {});
  const value = () => Object.fromEntries([...lines.children]
    .map((line) => [line.querySelector('select').value, line.querySelector('input').value])
    .filter(([, text]) => text !== ''));
  const add_ = () => lines.append(h('div.inline', {},
    select(tags, tags[lines.children.length % tags.length], {'aria-label': t('rule_only')}),
    h('input', {'aria-label': t('rule_only'), spellcheck: 'false'})));
  add_();
  return {
    element: h('div.field', {}, h('span', {}, t('rule_only')), lines, h('p.actions', {}, button(t('rule_tag'), add_, {quiet: true}))),
    value,
  };
}

export const faults = {name: 'faults', key: 'f', title: () => t('faults'), show};
