// The frame: which page is shown, the language, the theme, the tenant, the token, and what happens live.
import {get, session, watch} from './api.js';
import {dialog} from './dialog.js';
import {button, field, fill, h, select, toast} from './dom.js';
import {language, speak, t} from './words.js';
import {views} from './views.js';

const main = document.getElementById('main');
const listeners = new Set();
let leave = () => {};
let shown = '';
let turn = null;
let live = false;
let stop = () => {};

// What a page gets besides the place to draw: news of the tenant while it is shown, and the way to another page.
function frame() {
  return {
    // `heard(event)` is called for what happens, at most about four times a second per kind with `calm`.
    listen(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    go(place) { location.hash = `#/${place}`; },
    // `open(rest)` shows another of the page's things, so that the page need not be drawn anew for it; false: it must.
    turns(open) { turn = open; },
  };
}

// A page that can turn to another of its things stays as it is: its list keeps its place, its filters and its rows.
async function show({anew = true} = {}) {
  const [name, ...rest] = decodeURIComponent(location.hash.replace(/^#\//, '')).split('/');
  const view = views.find((one) => one.name === name) || views[0];
  if (!anew && shown === view.name && turn && (await turn(rest.join('/'))) !== false) return;
  leave();
  leave = () => {};
  [shown, turn] = [view.name, null];
  document.title = `${view.title()} · wechatpay-sandbox`;
  chrome(view.name);
  const root = h('div.page', {id: `page-${view.name}`});
  fill(main, h('h1.hidden', {}, view.title()), root);
  try {
    const left = (await view.show(root, rest.join('/'), frame())) || (() => {});
    if (root.isConnected) leave = left;
    else left(); // somebody has gone on already
  } catch (error) {
    fill(root, h('p.problem', {role: 'alert'}, error.message));
  }
}

function chrome(current) {
  document.documentElement.lang = language;
  document.getElementById('skip').textContent = t('skip');
  fill(document.getElementById('nav'), views.map((view) => h('a', {
    href: `#/${view.name}`,
    'aria-current': view.name === current ? 'page' : null,
    title: `g ${view.key}`,
  }, view.title())), h('a.outside', {href: phone(), target: '_blank', rel: 'noopener'}, t('phone')));
  document.querySelector('#nav [aria-current]')?.scrollIntoView({block: 'nearest', inline: 'nearest'});
  fill(document.getElementById('tools'),
    h('span.live', {id: 'live', 'data-live': String(live)}, live ? t('live') : t('offline')),
    tenants(),
    button('◐', dim, {quiet: true, title: t('theme'), 'aria-label': t('theme')}),
    button(t('language'), () => { speak(language === 'zh' ? 'en' : 'zh'); show(); }, {quiet: true, id: 'language'}),
    button('?', () => dialog(t('keys'), h('p', {}, t('keys_text'))), {quiet: true, 'aria-label': t('keys')}));
}

// The phone is another page: it must be told whose world it is in, and the token.
function phone() {
  const token = session.token ? `#token=${encodeURIComponent(session.token)}` : '';
  return `/_sandbox/phone?tenant=${encodeURIComponent(session.tenant)}${token}`;
}

function tenants() {
  const box = select([session.tenant], session.tenant, {
    id: 'tenant',
    'aria-label': t('tenant'),
    onchange: (event) => { session.tenant = event.target.value; listen(); show(); },
  });
  get('/tenants').then(({tenants: known}) => {
    fill(box, known.map(({id}) => h('option', {value: id, selected: id === session.tenant}, id)));
  }).catch(() => {});
  return box;
}

function dim() {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const now = document.documentElement.dataset.theme || (dark ? 'dark' : 'light');
  const next = now === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  localStorage.setItem('sandbox.theme', next);
}

function listen() {
  stop();
  stop = watch((event) => listeners.forEach((heard) => heard(event)), (state) => {
    live = state;
    const mark = document.getElementById('live');
    if (!mark) return;
    mark.dataset.live = String(state);
    mark.textContent = state ? t('live') : t('offline');
  });
}

document.addEventListener('token-needed', () => {
  if (document.querySelector('dialog')) return;
  const input = h('input', {type: 'password', value: session.token, autocomplete: 'off', required: true});
  const box = dialog(t('token_title'), h('form', {
    method: 'dialog',
    onsubmit: () => { session.token = input.value; box.close(); listen(); show(); },
  }, h('p', {}, t('token_why')), field(t('token'), input), h('button', {}, t('use'))));
});

let prefix = 0;
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, dialog')) return;
  if (event.key === 'g') { prefix = Date.now(); return; }
  const view = Date.now() - prefix < 1500 && views.find((one) => one.key === event.key);
  prefix = 0;
  if (view) { event.preventDefault(); location.hash = `#/${view.name}`; return; }
  if (event.key === '?') dialog(t('keys'), h('p', {}, t('keys_text')));
  const search = event.key === '/' && main.querySelector('input[type=search]');
  if (search) { event.preventDefault(); search.focus(); }
});

const [, fragment] = location.hash.match(/^#token=(.+)$/) || [];
if (fragment) {
  session.token = decodeURIComponent(fragment);
  history.replaceState(null, '', `${location.pathname}${location.search}#/${views[0].name}`);
}
document.documentElement.dataset.theme = localStorage.getItem('sandbox.theme') || '';
window.addEventListener('hashchange', () => show({anew: false}));
window.addEventListener('unhandledrejection', (event) => toast(event.reason?.message || String(event.reason), 'bad'));
listen();
show();
