// Clock: what time it is for the tenant, what is going to happen, and going there.
import {get, post} from '../api.js';
import {button, field, fill, h, table, toast} from '../dom.js';
import {instant, span} from '../format.js';
import {add, said, t} from '../words.js';

add({
  clock: ['Clock', '时钟'],
  now_is: ['It is now', '当前时间'],
  beijing: ['Beijing time', '北京时间'],
  clock_virtual: ['virtual: it stands still until it is advanced', '虚拟时钟：推进之前静止不动'],
  clock_real: ['real', '真实时钟'],
  clock_fast: ['real, {n} times as fast', '真实时钟，快 {n} 倍'],
  clock_real_note: [
    'A real clock goes by itself: wait, or start the sandbox with `wechatpay-sandbox serve --clock virtual` (or `--clock realx60`), or make a tenant with {"clock": "virtual"} (POST /_sandbox/tenants) and choose it above.',
    '真实时钟只能等待。想快进：用 `wechatpay-sandbox serve --clock virtual`（或 `--clock realx60`）启动，或用 {"clock": "virtual"} 新建租户（POST /_sandbox/tenants），再在上方切换。',
  ],
  advance_by: ['Advance by', '推进'],
  advance_hint: ['24h4m, 90s, 7d', '如 24h4m、90s、7d'],
  advance: ['Advance', '推进'],
  next_event: ['Run to the next event', '到下一个事件'],
  drain: ['Run until nothing is left', '走完全部'],
  drain_note: ['from one event to the next; a contract that ends in ten years is not waited for', '逐个事件推进；十年后才到期的签约不等'],
  settle: ['Wait for what is due now', '等待当前到期的完成'],
  fired: ['{n} fired; it is now {when}', '触发 {n} 个，现在是 {when}'],
  settled: ['Everything due now has a result', '当前到期的都有结果了'],
  nothing_pending: ['Nothing is pending.', '没有待触发的事件。'],
  nothing_next: ['nothing is pending', '没有待触发的事件'],
  what_comes: ['What comes', '接下来'],
  due_at: ['At', '时间'],
  due_in: ['In', '距现在'],
  due_what: ['What', '事件'],
  due_about: ['Of', '对象'],
  first_of: ['The first {n} of {all}', '共 {all} 个，显示前 {n} 个'],
  overdue: ['now', '现在'],
});

async function show(root, rest, frame) {
  const by = h('input', {value: '15s', list: 'spans', title: t('advance_hint'), spellcheck: 'false', autocomplete: 'off'});
  const face = h('section.card', {'aria-label': t('now_is')});
  const coming = h('section', {'aria-label': t('what_comes')});
  let still = false;
  const draw = async () => {
    const [clock, {timers, pending}] = await Promise.all([get('/clock'), get('/clock/timers')]);
    still = clock.kind === 'virtual';
    const typing = document.activeElement === by;
    fill(face, reading(clock), clock.kind === 'virtual' ? controls(clock, by, draw) : [h('p.note', {}, t('clock_real_note')), h('p.actions', {}, settle(draw))]);
    if (typing) by.focus();
    fill(coming, list(clock, timers, pending));
  };
  fill(root, face, coming);
  await draw();
  let waiting = 0;
  const again = () => { waiting = waiting || setTimeout(() => { waiting = 0; draw().catch(() => {}); }, 300); };
  const deaf = frame.listen(again);
  const ticking = setInterval(() => { if (!still) again(); }, 1000);
  return () => { deaf(); clearInterval(ticking); clearTimeout(waiting); };
}

function reading({kind, speed, now}) {
  const name = kind === 'virtual' ? t('clock_virtual') : speed === 1 ? t('clock_real') : t('clock_fast', {n: speed});
  return [h('p', {}, t('now_is'), ' ', h('small', {}, t('beijing'))), h('p.big', {}, instant(now)), h('p', {}, name)];
}

function controls(clock, by, drawn) {
  const went = async (path, args) => {
    const {fired, now} = await post(path, args);
    toast(t('fired', {n: fired, when: instant(now)}));
    await drawn();
  };
  const next = async () => {
    const {next_due: due, now} = await get('/clock');
    if (due === null) toast(t('nothing_next'), 'bad');
    else await went('/clock/advance', {by: `${Math.max(0, due - now)}ms`});
  };
  return [
    h('form.inline', {onsubmit: (event) => { event.preventDefault(); event.target.querySelector('button').click(); }},
      field(t('advance_by'), by), spans(), button(t('advance'), () => went('/clock/advance', {by: by.value}))),
    h('p.actions', {},
      button(t('next_event'), next, {quiet: true, title: clock.next_due ? instant(clock.next_due) : t('nothing_next')}),
      button(t('drain'), () => went('/clock/drain'), {quiet: true, title: t('drain_note')}), settle(drawn)),
  ];
}

const spans = () => h('datalist', {id: 'spans'}, ['1s', '15s', '1m', '30m', '2h', '24h4m', '34h', '7d', '30d'].map((value) => h('option', {value})));

const settle = (drawn) => button(t('settle'), async () => {
  await post('/settle');
  toast(t('settled'));
  await drawn();
}, {quiet: true});

function list(clock, timers, pending) {
  return [
    h('h2', {}, t('what_comes'), ' ', timers.length < pending ? h('small', {}, t('first_of', {n: timers.length, all: pending})) : null),
    table([t('due_at'), t('due_in'), t('due_what'), t('due_about')], timers.map((timer) => [
      instant(timer.due),
      timer.due > clock.now ? span(timer.due - clock.now) : t('overdue'),
      said(timer, 'about'),
      timer.notification ? h('a', {href: `#/notifications/${timer.notification}`}, timer.subject) : timer.subject,
    ]), {caption: t('what_comes'), empty: t('nothing_pending')}),
  ];
}

export const clock = {name: 'clock', key: 'c', title: () => t('clock'), show};
