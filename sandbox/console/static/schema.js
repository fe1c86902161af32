// Forms from the schemas that the server gives: what it takes is what is asked for, without a list kept here.
import {get} from './api.js';
import {button, field, h, select, toast} from './dom.js';
import {add, t} from './words.js';

add({
  one_per_line: ['one a line', '每行一个'],
  pairs_per_line: ['name = value, one a line', '每行一个：名称 = 值'],
  as_default: ['(default)', '（默认）'],
  save: ['Save', '保存'],
  saved: ['Saved', '已保存'],
  unchanged: ['Nothing has changed', '没有改动'],
});

let document_;

const described = async () => { document_ = document_ || await get('/openapi.json'); };

// Everything that has a name in the control API.
export async function schemasOf() {
  await described();
  return document_.components.schemas;
}

// The arguments of a call, as {schemas, properties, required}.
export async function argumentsOf(method, path) {
  await described();
  const operation = document_.paths[`/_sandbox${path}`][method.toLowerCase()];
  return {required: [], ...operation.requestBody.content['application/json'].schema, schemas: document_.components.schemas};
}

// Inputs for the properties of an object's schema; `element` is their box, `values()` what they say, `changes()` only
// what differs from `given`. `choices` offers values by name, `hint(name)` says more about one.
export class SchemaForm {
  constructor({properties, required = [], schemas = {}}, given = {}, {choices = {}, hint = () => '', names} = {}) {
    this.given = given;
    this.inputs = (names || Object.keys(properties)).map((name) => {
      const schema = resolved(properties[name], schemas);
      const value = name in given ? given[name] : schema.default;
      return {name, ...inputFor(schema, value, {name, choices: choices[name], required: required.includes(name)})};
    });
    this.element = h('div.fields', {}, this.inputs.map(({name, element, note, many}) => {
      const more = [note, hint(name)].filter(Boolean).join(' · ');
      return many ? h('fieldset.field', {}, h('legend', {}, name), element, h('small', {}, more)) : field(name, element, more);
    }));
  }

  values() {
    const said = this.inputs.map(({name, read}) => [name, read()]).filter(([, value]) => value !== undefined);
    return Object.fromEntries(said);
  }

  changes() {
    const told = (value) => JSON.stringify(value ?? null);
    const changed = ([name, value]) => told(value) !== told(this.given[name]);
    return Object.fromEntries(Object.entries(this.values()).filter(changed));
  }
}

// A card with a form; `save(changes)` is called with what differs.
export function editor(title, form, save) {
  return h('section.card', {'aria-label': title}, h('h2', {}, title), form.element, h('p.actions', {}, button(t('save'), async () => {
    const changes = form.changes();
    if (!Object.keys(changes).length) { toast(t('unchanged')); return; }
    await save(changes);
    toast(t('saved'));
  })));
}

// A schema with its reference followed, and null apart: {…, nullable}.
function resolved(schema, schemas) {
  if (schema.$ref) return resolved({...schemas[schema.$ref.split('/').pop()], ...schema, $ref: undefined}, schemas);
  if (!schema.anyOf) return schema;
  const some = schema.anyOf.map((one) => resolved(one, schemas));
  const left = some.filter((one) => one.type !== 'null');
  const nullable = left.length < some.length;
  if (left.length === 1) return {...schema, ...left[0], default: schema.default, nullable};
  return {...schema, nullable, words: left.flatMap((one) => one.enum || []), numeric: left.some(isNumber)};
}

const isNumber = (schema) => ['integer', 'number'].includes(schema.type);

function inputFor(schema, value, {name, choices, required}) {
  const {type, nullable} = schema;
  if (choices || schema.items?.enum) return manyOf(choices || schema.items.enum, value || []);
  if (type === 'array') return lines(value || [], isNumber(schema.items || {}) ? Number : String, nullable);
  if (type === 'object') return pairs(value || {});
  if (type === 'boolean') {
    const box = h('input', {type: 'checkbox', checked: Boolean(value)});
    return {element: box, read: () => box.checked};
  }
  if (schema.enum) {
    const blank = required ? [] : [['', t('as_default')]];
    const box = select([...(value === undefined ? blank : []), ...schema.enum], value ?? '');
    return {element: box, read: () => schema.enum.find((one) => String(one) === box.value)};
  }
  return line(schema, value, name);
}

function line(schema, value, name) {
  const number = isNumber(schema);
  const box = h('input', {
    type: number ? 'number' : 'text', name, value: value ?? '', placeholder: (schema.words || []).join(' · '),
    autocomplete: 'off', spellcheck: 'false',
    ...(number ? {min: String(schema.minimum ?? ''), max: String(schema.maximum ?? ''), step: 'any'} : {}),
  });
  const numeric = (text) => (number || schema.numeric) && text.trim() !== '' && Number.isFinite(Number(text));
  const read = () => {
    if (box.value === '' && schema.nullable) return null;
    if (box.value === '' && (number || value === undefined)) return undefined;
    return numeric(box.value) ? Number(box.value) : box.value;
  };
  return {element: box, read};
}

function lines(value, kind, nullable) {
  const box = h('textarea', {rows: String(Math.min(6, Math.max(2, value.length))), spellcheck: 'false', value: value.join('\n')});
  const said = () => box.value.split('\n').map((one) => one.trim()).filter(Boolean).map(kind);
  return {element: box, note: t('one_per_line'), read: () => (nullable && !said().length ? null : said())};
}

function pairs(value) {
  const text = Object.entries(value).map(([name, one]) => `${name} = ${one}`).join('\n');
  const box = h('textarea', {rows: '2', spellcheck: 'false', value: text});
  const read = () => Object.fromEntries(box.value.split('\n').filter((one) => one.trim()).map((one) => {
    const [name, ...rest] = one.split('=');
    return [name.trim(), rest.join('=').trim()];
  }));
  return {element: box, note: t('pairs_per_line'), read};
}

function manyOf(options, value) {
  const boxes = options.map((one) => [one, h('input', {type: 'checkbox', checked: value.includes(one)})]);
  return {
    many: true,
    element: h('span.many', {}, boxes.map(([one, box]) => h('label.check', {}, box, one))),
    read: () => boxes.filter(([, box]) => box.checked).map(([one]) => one).sort(),
  };
}
