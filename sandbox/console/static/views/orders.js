// Orders, and one order's timeline: calls, people's deeds, states and notifications, in the tenant's time.
import {get, post} from '../api.js';
import {button, facts, field, fill, h, table, toast} from '../dom.js';
import {instant, span, yuan} from '../format.js';
import {saving} from '../recording.js';
import {add, t} from '../words.js';

add({
  orders: ['Orders', '订单'],
  no_orders: ['No order yet.', '还没有订单。'],
  order_number: ['out_trade_no', '商户订单号'],
  state: ['State', '状态'],
  amount: ['Amount', '金额'],
  trade_type: ['Type', '类型'],
  what_for: ['For', '商品'],
  ordered_at: ['Ordered', '下单时间'],
  paid_at: ['Paid', '支付时间'],
  merchant_of: ['Merchant', '商户'],
  find_order: ['Find an order by its number', '按商户订单号查找'],
  no_order_like: ['No order with such a number.', '没有这样的订单。'],
  older_orders: ['Older ones', '更早的'],
  newest_orders: ['Newest', '最新'],
  timeline: ['Timeline', '时间线'],
  timeline_call: ['merchant → platform', '商户 → 平台'],
  timeline_deed: ['somebody', '有人操作'],
  timeline_state: ['state', '状态'],
  timeline_notice: ['platform → merchant', '平台 → 商户'],
  next_due: ['The next notification is due {when}, in {span}', '下一次通知将于 {when} 发送（{span} 后）'],
  pay_now: ['Pay it (signature of the launch unchecked)', '直接付款（不校验调起签名）'],
  refund_it: ['Refund', '退款'],
  refund_amount: ['Amount in fen', '退款金额（分）'],
  refund_why: ['As somebody would in the merchant console', '等同于在商户平台上退款'],
  refunded: ['Refunded', '已退款'],
  back: ['All orders', '全部订单'],
  refund_number: ['out_refund_no', '退款单号'],
});

async function show(root, number, frame) {
  const draw = number ? () => one(root, number, frame) : await list(root, frame);
  await draw();
  let waiting = 0;
  return frame.listen(() => {
    waiting = waiting || setTimeout(() => { waiting = 0; draw().catch(() => {}); }, 300);
  });
}

const PAGE = 300;
let wanted = '';

// Draws a page of the list, and returns what brings it up to date.
async function list(root, frame) {
  let place = ''; // the number after which the page begins
  const found = h('div', {});
  const search = h('input', {type: 'search', value: wanted, placeholder: t('find_order'), 'aria-label': t('find_order')});
  const turn = (to) => { place = to; return load(); };
  const load = async () => {
    const {orders: known} = await get('/orders', {limit: PAGE, before: place, text: wanted});
    const last = known.length === PAGE ? known.at(-1).out_trade_no : '';
    fill(found, table(
      [t('order_number'), t('state'), t('amount'), t('trade_type'), t('what_for'), t('merchant_of'), t('ordered_at')],
      known.map((order) => [
        h('a', {href: `#/orders/${encodeURIComponent(order.out_trade_no)}`}, order.out_trade_no),
        badge(order.trade_state), yuan(order.total), `${order.trade_type} · ${order.dialect}`, order.description,
        order.mchid, instant(order.created),
      ]),
      {caption: t('orders'), empty: wanted ? t('no_order_like') : t('no_orders')}), h('p.actions', {},
      place ? button(t('newest_orders'), () => turn(''), {quiet: true}) : null,
      last ? button(t('older_orders'), () => turn(last), {quiet: true}) : null));
  };
  let typing = 0;
  search.addEventListener('input', () => {
    wanted = search.value.trim();
    clearTimeout(typing);
    typing = setTimeout(() => turn(''), 250);
  });
  fill(root, h('form.filters', {onsubmit: (event) => event.preventDefault()}, search), found);
  return load;
}

const GOOD = ['SUCCESS'];
const BAD = ['PAYERROR'];
const badge = (state) => h(`span.badge.${GOOD.includes(state) ? 'good' : BAD.includes(state) ? 'bad' : 'plain'}`, {}, state);

async function one(root, number, frame) {
  const path = `/orders/${encodeURIComponent(number)}`;
  const [{order, refunds}, line] = await Promise.all([get(path), get(`${path}/timeline`)]);
  const amount = h('input', {type: 'number', min: '1', max: String(order.total), value: String(order.total - (order.refunded || 0))});
  fill(root,
    h('p', {}, h('a', {href: '#/orders'}, `← ${t('back')}`)),
    h('header.title', {}, h('h2', {}, number, ' ', badge(order.trade_state)),
      h('p.actions', {}, order.trade_state === 'NOTPAY'
        ? button(t('pay_now'), () => pay(number), {quiet: true})
        : null, saving(number))),
    h('div.split', {}, h('section.card', {}, facts([
      [t('amount'), yuan(order.total)], [t('what_for'), order.description],
      [t('trade_type'), `${order.trade_type} · ${order.dialect}`], [t('merchant_of'), order.mchid],
      ['prepay_id', order.prepay_id], ['transaction_id', order.transaction_id], ['openid', order.openid],
      ['notify_url', order.notify_url], ['attach', order.attach],
      [t('ordered_at'), instant(order.created)], [t('paid_at'), instant(order.paid_at)],
      [t('refunded'), order.refunded ? yuan(order.refunded) : ''],
    ]),
    order.paid_at && (order.refunded || 0) < order.total
      ? h('form.inline', {onsubmit: (event) => event.preventDefault()},
        field(t('refund_amount'), amount, t('refund_why')),
        button(t('refund_it'), () => refund(number, Number(amount.value))))
      : null,
    refunds.length
      ? table([t('refund_number'), t('state'), t('amount')], refunds.map((r) => [r.out_refund_no, r.state, yuan(r.refund)]))
      : null),
    h('section', {'aria-label': t('timeline')}, timeline(line))));
}

function timeline({entries, pending}) {
  const first = entries.length ? entries[0].instant : 0;
  const last = entries.length ? entries.at(-1).instant : 0;
  return h('ol.timeline', {}, entries.map((entry) => h(`li.${entry.kind}${entry.ok === false ? '.bad' : ''}`, {},
    h('time', {title: instant(entry.instant)}, `+${span(entry.instant - first)}`),
    h('span.lane', {}, t(`timeline_${entry.kind}`)),
    h('span.event', {}, h('b', {}, named(entry)), ' ', entry.text || ''))),
  pending.map((due) => h('li.coming', {}, h('time', {}, `+${span(due - first)}`),
    h('span.lane', {}, t('timeline_notice')),
    h('span.event', {}, t('next_due', {when: instant(due), span: span(Math.max(0, due - last))})))));
}

function named(entry) {
  if (entry.kind === 'call') return h('a', {href: `#/traffic/${entry.ref}`}, entry.name);
  if (entry.kind === 'notice') return h('a', {href: `#/notifications/${entry.ref}`}, entry.name);
  return entry.name;
}

async function pay(number) {
  const {paid, dialog} = await post('/pay', {out_trade_no: number});
  toast(paid ? t('done') : dialog, paid ? 'good' : 'bad');
}

async function refund(number, amount) {
  await post('/refunds', {out_trade_no: number, refund: amount});
  toast(t('done'));
}

export const orders = {name: 'orders', key: 'o', title: () => t('orders'), show};
