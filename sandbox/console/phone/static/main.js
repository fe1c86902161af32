// The phone: who holds it, what waits for them, what they can do, what they were told.
import {ask, tenantUsed, tokenUsed, useToken, watch} from './api.js';
import {cashierSheet, tellDialog} from './cashier.js';
import {el, field, sheet, when, yuan} from './dom.js';
import {payCode, passwordFor} from './paycode.js';
import {openH5, scanner, signContract} from './links.js';
import {packetSheet, transferSheet} from './money.js';
import {language, remember, remembered, speak, t} from './words.js';

const query = new URLSearchParams(location.search);
const over = query.has('cashier') || query.has('transfer');
const main = document.getElementById('main');
const status = document.getElementById('status');
let user = query.get('user') || remembered('user');
let users = [];
let shown = new Set(); // cashiers that were opened by themselves once
let drawn = '';

const tell = (text) => { status.textContent = text; };
const troubled = (error) => tell(error.message);

async function refresh() {
  const screen = await ask('GET', `/users/${encodeURIComponent(user)}/phone`);
  const now = JSON.stringify([screen, language()]);
  if (now !== drawn) {
    drawn = now;
    draw(screen);
  }
  const incoming = screen.cashiers.find((one) => !shown.has(one.id));
  if (incoming && !document.querySelector('dialog')) show(incoming);
}

// The payer as they are by now: what is in the purse, which cards.
const held = async (id) => (await ask('GET', `/users/${encodeURIComponent(id)}/phone`)).user;

async function show(cashier) {
  shown.add(cashier.id);
  try {
    await cashierSheet(cashier, await held(cashier.user));
    await refresh();
  } catch (error) {
    troubled(error);
  }
}

function draw(screen) {
  const holder = screen.user;
  const picker = el('select', {onchange: () => { choose(picker.value); }},
    ...users.map((one) => el('option', {value: one.id, selected: one.id === holder.id}, `${one.nickname || one.id}`)));
  main.replaceChildren(
    el('section', {},
      ...field(t('payer'), picker),
      el('p', {class: 'between'}, el('span', {}, t('purse')), el('strong', {}, yuan(holder.balance))),
      holder.cards.length ? el('p', {class: 'between'}, el('span', {}, t('cards')), holder.cards.join('、')) : null,
      el('button', {type: 'button', class: 'plain', onclick: () => settings(holder)}, t('set'))),
    el('section', {class: 'tiles'},
      tile('scan', () => scanner(holder, show)),
      tile('show', () => payCode(holder)),
      tile('h5', () => openH5(holder, show)),
      tile('sign', () => signContract(holder))),
    el('section', {}, el('h2', {}, t('waiting')), waiting(screen)),
    screen.contracts.length ? el('section', {}, el('h2', {}, t('contracts')), el('ul', {}, ...screen.contracts.map(
      (one) => entry(`${one.merchant} ${one.text}`, one.number, t('ends'), () => ask(
        'POST', `/contracts/${encodeURIComponent(one.handle)}/end`, {mchid: one.mchid}).then(refresh))))) : '',
    el('section', {}, el('h2', {}, t('messages')), messages(screen.messages)),
    el('section', {}, el('button', {type: 'button', class: 'plain', onclick: elsewhere}, t('other'))),
  );
}

const tile = (word, open) => el('button', {type: 'button', class: 'plain', onclick: open}, t(word));

function entry(text, soft, button, act) {
  return el('li', {class: 'between'},
    el('span', {}, text, el('br'), el('span', {class: 'soft'}, soft)),
    el('button', {type: 'button', onclick: () => act().catch(troubled)}, button));
}

function waiting(screen) {
  const items = [
    ...screen.cashiers.map((one) => entry(`${one.merchant} ${yuan(one.total)}`, one.description, t('open'),
      () => show(one))),
    ...screen.passwords.map((one) => entry(`${one.merchant} ${yuan(one.amount)}`, t('asks'), t('enter'),
      async () => passwordFor(one, screen.user).then(refresh))),
    ...screen.transfers.map((one) => entry(`${one.merchant} ${yuan(one.amount)}`, one.text || t('transfer'), t('take'),
      async () => transferSheet(one, screen.user).then(refresh))),
    ...screen.red_packets.map((one) => entry(one.merchant, one.text || t('packet'), t('unpack'),
      async () => packetSheet(one, screen.user).then(refresh))),
  ];
  return items.length ? el('ul', {}, ...items) : el('p', {class: 'soft'}, t('nothing'));
}

function messages(list) {
  if (!list.length) return el('p', {class: 'soft'}, t('noMessages'));
  return el('ul', {id: 'messages'}, ...list.map((one) => el('li', {},
    el('p', {class: 'between'}, el('strong', {}, t(`kind_${one.kind}`)), one.amount ? yuan(one.amount) : ''),
    el('p', {}, [one.merchant, one.text].filter(Boolean).join(' · ')),
    ...Object.entries(one.lines || {}).map(([name, value]) => el('p', {class: 'soft'}, `${name}: ${value}`)),
    el('p', {class: 'soft'}, `${when(one.at)} ${one.number || ''}`))));
}

function choose(id) {
  user = id;
  remember('user', id);
  shown = new Set();
  refresh().catch(troubled);
}

function settings(holder) {
  const purse = el('input', {type: 'number', min: '0', step: '0.01', value: (holder.balance / 100).toFixed(2)});
  const password = el('input', {inputMode: 'numeric', pattern: '[0-9]{6}', value: holder.password});
  const cards = el('input', {value: holder.cards.join('、'), placeholder: '招商银行信用卡0403'});
  const follows = el('input', {type: 'checkbox', id: 'follows', checked: holder.subscribed});
  const save = async (event) => {
    event.preventDefault();
    const balance = Math.round(Number(purse.value) * 100);
    try {
      await ask('PATCH', `/users/${encodeURIComponent(holder.id)}`, {
        balance, password: password.value, subscribed: follows.checked,
        cards: cards.value.split(/[、,，]/).map((card) => card.trim()).filter(Boolean),
      });
      dialog.close();
      tell(t('saved'));
      await refresh();
    } catch (error) {
      note.textContent = error.message;
    }
  };
  const note = el('p', {class: 'bad', role: 'alert'});
  const dialog = sheet('told', null, el('form', {method: 'dialog', onsubmit: save},
    el('h2', {}, t('set')), ...field(t('yuan'), purse), ...field(t('password'), password),
    ...field(t('cardsSet'), cards),
    el('p', {}, follows, ' ', el('label', {htmlFor: 'follows', class: 'soft beside'}, t('follows'))), note,
    el('p', {class: 'row'}, el('button', {}, t('save')),
      el('button', {type: 'button', class: 'plain', onclick: () => dialog.close()}, t('close')))));
}

// A QR code of this page's own address, for a phone that can reach this machine.
function elsewhere() {
  const address = el('input', {value: location.host});
  const picture = el('img', {class: 'code', alt: t('other')});
  const link = el('p', {class: 'soft'});
  const redraw = () => {
    const search = tenantUsed() ? `?tenant=${encodeURIComponent(tenantUsed())}` : '';
    const fragment = tokenUsed() ? `#token=${encodeURIComponent(tokenUsed())}` : '';
    link.textContent = `${location.protocol}//${address.value}/_sandbox/phone${search}${fragment}`;
    picture.src = `/_sandbox/qr.svg?text=${encodeURIComponent(link.textContent)}`;
  };
  address.addEventListener('input', redraw);
  redraw();
  const dialog = sheet('told', null, el('h2', {}, t('other')), el('p', {class: 'soft'}, t('reach')),
    ...field(t('address'), address), picture, link,
    el('button', {type: 'button', onclick: () => dialog.close()}, t('close')));
}

// Over a merchant's page there is the cashier only, and the page is told when the person is through.
async function overPage() {
  document.body.classList.add('over');
  const say = (more) => parent.postMessage({from: 'wechatpay-sandbox', ...more}, '*');
  say({});
  if (query.has('cashier')) {
    const cashier = await ask('GET', `/cashiers/${encodeURIComponent(query.get('cashier'))}`);
    await cashierSheet(cashier, await held(cashier.user));
    return say({done: true});
  }
  const [handle, mchid, appid] = ['transfer', 'mchid', 'appid'].map((name) => query.get(name) || '');
  const holder = query.get('user') || users[0].id;
  const {transfers} = await ask('GET', `/users/${encodeURIComponent(holder)}/phone`);
  const known = transfers.find((one) => one.handle === handle);
  const given = {package_info: handle, mchid, appid, user: query.get('user') || ''};
  return say({done: true, errMsg: await transferSheet({...known, handle, given}, null)});
}

async function start() {
  try {
    ({users} = await ask('GET', '/users'));
  } catch (error) {
    if (error.status === 401) return askToken(error.message);
    throw error;
  }
  if (over) return overPage();
  if (!users.some((one) => one.id === user)) user = users.length ? users[0].id : '';
  await refresh();
  let soon = 0;
  watch(() => { clearTimeout(soon); soon = setTimeout(() => refresh().catch(troubled), 60); },
    (calm) => { tell(calm ? '' : t('gone')); if (calm) refresh().catch(troubled); });
  return undefined;
}

function askToken(message) {
  const input = el('input', {autocomplete: 'off'});
  main.replaceChildren(el('form', {onsubmit: (event) => { event.preventDefault(); useToken(input.value); start().catch(troubled); }},
    ...field(t('token'), input), el('p', {class: 'soft'}, message), el('button', {}, t('ok'))));
}

const languageButton = document.getElementById('language');
function named() {
  document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en';
  languageButton.textContent = t('language');
}
languageButton.addEventListener('click', () => {
  speak(language() === 'zh' ? 'en' : 'zh');
  named();
  refresh().catch(troubled);
});
named();
start().catch((error) => (over ? tellDialog(error.message, null, t('ok'), () => parent.postMessage(
  {from: 'wechatpay-sandbox', done: true}, '*')) : troubled(error)));
