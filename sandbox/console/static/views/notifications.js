// Notifications: what the merchant was told, every attempt, and the same again, rightly or with something wrong.
import {get, post} from '../api.js';
import {dialog} from '../dialog.js';
import {button, facts, field, fill, h, select, toast} from '../dom.js';
import {FaultForm, vocabulary} from '../faultform.js';
import {instant, span, timeOfDay} from '../format.js';
import {message} from '../message.js';
import {Rows} from '../rows.js';
import {add, t} from '../words.js';

add({
  notifications: ['Notifications', '通知'],
  no_notice: ['No notification yet: one leaves when an order is paid.', '还没有通知：订单支付后就会发出。'],
  choose_notice: ['Choose a notification to see every attempt.', '选择一条通知查看每次投递。'],
  no_such_notice: ['There is no such notification.', '没有这条通知。'],
  find_notice: ['Order number', '订单号'],
  notice_state: ['State', '状态'],
  state_pending: ['pending', '待重试'],
  state_delivered: ['delivered', '已送达'],
  'state_given-up': ['given up', '已放弃'],
  older_notices: ['Older ones', '更早的'],
  resend: ['Send again', '重发'],
  resend_ten: ['Ten at once', '同时发十次'],
  tamper: ['Tamper…', '篡改…'],
  forge: ['Forge', '伪造签名'],
  other_fault: ['Another fault…', '其他故障…'],
  tamper_field: ['Field', '字段'],
  tamper_value: ['New value', '新值'],
  tamper_when: ['When it is changed', '修改时机'],
  tamper_after: ['after signing: the signature no longer fits, the merchant must refuse it', '签名之后：签名对不上，商户必须拒绝'],
  tamper_before: ['before signing: the signature is right, the merchant must compare the content', '签名之前：签名正确，商户必须核对内容'],
  tamper_v3: [
    'APIv3: before signing, names of the plain text (amount.total); after signing, of the envelope (resource.ciphertext)',
    'APIv3：签名之前改明文字段（amount.total），签名之后改外层字段（resource.ciphertext）',
  ],
  once_only: ['Only with this sending; no rule is made.', '只影响这一次发送，不会添加规则。'],
  attempt: ['Attempt {n}', '第 {n} 次'],
  told: ['Sent', '发送内容'],
  merchant_said: ['Answer of the merchant', '商户应答'],
  no_merchant_answer: ['no answer', '没有应答'],
  due_after: ['{span} after the first', '首次之后 {span}'],
  next_try: ['Next attempt', '下次投递'],
  acknowledged_times: ['Acknowledged', '确认次数'],
  was_acknowledged: ['Acknowledged: {n} of {all}', '商户确认 {n}/{all}'],
  on_its_way: ['on its way', '投递中'],
  event_kind: ['Event', '事件'],
  verdict_acknowledged: ['acknowledged', '已确认'],
  verdict_refused: ['refused', '被拒绝'],
  verdict_unanswered: ['unanswered', '无应答'],
  verdict_held: ['held back', '被扣住'],
  verdict_lost: ['lost', '丢失'],
  verdict_interrupted: ['interrupted', '中断'],
});

const PAGE = 300;
const STATES = ['pending', 'delivered', 'given-up'];

async function show(root, wanted, frame) {
  let rest = wanted;
  let known = [];
  let older = true;
  const detail = h('section.detail', {'aria-label': t('notifications')});
  const search = h('input', {type: 'search', placeholder: t('find_notice'), 'aria-label': t('find_notice')});
  const state = select([['', t('all')], ...STATES.map((one) => [one, t(`state_${one}`)])], '', {'aria-label': t('notice_state')});
  const rows = new Rows({
    height: 46, kind: 'notices', key: (one) => one.id, label: t('notifications'), render: cells,
    chosen: (one) => frame.go(`notifications/${one.id}`),
  });
  const note = h('p.empty', {hidden: true}, t('no_notice'));
  const more = button(t('older_notices'), () => load(known.at(-1).id), {quiet: true, hidden: true});
  fill(root, h('div.split', {},
    h('section.list', {},
      h('form.filters', {onsubmit: (event) => event.preventDefault()}, search, state), note, rows.element, more),
    detail));

  const load = async (before = '') => {
    const args = {text: search.value.trim(), state: state.value, before, limit: PAGE, brief: true};
    const found = (await get('/notifications', args)).notifications;
    const seen = new Set(found.map((one) => one.id));
    const beyond = known.length > PAGE; // older ones are there, and stay when newer ones come
    if (before || !beyond) older = found.length === PAGE;
    known = before ? [...known, ...found] : [...found, ...(beyond ? known.filter((one) => !seen.has(one.id)) : [])];
    rows.set(known);
    note.hidden = known.length > 0;
    more.hidden = !older;
  };
  const open = async (id = rest) => {
    rest = id;
    rows.select(rest);
    if (!rest) {
      fill(detail, h('p.empty', {}, t('choose_notice')));
      return;
    }
    try {
      fill(detail, whole(await get(`/notifications/${encodeURIComponent(rest)}`), frame, () => open()));
    } catch (error) {
      fill(detail, h('p.empty', {}, error.status === 404 ? t('no_such_notice') : error.message));
    }
  };
  let typing = 0;
  const anew = () => { known = []; return load(); };
  search.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(anew, 250); });
  state.addEventListener('change', anew);
  let waiting = 0;
  const deaf = frame.listen((event) => {
    if (!['delivery', 'clock', 'deed'].includes(event.kind) || waiting) return;
    waiting = setTimeout(() => { waiting = 0; load(); if (rest) open(); }, 250);
  });
  await load();
  await open();
  frame.turns(open);
  return () => { deaf(); rows.close(); clearTimeout(waiting); };
}

const LOOK = {delivered: 'good', 'given-up': 'bad', pending: 'plain'};
const badge = (state) => h(`span.badge.${LOOK[state]}`, {}, t(`state_${state}`));
const verdictOf = (attempt) => (attempt.verdict ? t(`verdict_${attempt.verdict}`) : t('on_its_way'));

function cells(one) {
  const last = one.attempts.at(-1);
  return [
    badge(one.state),
    h('span.what', {}, h('b', {}, one.out_trade_no || one.subject), h('small', {}, `${one.event} · ${one.dialect} · ×${one.attempts.length}`)),
    h('span.said', {}, last ? `${verdictOf(last)} ${last.reason}` : ''),
    h('span.when', {}, timeOfDay(one.first_due)),
  ];
}

function whole(one, frame, drawn) {
  const again = async (how) => {
    const before = one.attempts.length;
    const after = await post(`/notifications/${one.id}/resend`, how ? {do: how} : {});
    const made = after.attempts.slice(before);
    const good = made.filter((attempt) => attempt.verdict === 'acknowledged').length;
    toast(t('was_acknowledged', {n: good, all: made.length}), good || (how && !how.repeat) ? 'good' : 'bad');
    await drawn();
  };
  return [
    h('header.title', {},
      h('h2', {}, `${one.event} · ${one.subject} `, badge(one.state)),
      h('p.actions', {},
        button(t('resend'), () => again()),
        button(t('resend_ten'), () => again({repeat: {times: 10}}), {quiet: true}),
        button(t('tamper'), () => tamper(one, again), {quiet: true}),
        button(t('forge'), () => again({forge: {}}), {quiet: true}),
        button(t('other_fault'), () => other(again), {quiet: true}),
        one.out_trade_no ? h('a.button', {href: `#/orders/${encodeURIComponent(one.out_trade_no)}`}, one.out_trade_no) : null)),
    facts([
      ['URL', one.url], ['id', one.id], [t('event_kind'), `${one.event} · ${one.dialect} · ${one.mchid}`],
      [t('acknowledged_times'), `${one.acknowledged} / ${one.attempts.length}`], [t('next_try'), instant(one.next_due)],
    ]),
    [...one.attempts].reverse().map((attempt, n) => shown(attempt, n === 0)),
  ];
}

function shown(attempt, open) {
  const good = attempt.verdict === 'acknowledged';
  const took = attempt.took === null || attempt.took === undefined ? '' : `${attempt.took} ms`;
  const status = attempt.status ? `HTTP ${attempt.status}` : t('no_merchant_answer');
  return h('details.attempt', {open}, h('summary', {},
    h('b', {}, t('attempt', {n: attempt.number})), ' ',
    h(`span.badge.${good ? 'good' : attempt.verdict ? 'bad' : 'plain'}`, {}, verdictOf(attempt)), ' ',
    `${instant(attempt.due)} · ${t('due_after', {span: span(attempt.due_in)})}`),
  attempt.reason ? h('p', {}, attempt.reason) : null,
  attempt.warnings.map((warning) => h('p.pending', {}, warning)),
  attempt.request ? message(t('told'), attempt.request_headers, attempt.request) : null,
  attempt.verdict ? message(`${t('merchant_said')} · ${[status, took].filter(Boolean).join(' · ')}`, attempt.response_headers, attempt.response) : null);
}

// Names of fields that a message has: XML's elements, or what APIv3 says in plain text and around it.
function fieldNames(one) {
  const sent = one.attempts.find((attempt) => attempt.request)?.request || '';
  if (one.dialect !== 'v3') return [...sent.matchAll(/<(\w+)>/g)].map(([, name]) => name).filter((name) => name !== 'xml');
  return ['amount.total', 'amount.payer_total', 'trade_state', 'out_trade_no', 'transaction_id', 'mchid', 'appid',
    'resource.ciphertext', 'resource.nonce', 'event_type'];
}

function tamper(one, again) {
  const names = h('datalist', {id: 'tamper-fields'}, fieldNames(one).map((name) => h('option', {value: name})));
  const first = one.dialect === 'v3' ? 'amount.total' : one.event === 'refund' ? 'req_info' : 'total_fee';
  const name = h('input', {list: 'tamper-fields', value: first, required: true, spellcheck: 'false'});
  const value = h('input', {value: '1', spellcheck: 'false'});
  const when = select([['tamper', t('tamper_after')], ['rewrite', t('tamper_before')]], one.dialect === 'v3' ? 'rewrite' : 'tamper');
  const box = dialog(t('tamper'), names,
    field(t('tamper_field'), name, one.dialect === 'v3' ? t('tamper_v3') : ''), field(t('tamper_value'), value),
    field(t('tamper_when'), when), h('p', {}, h('small', {}, t('once_only'))),
    h('p.actions', {}, button(t('resend'), async () => { await again({[when.value]: {set: {[name.value]: value.value}}}); box.close(); })));
}

async function other(again) {
  const form = new FaultForm(await vocabulary(), t('other_fault'));
  form.offer(['notify.due', 'notify.ready']);
  const box = dialog(t('other_fault'), form.element, h('p', {}, h('small', {}, t('once_only'))),
    h('p.actions', {}, button(t('resend'), async () => { await again(form.do_()); box.close(); })));
}

export const notifications = {name: 'notifications', key: 'n', title: () => t('notifications'), show};
