// A list of any length of which only the rows in sight exist: 10,000 exchanges scroll as smoothly as ten.
import {h} from './dom.js';

const BEYOND = 8; // rows kept ready above and below

// `render(item)` gives a row's cells, `key(item)` its identity; rows are `height` px, `kind` a class of the sheet. Newest first.
export class Rows {
  constructor({height, render, key, chosen, label, kind = 'plain'}) {
    Object.assign(this, {height, render, key, chosen, items: [], current: null});
    this.space = h('div.rows-space', {role: 'presentation'});
    this.element = h(`div.rows.${kind}`, {
      tabindex: '0',
      role: 'listbox',
      'aria-label': label,
      onscroll: () => this.draw(),
      onkeydown: (event) => this.pressed(event),
      onclick: (event) => this.clicked(event),
    }, this.space);
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(this.element);
  }

  close() { this.watcher.disconnect(); }

  // New items in the place of all; what is in sight stays in sight when items come in above it.
  set(items) {
    const first = this.items.length ? this.key(this.items[0]) : null;
    const above = items.findIndex((item) => this.key(item) === first);
    const away = this.element.scrollTop > this.height;
    this.items = items;
    this.space.style.height = `${items.length * this.height}px`;
    if (away && above > 0) this.element.scrollTop += above * this.height;
    this.draw(true);
  }

  draw(anew = false) {
    const {scrollTop, clientHeight} = this.element;
    const from = Math.max(0, Math.floor(scrollTop / this.height) - BEYOND);
    const to = Math.min(this.items.length, Math.ceil((scrollTop + clientHeight) / this.height) + BEYOND);
    if (!anew && from === this.from && to === this.to) return;
    Object.assign(this, {from, to});
    this.space.replaceChildren(...this.items.slice(from, to).map((item, n) => this.row(item, from + n)));
    const active = this.space.querySelector('[aria-selected=true]');
    if (active) this.element.setAttribute('aria-activedescendant', active.id);
    else this.element.removeAttribute('aria-activedescendant');
  }

  row(item, index) {
    const id = this.key(item);
    const row = h('div.row', {
      id: `row-${id}`,
      role: 'option',
      'aria-selected': String(id === this.current),
      'aria-posinset': String(index + 1),
      'aria-setsize': String(this.items.length),
    }, this.render(item));
    row.style.top = `${index * this.height}px`;
    row.dataset.key = id;
    return row;
  }

  select(id) {
    this.current = id;
    this.draw(true);
  }

  clicked(event) {
    const row = event.target.closest('.row');
    if (!row) return;
    const item = this.items.find((one) => String(this.key(one)) === row.dataset.key);
    if (item) this.chosen(item);
  }

  pressed(event) {
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity, j: 1, k: -1};
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || !this.items.length) return;
    event.preventDefault();
    const at = this.items.findIndex((item) => this.key(item) === this.current);
    const next = Math.min(this.items.length - 1, Math.max(0, at + step));
    this.reveal(next);
    this.chosen(this.items[next]);
  }

  reveal(index) {
    const top = index * this.height;
    const {scrollTop, clientHeight} = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + this.height > scrollTop + clientHeight) this.element.scrollTop = top + this.height - clientHeight;
  }
}
