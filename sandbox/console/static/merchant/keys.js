// A merchant's keys: hidden until somebody wants to see them; reset, with the delay counted down in the tenant's time.
import {get, post} from '../api.js';
import {button, facts, field, fill, h, toast} from '../dom.js';
import {instant, span} from '../format.js';
import {copied, download} from '../message.js';
import {add, t} from '../words.js';

add({
  keys_of: ['Keys', '密钥'],
  show_keys: ['Show the keys', '显示密钥'],
  hide_keys: ['Hide', '隐藏'],
  v2_key: ['API v2 key', 'APIv2 密钥'],
  v2_next: ['API v2 key to come', '待生效的 APIv2 密钥'],
  v3_key: ['APIv3 key', 'APIv3 密钥'],
  own_serial: ['API certificate, serial number', 'API 证书序列号'],
  own_certificate: ['apiclient_cert.pem', 'apiclient_cert.pem'],
  own_p12: ['apiclient_cert.p12 (password: mchid)', 'apiclient_cert.p12（密码为商户号）'],
  own_key: ['apiclient_key.pem', 'apiclient_key.pem'],
  pub_key_id: ['Public key ID of the platform', '平台公钥 ID'],
  pub_key: ['pub_key.pem', 'pub_key.pem'],
  new_key: ['New key', '新密钥'],
  new_key_hint: ['32 letters and digits; blank: one is drawn', '32 位字母和数字；留空则随机生成'],
  reset_v2: ['Reset the API v2 key', '重置 APIv2 密钥'],
  reset_v2_note: ['It counts after keys.v2_delay; until then the old one signs and verifies.', '经过 keys.v2_delay 后生效，此前仍用旧密钥。'],
  reset_v3: ['Reset the APIv3 key', '重置 APIv3 密钥'],
  reset_v3_note: ['It counts at once: the next notification is encrypted with it.', '立即生效：之后的通知即用新密钥加密。'],
  v2_pending: ['A new API v2 key counts in {span}, at {when}', '新的 APIv2 密钥将在 {span} 后（{when}）生效'],
  v2_counts_now: ['The new API v2 key counts now', '新的 APIv2 密钥已生效'],
});

export async function keys(merchant, anew) {
  const shown = h('div', {});
  const countdown = h('p.note', {hidden: true});
  const tick = async () => {
    const until = merchant.api_key_pending_until;
    if (!until) return;
    const {now} = await get('/clock');
    countdown.hidden = false;
    countdown.textContent = until > now
      ? t('v2_pending', {span: span(until - now), when: instant(until)}) : t('v2_counts_now');
  };
  await tick();
  const ticking = merchant.api_key_pending_until ? setInterval(() => tick().catch(() => {}), 1000) : 0;
  const reveal = async () => {
    if (shown.childElementCount) { fill(shown); toggle.textContent = t('show_keys'); return; }
    fill(shown, revealed(await get(`/merchants/${merchant.mchid}/credentials`)));
    toggle.textContent = t('hide_keys');
  };
  const toggle = button(t('show_keys'), reveal, {quiet: true});
  const v2 = h('input', {pattern: '[0-9A-Za-z]{32}', autocomplete: 'off', spellcheck: 'false'});
  const v3 = h('input', {pattern: '[0-9A-Za-z]{32}', autocomplete: 'off', spellcheck: 'false'});
  const reset = async (path, args, when) => {
    const made = await post(`/merchants/${merchant.mchid}/${path}`, args);
    toast(when(made));
    await anew();
  };
  const element = h('section.card', {'aria-label': t('keys_of')}, h('h2', {}, t('keys_of')), countdown,
    h('p.actions', {}, toggle), shown,
    h('details', {}, h('summary', {}, t('reset_v2')), h('p', {}, t('reset_v2_note')), field(t('new_key'), v2, t('new_key_hint')),
      button(t('reset_v2'), () => reset('keys', given('api_key', v2), (made) => instant(made.effective_at)), {danger: true})),
    h('details', {}, h('summary', {}, t('reset_v3')), h('p', {}, t('reset_v3_note')), field(t('new_key'), v3, t('new_key_hint')),
      button(t('reset_v3'), () => reset('apiv3-key', given('apiv3_key', v3), () => t('done')), {danger: true})));
  return {element, close: () => clearInterval(ticking)};
}

const given = (name, input) => (input.value ? {[name]: input.value} : {});

function revealed(all) {
  const secret = (text) => h('span.secret', {}, h('code', {}, text), ' ', button(t('copy'), () => copied(text), {quiet: true}));
  const file = (name, text) => button(name, () => download(name, text), {quiet: true});
  return facts([
    [t('v2_key'), secret(all.api_key)],
    [t('v2_next'), all.pending_api_key && secret(all.pending_api_key)],
    [t('v3_key'), secret(all.apiv3_key)],
    [t('own_serial'), secret(all.serial_no)],
    [t('own_certificate'), file('apiclient_cert.pem', all.cert_pem)],
    [t('own_p12'), file('apiclient_cert.p12', Uint8Array.from(atob(all.p12), (letter) => letter.charCodeAt(0)))],
    [t('own_key'), file('apiclient_key.pem', all.key_pem)],
    [t('pub_key_id'), secret(all.pub_key_id)],
    [t('pub_key'), file('pub_key.pem', all.pub_key_pem)],
  ]);
}
