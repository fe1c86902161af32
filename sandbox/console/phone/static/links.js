// What begins with a link: a scanned QR code, an H5 payment, a contract to sign.
import {ask} from './api.js';
import {tellDialog} from './cashier.js';
import {el, field, sheet} from './dom.js';
import {t} from './words.js';

const WIDEST = 800; // pixels: a code is legible, and the picture fits a request

export function scanner(holder, show) {
  const text = el('textarea', {rows: 2, spellcheck: false});
  const picture = el('input', {type: 'file', accept: 'image/*', onchange: async () => {
    if (!picture.files.length) return;
    const {text: read} = await ask('POST', '/codes/read', await grey(picture.files[0]));
    if (read) text.value = read;
    else note.textContent = t('noCode');
  }});
  picture.setAttribute('capture', 'environment');
  const {note} = form(t('scan'), [...field(t('codeText'), text), ...field(t('picture'), picture)], t('go'),
    () => opened({code_url: text.value.trim(), user: holder.id}, show));
}

export function openH5(holder, show) {
  const link = el('textarea', {rows: 2, spellcheck: false});
  const referer = el('input', {placeholder: 'https://…'});
  const address = el('input', {placeholder: '203.0.113.7'});
  const inside = el('input', {type: 'checkbox', id: 'inside'});
  form(t('h5'), [
    ...field(t('link'), link), ...field(t('referer'), referer), ...field(t('clientIp'), address),
    el('p', {}, inside, ' ', el('label', {htmlFor: 'inside', class: 'soft beside'}, t('inside'))),
  ], t('go'), () => opened({
    mweb_url: link.value.trim(), referer: referer.value.trim(), client_ip: address.value.trim(), user: holder.id,
    user_agent: inside.checked ? 'MicroMessenger' : navigator.userAgent,
  }, show));
}

export function signContract(holder) {
  const link = el('textarea', {rows: 3, spellcheck: false});
  form(t('sign'), field(t('signUrl'), link), t('agree'), async () => {
    const signed = await ask('POST', '/contracts', {url: link.value.trim(), user: holder.id});
    tellDialog(`${t('signed')} ${signed.contract_code}`, null, t('ok'), () => {});
  });
}

async function opened(given, show) {
  show(await ask('POST', '/cashiers', given));
}

// A form in a dialog: closed when its work is done, open with what went wrong otherwise.
function form(title, fields, button, work) {
  const note = el('p', {class: 'bad', role: 'alert'});
  const submit = async (event) => {
    event.preventDefault();
    note.textContent = '';
    try {
      const doing = work();
      await doing;
      dialog.close();
    } catch (error) {
      note.textContent = error.message;
    }
  };
  const dialog = sheet('sheet', null, el('form', {onsubmit: submit}, el('h2', {}, title), ...fields, note,
    el('p', {class: 'row'}, el('button', {}, button),
      el('button', {type: 'button', class: 'plain', onclick: () => dialog.close()}, t('close')))));
  return {note};
}

// The picture as grey pixels, small enough to send.
async function grey(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  const {data} = context.getImageData(0, 0, width, height);
  let pixels = '';
  for (let at = 0; at < data.length; at += 4) {
    pixels += String.fromCharCode((data[at] * 299 + data[at + 1] * 587 + data[at + 2] * 114) / 1000);
  }
  return {width, pixels: btoa(pixels)};
}
