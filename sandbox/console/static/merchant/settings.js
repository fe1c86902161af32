// The tenant's settings: where the platform has more than one face, one is chosen here.
import {get, patch} from '../api.js';
import {fill, h} from '../dom.js';
import {SchemaForm, editor, schemasOf} from '../schema.js';
import {add, said, t} from '../words.js';

add({
  tab_settings: ['Settings', '设置'],
  settings_note: [
    'The default is what a merchant meets today. Spans of time are seconds. In force at once.',
    '默认值即商户今天会遇到的行为。时间单位为秒。立即生效。',
  ],
  default_is: ['default {value}', '默认 {value}'],
});

export async function settings(body, wanted) {
  const [now, schemas, {fidelity}] = await Promise.all([get('/settings'), schemasOf(), get('/fidelity')]);
  const groups = Object.entries(schemas.TenantSettings.properties);
  fill(body, h('p', {}, t('settings_note'), ' ', h('a', {href: '#/docs/settings'}, t('docs'))),
    h('div.masonry', {}, groups.map(([name, {$ref}]) => {
      const {properties} = schemas[$ref.split('/').pop()];
      const hint = (one) => [
        t('default_is', {value: JSON.stringify(properties[one].default)}),
        ...fidelity.filter((rule) => rule.settings.includes(`${name}.${one}`)).map((rule) => said(rule, 'what')),
      ].join(' · ');
      const form = new SchemaForm({properties, schemas}, now[name], {hint});
      return editor(name, form, async (changes) => { await patch('/settings', {[name]: changes}); await settings(body, `${name}.`); });
    })));
  const group = wanted.split('.')[0];
  if (group) body.querySelector(`section[aria-label="${CSS.escape(group)}"]`)?.scrollIntoView();
}
