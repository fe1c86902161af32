// Catalogue: every endpoint with its fields and errors, every error with its spellings, and the ledger's other rules.
import {get, post} from '../api.js';
import {dialog} from '../dialog.js';
import {button, facts, field, fill, h, outside, select, table, tabs, toast} from '../dom.js';
import {matches, problems, spelled} from '../problems.js';
import {Rows} from '../rows.js';
import {add, said, t} from '../words.js';

add({
  catalogue: ['Catalogue', '目录'],
  endpoints: ['Endpoints', '接口'],
  ledger: ['Rules', '行为规则'],
  find_endpoint: ['Find an endpoint: name, path, title', '查找接口：名称、路径、标题'],
  find_rule: ['Find a rule', '查找规则'],
  choose_endpoint: ['Choose an endpoint to see what it takes and how it refuses.', '选择接口，查看参数和可能的错误。'],
  choose_problem: ['Choose an error to see its cause, its remedy, and where it happens.', '选择错误，查看原因、解决办法和出现的接口。'],
  source_page: ['Source', '来源'],
  needs_certificate: ['Client certificate', '客户端证书'],
  is_required: ['required', '必填'],
  parameters: ['Fields', '参数'],
  no_parameters: ['No fields of its own.', '没有自己的参数。'],
  parameter: ['Field', '参数'],
  kind_of: ['Is', '类型'],
  limits: ['Limits', '限制'],
  title_of: ['Title', '名称'],
  stands_in: ['In', '位置'],
  sample: ['Sample', '示例'],
  may_raise: ['Errors it may answer with', '可能返回的错误'],
  besides: ['besides those of its dialect (signature, envelope, rate limits)', '另有所属接口规范的通用错误（签名、报文、频率）'],
  code_of: ['Code', '错误码'],
  text_of: ['Text', '文字'],
  confidence: ['Confidence', '可信度'],
  cause: ['Cause', '原因'],
  fix: ['Remedy', '解决办法'],
  retryable: ['May be tried again', '可重试'],
  yes: ['yes', '是'],
  spelled_as: ['How the platform says it', '平台的说法'],
  said_in: ['Where', '场合'],
  by_rule_only: ['only by rule', '仅由规则触发'],
  declared_by: ['Endpoints that answer it', '会返回它的接口'],
  no_declarer: ['None declares it: it belongs to a dialect, a door or the phone.', '没有接口单独声明：属于通用错误、入口或手机。'],
  make_it_happen: ['Make it happen…', '让它发生…'],
  at_endpoint: ['At', '接口'],
  any_endpoint: ['any endpoint', '任意接口'],
  how_often: ['How often', '次数'],
  see_rules: ['Rule {id} is in force: the next call meets it', '规则 {id} 已生效：下一次调用就会遇到'],
  rule_id: ['Rule', '规则'],
  what_holds: ['What', '内容'],
  changed_by: ['Setting', '设置'],
  bytes: ['{n} bytes', '{n} 字节'],
  bytes_from: ['{n} to ', '{n} 至 '],
  sensitive_field: ['encrypted', '加密'],
});

const KINDS = {text: 'string', integer: 'int', flag: 'bool', part: 'object', parts: 'array'};
let listed;

const TABS = ['endpoints', 'errors', 'rules'];
const wanted = {endpoints: '', errors: ''}; // what is searched for, while one looks at other pages

async function show(root, rest, frame) {
  const [tab = '', ...name] = rest.split('/');
  const place = TABS.includes(tab) ? tab : 'endpoints';
  listed = listed || (await get('/endpoints')).endpoints;
  const rows = await problems();
  const heads = [['catalogue/endpoints', t('endpoints')], ['catalogue/errors', t('problems')], ['catalogue/rules', t('ledger')]];
  const body = h('div', {});
  fill(root, tabs(t('catalogue'), heads, `catalogue/${place}`), body);
  if (place === 'rules') return ledger(body);
  const kinds = {
    endpoints: {
      items: listed, label: t('endpoints'), find: t('find_endpoint'), hint: t('choose_endpoint'), cells: endpointCells,
      detail: (one) => endpoint(one, rows),
      fits: (one, text) => `${one.name} ${one.path} ${one.title}`.toLowerCase().includes(text.toLowerCase()),
    },
    errors: {
      items: rows, label: t('problems'), find: t('find_problem'), hint: t('choose_problem'), cells: problemCells,
      detail: problem, fits: matches,
    },
  };
  return browser(body, frame, place, name.join('/'), kinds[place]);
}

function browser(body, frame, place, first, {items, label, find, hint, cells, detail, fits}) {
  const search = h('input', {type: 'search', value: wanted[place], placeholder: find, 'aria-label': find});
  const list = new Rows({
    height: 46, kind: 'catalogue', key: (one) => one.name, label, render: cells,
    chosen: (one) => frame.go(`catalogue/${place}/${one.name}`),
  });
  const shown = h('section.detail', {'aria-label': label});
  const draw = () => {
    wanted[place] = search.value;
    list.set(items.filter((one) => !search.value || fits(one, search.value)));
  };
  const open = (name) => {
    const one = items.find((each) => each.name === name);
    list.select(name);
    fill(shown, one ? detail(one) : h('p.empty', {}, hint));
  };
  search.addEventListener('input', draw);
  fill(body, h('div.split', {},
    h('section.list', {}, h('form.filters', {onsubmit: (event) => event.preventDefault()}, search), list.element), shown));
  draw();
  open(first);
  const at = list.items.findIndex((one) => one.name === first);
  if (at >= 0) list.reveal(at);
  frame.turns((rest) => {
    const [tab, ...name] = rest.split('/');
    if (tab === place) open(name.join('/'));
    return tab === place;
  });
  return () => list.close();
}

const endpointCells = (one) => [
  h('span.badge.plain', {}, one.method),
  h('span.what', {}, h('b', {}, one.title || one.name), h('small', {}, `${one.dialect} · ${one.path}`)),
];

const problemCells = (row) => [
  h('span.badge.plain', {}, row.family.slice(0, 6)),
  h('span.what', {}, h('b', {}, row.name), h('small', {}, said(row, 'cause'))),
];

function endpoint(one, rows) {
  const raised = one.raises.map((name) => rows.find((row) => row.name === name)).filter(Boolean);
  return [
    h('header.title', {}, h('h2', {}, `${one.method} ${one.path}`), h('p.meta', {}, `${one.name} · ${one.title}`)),
    facts([[t('source_page'), one.source && outside(one.source)], [t('needs_certificate'), one.needs_certificate ? t('yes') : '']]),
    h('h3', {}, t('parameters')),
    table([t('parameter'), t('title_of'), t('kind_of'), t('limits'), t('stands_in'), t('sample')], one.fields.map((each) => [
      [h('code', {}, each.name), each.required ? h('small', {}, ` ${t('is_required')}`) : null],
      each.title, KINDS[each.kind], limits(each), each.where, each.sample,
    ]), {caption: t('parameters'), empty: t('no_parameters')}),
    h('h3', {}, t('may_raise'), ' ', h('small', {}, t('besides'))),
    table([t('chosen_problem'), t('code_of'), t('text_of'), t('confidence')], raised.flatMap((row) => spoken(row, one).map((how) => [
      h('a', {href: `#/catalogue/errors/${row.name}`}, row.name), how.code || '', how.text, sure(how),
    ])), {caption: t('may_raise'), empty: t('nothing')}),
  ];
}

// How a row is said at an endpoint: the most particular spelling of each generation.
function spoken(row, {dialect, name}) {
  const fits = ({endpoint: at}) => at === '' || at === name || name.startsWith(`${at}.`);
  const found = row.spellings.filter((one) => one.dialect === dialect && fits(one) && one.generation !== 'legacy');
  const particular = found.filter((one) => one.endpoint);
  return (particular.length ? particular : found).slice(0, 2);
}

function limits({limit, least, minimum, maximum, pattern, sensitive}) {
  return [
    minimum === null ? '' : `≥ ${minimum}`, maximum === null ? '' : `≤ ${maximum}`,
    limit === null ? '' : `${least === null ? '' : t('bytes_from', {n: least})}${t('bytes', {n: limit})}`, pattern,
    sensitive ? t('sensitive_field') : '',
  ].filter(Boolean).join(' · ');
}

const sure = (how) => [h('span.badge.plain', {}, how.confidence), ' ', how.source ? outside(how.source, t('source_page')) : null,
  how.only_by_rule ? h('small', {}, ` ${t('by_rule_only')}`) : null];

function problem(row) {
  const declared = listed.filter((one) => one.raises.includes(row.name));
  const able = row.spellings.some((one) => one.dialect !== 'phone');
  return [
    h('header.title', {}, h('h2', {}, row.name), h('p.meta', {}, `${row.family} · ${spelled(row)}`),
      able ? h('p.actions', {}, button(t('make_it_happen'), () => happen(row, declared))) : null),
    facts([[t('cause'), said(row, 'cause')], [t('fix'), said(row, 'fix')], [t('retryable'), row.retryable ? t('yes') : '']]),
    h('h3', {}, t('spelled_as')),
    table([t('said_in'), t('code_of'), 'HTTP', t('text_of'), t('confidence')], row.spellings.map((how) => [
      [how.dialect, how.layer, how.endpoint, how.generation].filter(Boolean).join(' · '), how.code, String(how.status), how.text, sure(how),
    ]), {caption: t('spelled_as')}),
    h('h3', {}, t('declared_by')),
    declared.length
      ? h('ul.plain', {}, declared.map((one) => h('li', {}, h('a', {href: `#/catalogue/endpoints/${one.name}`}, one.name), ` ${one.title}`)))
      : h('p.empty', {}, t('no_declarer')),
  ];
}

function happen(row, declared) {
  const where = select([...declared.map((one) => [one.name, `${one.name} · ${one.title}`]), ['', t('any_endpoint')]], declared[0]?.name || '');
  const times = h('input', {type: 'number', min: '1', value: '1'});
  const box = dialog(`${t('make_it_happen')} ${row.name}`,
    field(t('at_endpoint'), where), field(t('how_often'), times),
    h('p.actions', {}, button(t('add_rule'), async () => {
      const rule = await post('/rules', {
        when: 'request.verified', do: {fail: {problem: row.name}}, times: Number(times.value) || 1, name: row.name,
        only: where.value ? {endpoint: where.value} : {},
      });
      toast(t('see_rules', {id: rule.id}));
      box.close();
    })));
}

async function ledger(body) {
  const {fidelity} = await get('/fidelity');
  const search = h('input', {type: 'search', placeholder: t('find_rule'), 'aria-label': t('find_rule')});
  const found = h('div', {});
  const draw = () => {
    const kept = fidelity.filter((rule) => JSON.stringify(rule).toLowerCase().includes(search.value.toLowerCase()));
    fill(found, table([t('rule_id'), t('what_holds'), t('confidence'), t('changed_by')], kept.map((rule) => [
      h('code', {}, rule.id), said(rule, 'what'), sure(rule),
      rule.settings.map((name) => h('div', {}, h('a', {href: `#/merchant/settings/${name}`}, name))),
    ]), {caption: t('ledger'), empty: t('nothing')}));
  };
  search.addEventListener('input', draw);
  fill(body, h('form.filters', {onsubmit: (event) => event.preventDefault()}, search), found);
  draw();
}

export const catalogue = {name: 'catalogue', key: 'e', title: () => t('catalogue'), show};
