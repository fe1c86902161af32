// Bills, fetched as the merchant's own server would: signed, from the platform, so that they stand in the traffic too.
import {get, platform, post} from '../api.js';
import {button, codeBlock, facts, field, fill, h, select} from '../dom.js';
import {instant} from '../format.js';
import {download} from '../message.js';
import {add, t} from '../words.js';

add({
  tab_bills: ['Bills', '账单'],
  bill_merchant: ['Merchant', '商户'],
  bill_day: ['Day', '日期'],
  bill_kind: ['Bill', '账单'],
  bill_all: ['trade: all', '交易账单：全部'],
  bill_success: ['trade: payments', '交易账单：支付成功'],
  bill_refund: ['trade: refunds', '交易账单：退款'],
  bill_recharge: ['trade: refunds out of topped-up money (API v2)', '交易账单：充值退款（APIv2）'],
  bill_funds: ['fund flow, basic account', '资金账单：基本账户'],
  bill_sharing: ['profit sharing', '分账账单'],
  fetch_bill: ['Fetch', '获取'],
  bill_note: [
    'It is asked for as the merchant would: see it in the traffic. A day has its bill from ten the next morning, by the clock of the tenant.',
    '按商户后台的方式请求，可在流量页看到。每天的账单次日十点（租户时钟）后可得。',
  ],
  bill_refused: ['The platform refuses: {why}', '平台拒绝：{why}'],
  bill_lines: ['Lines', '行数'],
  bill_hash: ['Hash', '校验值'],
});

const TRADE = '/v3/bill/tradebill?bill_type=';
const KINDS = {
  bill_all: `${TRADE}ALL&`, bill_success: `${TRADE}SUCCESS&`, bill_refund: `${TRADE}REFUND&`,
  bill_funds: '/v3/bill/fundflowbill?', bill_sharing: '/v3/profitsharing/bills?', bill_recharge: '',
};
const DAY = 86_400_000;

export async function bills(body) {
  const [{merchants}, clock] = await Promise.all([get('/merchants'), get('/clock')]);
  const whose = select(merchants.map((one) => [one.mchid, `${one.mchid} ${one.name}`]), merchants[0].mchid);
  const day = h('input', {type: 'date', value: instant(clock.now - DAY).slice(0, 10)});
  const kind = select(Object.keys(KINDS).map((name) => [name, t(name)]), 'bill_all');
  const found = h('section', {'aria-label': t('tab_bills'), 'aria-live': 'polite'});
  const fetchIt = async () => {
    const merchant = merchants.find((one) => one.mchid === whose.value);
    const get_ = KINDS[kind.value] ? byV3 : byV2;
    const bill = await get_(merchant, day.value, KINDS[kind.value]);
    fill(found, bill.refused ? h('p.problem', {role: 'alert'}, t('bill_refused', {why: bill.refused})) : shown(bill, `${kind.value}-${merchant.mchid}-${day.value}.csv`));
  };
  fill(body, h('section.card', {}, h('div.inline', {},
    field(t('bill_merchant'), whose), field(t('bill_day'), day), field(t('bill_kind'), kind), button(t('fetch_bill'), fetchIt)),
  h('p', {}, h('small', {}, t('bill_note')))), found);
}

async function asked(mchid, target) {
  const {headers} = await post('/sign', {mchid, method: 'GET', target});
  return platform('GET', target, {headers});
}

async function byV3({mchid}, day, path) {
  const link = await asked(mchid, `${path}bill_date=${day}`);
  const told = JSON.parse(link.body || '{}');
  if (!told.download_url) return {refused: `HTTP ${link.status} ${told.code || ''} ${told.message || ''}`};
  const {pathname, search} = new URL(told.download_url);
  const file = await asked(mchid, pathname + search);
  return {text: file.body, hash: `${told.hash_type} ${told.hash_value}`};
}

async function byV2(merchant, day) {
  const fields = {
    appid: merchant.appids[0] || '', mch_id: merchant.mchid, nonce_str: String(Date.now()), bill_type: 'RECHARGE_REFUND',
    bill_date: day.replaceAll('-', ''),
  };
  const {body, headers} = await post('/sign', {mchid: merchant.mchid, target: '/pay/downloadbill', body: JSON.stringify(fields)});
  const answer = await platform('POST', '/pay/downloadbill', {headers, body});
  if (!answer.body.startsWith('<xml>')) return {text: answer.body, hash: ''};
  return {refused: [...answer.body.matchAll(/<(?:return_msg|error_code)><!\[CDATA\[(.*?)\]\]>/g)].map(([, text]) => text).join(' ')};
}

function shown({text, hash}, name) {
  return [
    facts([[t('bill_lines'), String(text.trimEnd().split('\n').length)], [t('bill_hash'), hash]]),
    h('p.actions', {}, button(t('download'), () => download(name, text, 'text/csv'))),
    codeBlock(text, t('tab_bills')),
  ];
}
