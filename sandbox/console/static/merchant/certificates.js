// The platform's certificates of a merchant, and their renewal in two stages.
import {get, post} from '../api.js';
import {button, h, table, toast} from '../dom.js';
import {download} from '../message.js';
import {add, t} from '../words.js';

add({
  certificates_of: ['Certificates of the platform', '平台证书'],
  serial_no: ['Serial number', '序列号'],
  its_use: ['Use', '用途'],
  signs: ['signs', '签名中'],
  valid_too: ['valid too', '同时有效'],
  start_renewal: ['Renew: old and new side by side', '更换第一步：新旧并存'],
  end_renewal: ['Finish: only the new one', '更换第二步：只留新证书'],
  renewal_note: [
    'The old certificate goes on signing while both are valid; GET /v3/certificates lists them.',
    '并存期间仍由旧证书签名；GET /v3/certificates 列出有效证书。',
  ],
  no_certificate: ['None: this merchant has the public key only (key_mode).', '没有：该商户只有平台公钥（key_mode）。'],
});

export async function certificates(merchant, anew) {
  const {certificates: valid} = await get(`/merchants/${merchant.mchid}/certificates`);
  const stage = valid.length > 1 ? 'finish' : 'overlap';
  const turn = async () => {
    await post(`/merchants/${merchant.mchid}/certificates/rotate`, {stage});
    toast(t('done'));
    await anew();
  };
  const element = h('section.card', {'aria-label': t('certificates_of')}, h('h2', {}, t('certificates_of')),
    table([t('serial_no'), t('its_use'), ''], valid.map((one) => [
      h('code.long', {}, one.serial_no), one.signs ? t('signs') : t('valid_too'),
      button('PEM', () => download(`wechatpay_${one.serial_no}.pem`, one.pem), {quiet: true}),
    ]), {caption: t('certificates_of'), empty: t('no_certificate')}),
    valid.length ? [h('p', {}, t('renewal_note')), h('p.actions', {}, button(t(stage === 'overlap' ? 'start_renewal' : 'end_renewal'), turn))] : null);
  return {element, close: () => {}};
}
