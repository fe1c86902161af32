// Traffic: every request to the platform and its answer, live; why a signature is wrong; the same again, edited or not.
import {get, platform, post} from '../api.js';
import {dialog} from '../dialog.js';
import {button, facts, field, fill, h, select, toast} from '../dom.js';
import {curl, instant, timeOfDay, took} from '../format.js';
import {copied, message} from '../message.js';
import {saving} from '../recording.js';
import {Rows} from '../rows.js';
import {why} from '../verdict.js';
import {add, t} from '../words.js';

add({
  traffic: ['Traffic', '流量'],
  search: ['Search in everything that was sent and answered', '搜索请求与应答的全部内容'],
  only_refused: ['refused only', '只看被拒'],
  endpoint: ['Endpoint', '接口'],
  requests: ['Requests', '请求列表'],
  no_traffic: [
    'No request has come yet. Point your back end at {origin}, or click through the shop of `wechatpay-sandbox demo`.',
    '还没有请求。把后端指向 {origin}，或在 `wechatpay-sandbox demo` 的小店里点一点。',
  ],
  choose: ['Choose a request to see all of it.', '选择一条请求查看详情。'],
  unclaimed: ['belongs to no tenant', '不属于任何租户'],
  request: ['Request', '请求'],
  answer: ['Answer', '应答'],
  replay: ['Replay', '重放'],
  edit: ['Edit and replay', '编辑后重放'],
  as_curl: ['Copy as curl', '复制为 curl'],
  sign_anew: ['Sign it anew', '重新签名'],
  sign_anew_why: ['with the key the platform has for this merchant', '用平台保存的该商户密钥'],
  send: ['Send', '发送'],
  body: ['Body', '报文体'],
  target: ['Path and query', '路径与参数'],
  replayed: ['Answered with HTTP {status}', '应答 HTTP {status}'],
  rules_acted: ['Rules that acted', '生效的规则'],
  no_such_exchange: ['This request has left the journal: newer ones took its place.', '这条请求已被新请求挤出日志。'],
  more: ['Older ones', '更早的'],
});

const PAGE = 500;
const refusedOf = (one) => Boolean(one.problem) || one.status === 0 || one.status >= 400;

async function show(root, wanted, frame) {
  let current = wanted;
  const known = new Map(); // every exchange this page has seen, by number
  let older = true;
  const detail = h('section.detail', {'aria-label': t('request')});
  const search = h('input', {type: 'search', placeholder: t('search'), 'aria-label': t('search')});
  const refused = h('input', {type: 'checkbox'});
  const endpoint = select([['', t('all')]], '', {'aria-label': t('endpoint')});
  const rows = new Rows({
    height: 46, key: (one) => one.id, label: t('requests'), render: cells, chosen: (one) => frame.go(`traffic/${one.id}`),
  });
  const note = h('p.empty', {hidden: true}, t('no_traffic', {origin: location.origin}));
  const more = button(t('more'), () => load({before: Math.min(...known.keys())}), {quiet: true, hidden: true});
  fill(root, h('div.split', {},
    h('section.list', {},
      h('form.filters', {onsubmit: (event) => event.preventDefault()},
        search, endpoint, h('label.check', {}, refused, t('only_refused')), saving()),
      note, rows.element, more),
    detail));

  const filters = () => ({text: search.value.trim(), refused: refused.checked, endpoint: endpoint.value});
  const draw = () => {
    const {refused: only, endpoint: name} = filters();
    const kept = [...known.values()].filter((one) => (!only || refusedOf(one)) && (!name || one.endpoint === name));
    kept.sort((a, b) => b.id - a.id);
    rows.set(kept);
    note.hidden = known.size > 0;
    more.hidden = !older || !known.size;
    const names = [...new Set([...known.values()].map((one) => one.endpoint).filter(Boolean))].sort();
    if (names.length + 1 !== endpoint.options.length) {
      fill(endpoint, h('option', {value: ''}, t('all')), names.map((n) => h('option', {value: n, selected: n === name}, n)));
    }
  };
  const load = async ({after = 0, before} = {}) => {
    const {text} = filters();
    const found = (await get('/exchanges', {text, after, before, limit: PAGE, brief: true})).exchanges;
    found.forEach((one) => known.set(one.id, one));
    if (after && found.length === PAGE) await load({after, before: found[0].id}); // more came than one look shows
    if (!after) older = found.length === PAGE;
    draw();
  };
  const anew = async () => { known.clear(); await load(); };

  let typing = 0;
  search.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(anew, 250); });
  for (const input of [refused, endpoint]) input.addEventListener('change', draw);

  let waiting = 0; // news come in bursts: one look for many
  const deaf = frame.listen((event) => {
    if (event.kind === 'diagnosis' && event.id === current) open(current);
    if (event.kind !== 'exchange' || waiting) return;
    waiting = setTimeout(() => { waiting = 0; load({after: Math.max(0, ...known.keys())}); }, 200);
  });

  const open = async (id) => {
    current = id;
    rows.select(Number(id));
    if (!id) {
      fill(detail, h('p.empty', {}, t('choose')));
      return;
    }
    try {
      fill(detail, whole(await get(`/exchanges/${id}`), frame));
    } catch (error) {
      fill(detail, h('p.empty', {}, error.status === 404 ? t('no_such_exchange') : error.message));
    }
  };
  await load();
  await open(current);
  frame.turns(open);
  return () => { deaf(); rows.close(); };
}

function cells(one) {
  const bad = refusedOf(one);
  return [
    h(`span.status.${bad ? 'bad' : 'good'}`, {}, one.status || '✕'),
    h('span.what', {}, h('b', {}, one.endpoint || one.target), h('small', {}, one.tags.out_trade_no || one.tags.mchid || (one.tenant ? one.tags.appid || '' : t('unclaimed')))),
    h('span.said', {}, one.said || (one.diagnosis ? one.diagnosis.code : '')),
    h('span.when', {}, timeOfDay(one.at), h('small', {}, took(one.took_us))),
  ];
}

function whole(one, frame) {
  const number = one.tags.out_trade_no;
  return [
    h('header.title', {},
      h('h2', {}, `${one.method} ${one.target}`),
      h('p.meta', {}, `#${one.id} · ${one.endpoint} · HTTP ${one.status} · ${instant(one.at)} · ${took(one.took_us)}`),
      h('p.actions', {},
        button(t('replay'), () => replay(one, frame)),
        button(t('edit'), () => edit(one, frame), {quiet: true}),
        button(t('as_curl'), () => copied(curl(one)), {quiet: true}),
        number ? h('a.button', {href: `#/orders/${number}`}, number) : null)),
    one.diagnosis ? why(one.diagnosis) : null,
    one.notes.length ? facts([[t('rules_acted'), one.notes.join(' · ')]]) : null,
    message(t('request'), one.request_headers, one.request),
    message(t('answer'), one.response_headers, one.response),
  ];
}

const SENT = ['content-type', 'authorization', 'accept', 'wechatpay-serial', 'wechatpay-negative-test'];

function kept(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => SENT.includes(name.toLowerCase())));
}

async function replay(one, frame, changed = {}) {
  const request = {target: one.target, body: one.request, headers: kept(one.request_headers), ...changed};
  const {status} = await platform(one.method, request.target, request);
  toast(t('replayed', {status}), status < 400 ? 'good' : 'bad');
  const {exchanges} = await get('/exchanges', {after: one.id, limit: 1000, brief: true});
  if (exchanges.length) frame.go(`traffic/${exchanges.at(-1).id}`);
}

function edit(one, frame) {
  const target = h('input', {value: one.target});
  const body = h('textarea', {rows: '14', spellcheck: 'false'}, one.request);
  const anew = h('input', {type: 'checkbox', checked: true});
  const box = dialog(t('edit'),
    field(t('target'), target),
    field(t('body'), body),
    h('label.check', {}, anew, t('sign_anew'), h('small', {}, t('sign_anew_why'))),
    button(t('send'), async () => {
      let changed = {target: target.value, body: body.value};
      if (anew.checked && one.tags.mchid) changed = await signed(one, changed);
      await replay(one, frame, changed);
      box.close();
    }));
}

// The same request with a signature that is right, whatever was changed in it.
async function signed(one, {target, body}) {
  const made = await post('/sign', {mchid: one.tags.mchid, method: one.method, target, body});
  return {target, body: made.body, headers: {...kept(one.request_headers), ...made.headers}};
}

export const traffic = {name: 'traffic', key: 't', title: () => t('traffic'), show};
