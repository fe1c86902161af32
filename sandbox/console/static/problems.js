// The error catalogue: by name, code or text, grouped by family.
import {get} from './api.js';
import {field, h} from './dom.js';
import {add, said, t} from './words.js';

add({
  find_problem: ['Find an error: name, code or text', '查找错误：名称、错误码或文字'],
  chosen_problem: ['Error', '错误'],
  problems: ['Errors', '错误'],
  from_catalogue: [
    'The catalogue says where an error can happen; elsewhere the rule changes nothing, and the request says so.',
    '错误目录写明了每个错误会出现在哪些接口；在其他接口上规则不起作用，请求里会注明。',
  ],
  no_problem: ['No error like that.', '没有这样的错误。'],
});

let known;

export async function problems() {
  known = known || (await get('/errors')).errors;
  return known;
}

export const matches = (row, text) => {
  const words = [row.name, row.cause, row.cause_zh, ...row.spellings.flatMap((one) => [one.code, one.text])];
  return words.some((word) => (word || '').toLowerCase().includes(text.toLowerCase()));
};

// Whether the platform answers it; the phone's dialogs are no answers.
const platforms = (row) => row.spellings.some((one) => one.dialect !== 'phone');

// What a row is on the wire, shortly: its codes by dialect.
export const spelled = (row) => [...new Set(row.spellings.map((one) => `${one.dialect} ${one.code || one.layer}`))].join(' · ');

// A search with a list below it; `values()` is the argument of the fault `fail`.
export function problemPicker(given = '') {
  const chosen = h('input', {value: given, required: true, spellcheck: 'false', autocomplete: 'off'});
  const search = h('input', {type: 'search', value: given, placeholder: t('find_problem'), 'aria-label': t('find_problem')});
  const list = h('div.picker', {role: 'radiogroup', 'aria-label': t('problems')});
  const draw = async () => {
    const rows = (await problems()).filter((row) => platforms(row) && (!search.value || matches(row, search.value)));
    list.replaceChildren(...[...grouped(rows)].flatMap(([family, some]) => [h('h3', {}, family), ...some.map(option)]));
    if (!rows.length) list.replaceChildren(h('p.empty', {}, t('no_problem')));
  };
  const option = (row) => h('label.option', {},
    h('input', {type: 'radio', name: 'problem', checked: row.name === chosen.value, onchange: () => { chosen.value = row.name; }}),
    h('span', {}, h('b', {}, row.name), ' ', said(row, 'cause'), h('small', {}, spelled(row))));
  search.addEventListener('input', draw);
  draw();
  return {
    element: h('div.fields', {}, field(t('chosen_problem'), chosen, t('from_catalogue')), search, list),
    values: () => ({problem: chosen.value}),
  };
}

function grouped(rows) {
  const families = new Map();
  for (const row of rows) families.set(row.family, [...(families.get(row.family) || []), row]);
  return families;
}
