// Refunds: made in the merchant's console, and how one that is under way ends.
import {get, post} from '../api.js';
import {button, fill, h, table, toast} from '../dom.js';
import {instant, yuan} from '../format.js';
import {SchemaForm, argumentsOf} from '../schema.js';
import {add, t, word} from '../words.js';

add({
  tab_refunds: ['Refunds', '退款'],
  new_refund: ['Refund an order', '发起退款'],
  new_refund_note: ['As in the merchant platform: only refund_notify_url is told, in v2 XML.', '等同于在商户平台上退款：只以 v2 XML 通知商户配置的退款地址。'],
  make_refund: ['Refund', '退款'],
  no_refund: ['No refund yet.', '还没有退款。'],
  of_order: ['Of', '订单'],
  made_by: ['Made', '来源'],
  how_it_ends: ['How it ends', '指定结果'],
  hint_refund: ['fen; blank: all that is left', '分；留空则退剩余全部'],
  hint_mchid: ['only where several merchants use the number', '多个商户使用同一单号时才需要'],
  hint_out_refund_no: ['blank: made up', '留空自动生成'],
});

const ENDS = ['SUCCESS', 'ABNORMAL', 'CLOSED'];

export async function refunds(body, rest, frame) {
  const form = new SchemaForm(await argumentsOf('POST', '/refunds'), {out_trade_no: rest}, {hint: (name) => word(`hint_${name}`)});
  const list = h('section', {'aria-label': t('tab_refunds')});
  const draw = async () => fill(list, shown((await get('/refunds')).refunds, draw));
  const make = async () => {
    const made = await post('/refunds', form.values());
    toast(`${made.out_refund_no} ${made.state}`);
    await draw();
  };
  fill(body, h('div.split.wide', {}, list, h('section.card', {'aria-label': t('new_refund')},
    h('h2', {}, t('new_refund')), h('p', {}, t('new_refund_note')), form.element, h('p.actions', {}, button(t('make_refund'), make)))));
  await draw();
  let waiting = 0;
  const deaf = frame.listen(() => { waiting = waiting || setTimeout(() => { waiting = 0; draw().catch(() => {}); }, 400); });
  return () => { deaf(); clearTimeout(waiting); };
}

function shown(all, drawn) {
  const end = async (one, state) => {
    await post(`/refunds/${encodeURIComponent(one.out_refund_no)}/state`, {state, mchid: one.mchid});
    await drawn();
  };
  return table([t('refund_number'), t('of_order'), t('state'), t('amount'), t('made_by'), t('how_it_ends')], all.map((one) => [
    [one.out_refund_no, h('small', {}, ` ${instant(one.created)}`)],
    h('a', {href: `#/orders/${encodeURIComponent(one.out_trade_no)}`}, one.out_trade_no),
    one.state, `${yuan(one.refund)} / ${yuan(one.total)}`, one.source,
    one.state === 'PROCESSING'
      ? h('span.actions', {}, ENDS.map((state) => button(state, () => end(one, state), {quiet: true, 'aria-label': `${one.out_refund_no} ${state}`})))
      : instant(one.success_time),
  ]), {caption: t('tab_refunds'), empty: t('no_refund')});
}
