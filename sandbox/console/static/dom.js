// Elements without a template language. Text is always text: nothing here can become markup.

// h('button.quiet', {onclick, title, hidden}, 'text', child, [children], null)
export function h(spec, props, ...children) {
  const [tag, ...classes] = spec.split('.');
  const element = document.createElement(tag || 'div');
  if (classes.length) element.className = classes.join(' ');
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== 'string') element[name] = value;
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Puts children in the place of whatever was there.
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// A button that is busy while its work is going on, and whose failure is shown.
export function button(label, work, {quiet = false, danger = false, ...props} = {}) {
  const kind = `button${quiet ? '.quiet' : ''}${danger ? '.danger' : ''}`;
  return h(kind, {
    type: 'button',
    ...props,
    onclick: async (event) => {
      const self = event.currentTarget;
      self.disabled = true;
      try {
        await work(event);
      } catch (error) {
        toast(error.message, 'bad');
      } finally {
        self.disabled = false;
      }
    },
  }, label);
}

// A label with its field; the field's name is what it is found by.
export function field(label, input, hint) {
  return h('label.field', {}, h('span', {}, label), input, hint ? h('small', {}, hint) : null);
}

// Options: [value, label] pairs, or values that are their own labels.
export function select(options, value, props = {}) {
  const element = h('select', props, options.map((option) => {
    const [key, label] = Array.isArray(option) ? option : [option, option];
    return h('option', {value: key, selected: key === value}, label);
  }));
  return element;
}

// A table of texts or elements; `columns` are headings, `rows` arrays of cells.
export function table(columns, rows, {caption = '', empty = ''} = {}) {
  if (!rows.length && empty) return h('p.empty', {}, empty);
  return h('div.scroll', {tabindex: '0', role: 'region', 'aria-label': caption || columns.join(', ')},
    h('table', {},
      caption ? h('caption.hidden', {}, caption) : null,
      h('thead', {}, h('tr', {}, columns.map((name) => h('th', {scope: 'col'}, name)))),
      h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell) => h('td', {}, cell ?? '')))))));
}

// Names and values beside each other; pairs without a value are left out.
export function facts(pairs) {
  return h('dl.facts', {}, pairs.filter(([, value]) => value !== '' && value !== null && value !== undefined)
    .map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

// A link to somewhere else on the net, in a page of its own; nothing but the text where it is no address.
export function outside(url, text = url) {
  return /^https?:\/\//.test(url) ? h('a', {href: url, target: '_blank', rel: 'noopener noreferrer'}, text) : text;
}

// Choices of which one is shown: [[place, label], …]; `current` is one of the places.
export function tabs(label, places, current) {
  return h('nav.tabs', {'aria-label': label}, places.map(([place, name]) =>
    h('a', {href: `#/${place}`, 'aria-current': place === current ? 'page' : null}, name)));
}

// A few words that appear for some seconds and are read out.
export function toast(text, kind = 'good') {
  const line = h(`p.toast.${kind}`, {}, text);
  document.getElementById('toasts').append(line);
  setTimeout(() => line.remove(), kind === 'bad' ? 12000 : 4000);
}

export function codeBlock(text, label) {
  return h('pre.code', {tabindex: '0', role: 'region', 'aria-label': label}, text);
}
