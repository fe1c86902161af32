// One message on the wire: its body, pretty or raw, and its headers.
import {button, codeBlock, facts, h, toast} from './dom.js';
import {pretty} from './format.js';
import {add, t} from './words.js';

add({
  headers: ['Headers', '报文头'],
  raw: ['Raw', '原文'],
  no_body: ['(no body)', '（无报文体）'],
});

export function message(title, headers, body) {
  const view = codeBlock(pretty(body) || t('no_body'), title);
  const raw = button(t('raw'), () => {
    const now = raw.getAttribute('aria-pressed') !== 'true';
    raw.setAttribute('aria-pressed', String(now));
    view.textContent = (now ? body : pretty(body)) || t('no_body');
  }, {quiet: true, 'aria-pressed': 'false'});
  return h('section.message', {},
    h('header', {}, h('h3', {}, title), body ? [raw, button(t('copy'), () => copied(body), {quiet: true})] : null),
    view,
    h('details', {}, h('summary', {}, `${t('headers')} (${Object.keys(headers).length})`), facts(Object.entries(headers))));
}

export async function copied(text) {
  await navigator.clipboard.writeText(text);
  toast(t('copied'));
}

// Hands a text to the browser as a file.
export function download(name, content, kind = 'text/plain') {
  const url = URL.createObjectURL(new Blob([content], {type: kind}));
  h('a', {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
