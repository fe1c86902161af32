// Elements made of text only: nothing that came over the wire is ever read as HTML.
export function el(name, given = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (key === 'class') element.className = value;
    else if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key in element && key !== 'list' && key !== 'form') element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}

export const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`;

export const when = (ms) => new Date(ms).toLocaleString('zh-CN', {timeZone: 'Asia/Shanghai', hour12: false});

let fields = 0;

// A field with its label.
export function field(label, input) {
  input.id = input.id || `field${fields += 1}`;
  return [el('label', {htmlFor: input.id}, label), input];
}

// A dialog that is there until it is closed; `closed` hears of it, Escape included.
export function sheet(kind, closed, ...children) {
  const dialog = el('dialog', {class: kind}, ...children);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (closed) closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function row(label, value) {
  return el('p', {class: 'between'}, el('span', {class: 'soft'}, label), el('span', {}, value));
}
