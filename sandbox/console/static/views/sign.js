// Sign tool: what the platform's own signature tool does, and then why the signature is wrong; and signing a request.
import {get, platform, post} from '../api.js';
import {button, codeBlock, facts, field, fill, h, select, tabs, toast} from '../dom.js';
import {copied} from '../message.js';
import {why} from '../verdict.js';
import {add, t} from '../words.js';

add({
  sign_tool: ['Sign tool', '签名工具'],
  check_one: ['Check a signature', '检查签名'],
  sign_one: ['Sign a request', '给请求签名'],
  paste: ['What you sent, or received', '发送或收到的内容'],
  paste_hint: [
    'Raw HTTP with its headers, XML, a curl line, or parameters as JSON, those of wx.requestPayment too.',
    '原始 HTTP（含报文头）、XML、curl 命令，或 JSON 参数（包括 wx.requestPayment 的参数）。',
  ],
  whose_key: ['Whose key', '使用谁的密钥'],
  as_it_says: ['as the message says', '按报文中的商户号'],
  check: ['Check', '检查'],
  example: ['An example', '示例'],
  is_right: ['The signature is right.', '签名正确。'],
  is_wrong: ['The signature is wrong.', '签名错误。'],
  message_kind: ['What it is', '报文类型'],
  right_signature: ['The right signature', '正确的签名'],
  masked_note: ['Keys are masked: put your own in their place.', '密钥已遮盖，请代入自己的密钥。'],
  sign_method: ['Method', '方法'],
  sign_target: ['Path and query', '路径与参数'],
  sign_target_hint: ['below /v3/ it is an APIv3 request', '以 /v3/ 开头即为 APIv3 请求'],
  sign_body: ['Body: XML or fields as JSON (API v2), JSON (APIv3)', '报文体：XML 或 JSON 字段（APIv2），JSON（APIv3）'],
  do_sign: ['Sign', '签名'],
  send_signed: ['Send it', '发送'],
  to_send: ['What to send', '待发送'],
  answered_with: ['Answered with HTTP {status}', '应答 HTTP {status}'],
});

const kept = {check: '', mchid: ''}; // what was pasted, while one looks at other pages

async function show(root, rest, frame) {
  const {merchants} = await get('/merchants');
  const heads = [['sign', t('check_one')], ['sign/request', t('sign_one')]];
  const body = h('div.split', {});
  fill(root, tabs(t('sign_tool'), heads, rest === 'request' ? 'sign/request' : 'sign'), body);
  if (rest === 'request') signing(body, merchants, frame);
  else checking(body, merchants);
}

const choice = (merchants, first) => [...first, ...merchants.map((one) => [one.mchid, `${one.mchid} ${one.name}`])];

function checking(body, merchants) {
  const text = h('textarea', {rows: '18', spellcheck: 'false', value: kept.check});
  const whose = select(choice(merchants, [['', t('as_it_says')]]), kept.mchid);
  const found = h('section.detail', {'aria-label': t('check_one'), 'aria-live': 'polite'});
  const check = async () => {
    Object.assign(kept, {check: text.value, mchid: whose.value});
    fill(found, explained(await post('/explain', {text: text.value, mchid: whose.value})));
  };
  const example = async () => {
    const fields = {
      appid: merchants[0].appids[0], mch_id: merchants[0].mchid, nonce_str: '5K8264ILTKCH16CQ2502SI8ZNMTM67VS',
      body: '龙井茶 250g', out_trade_no: 'T2026000001', total_fee: '199', spbill_create_ip: '127.0.0.1',
      notify_url: `${location.origin}/notify`, trade_type: 'NATIVE',
    };
    const signed = await post('/sign', {mchid: merchants[0].mchid, body: JSON.stringify(fields)});
    text.value = signed.body.replace(signed.signature, signed.signature.toLowerCase());
    await check();
  };
  fill(body, h('section.card', {},
    field(t('paste'), text, t('paste_hint')), field(t('whose_key'), whose),
    h('p.actions', {}, button(t('check'), check), button(t('example'), example, {quiet: true}))), found);
}

function explained(told) {
  return [
    h(`p.${told.right ? 'right' : 'problem'}`, {role: 'status'}, h('b', {}, told.right ? t('is_right') : t('is_wrong'))),
    told.diagnosis ? why({...told.diagnosis, string_to_sign: ''}) : null,
    facts([[t('message_kind'), told.kind]]),
    told.expected ? [heading(t('right_signature'), told.expected), codeBlock(told.expected, t('right_signature'))] : null,
    told.string_to_sign
      ? [heading(t('string_to_sign'), told.string_to_sign), codeBlock(told.string_to_sign, t('string_to_sign')), h('small', {}, t('masked_note'))]
      : null,
  ];
}

const heading = (name, text) => h('header.message', {}, h('header', {}, h('h3', {}, name), button(t('copy'), () => copied(text), {quiet: true})));

function signing(body, merchants, frame) {
  const whose = select(choice(merchants, []), merchants[0].mchid);
  const method = select(['POST', 'GET', 'PUT', 'DELETE'], 'POST');
  const target = h('input', {value: '/pay/unifiedorder', spellcheck: 'false'});
  const text = h('textarea', {rows: '14', spellcheck: 'false'});
  const found = h('section.detail', {'aria-label': t('sign_one'), 'aria-live': 'polite'});
  const sign = async () => {
    const made = await post('/sign', {mchid: whose.value, method: method.value, target: target.value, body: text.value});
    const send = async () => {
      const {status} = await platform(method.value, target.value, made);
      toast(t('answered_with', {status}), status < 400 ? 'good' : 'bad');
      frame.go('traffic');
    };
    fill(found,
      heading(t('right_signature'), made.signature), codeBlock(made.signature, t('right_signature')),
      heading(t('string_to_sign'), made.string_to_sign), codeBlock(made.string_to_sign, t('string_to_sign')),
      heading(t('to_send'), made.body), facts(Object.entries(made.headers)), codeBlock(made.body, t('to_send')),
      h('p.actions', {}, button(t('send_signed'), send)));
  };
  fill(body, h('section.card', {},
    field(t('whose_key'), whose), h('div.inline', {}, field(t('sign_method'), method), field(t('sign_target'), target, t('sign_target_hint'))),
    field(t('sign_body'), text), h('p.actions', {}, button(t('do_sign'), sign))), found);
}

export const sign = {name: 'sign', key: 's', title: () => t('sign_tool'), show};
