// A question or a note above the page.
import {button, h} from './dom.js';
import {t} from './words.js';

export function dialog(title, ...content) {
  const box = h('dialog', {'aria-label': title, onclose: () => box.remove()},
    h('h2', {}, title), content, h('p.actions', {}, button(t('close'), () => box.close(), {quiet: true})));
  document.body.append(box);
  box.showModal();
  return box;
}
