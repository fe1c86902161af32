// The payment code: bars and a QR code that change every minute, and the password that a charge may ask for.
import {ask} from './api.js';
import {passwordPad, tellDialog} from './cashier.js';
import {el, sheet, yuan} from './dom.js';
import {t} from './words.js';

export async function payCode(holder) {
  let timer = 0;
  const bars = el('img', {class: 'code bars', alt: ''});
  const square = el('img', {class: 'code', alt: ''});
  const digits = el('p', {class: 'centre', id: 'digits'});
  const left = el('p', {class: 'soft centre'});
  const always = el('input', {type: 'checkbox', id: 'always', onchange: () => renew()});
  const renew = async () => {
    clearInterval(timer);
    const {auth_code} = await ask('POST', '/payment-codes', {user: holder.id, password: always.checked});
    bars.src = `/_sandbox/bars.svg?text=${auth_code}`;
    square.src = `/_sandbox/qr.svg?text=${auth_code}`;
    bars.alt = square.alt = auth_code;
    digits.textContent = auth_code.replace(/(\d{4})(?=\d)/g, '$1 ');
    let seconds = 60;
    timer = setInterval(() => {
      seconds -= 1;
      left.textContent = t('fresh', seconds);
      if (seconds <= 0) renew().catch((error) => { left.textContent = error.message; });
    }, 1000);
  };
  const dialog = sheet('sheet', () => clearInterval(timer),
    el('h2', {}, t('show')), bars, digits, square, left,
    el('p', {}, always, ' ', el('label', {htmlFor: 'always', class: 'soft beside'}, t('askAlways'))),
    el('button', {type: 'button', onclick: () => dialog.close()}, t('close')));
  await renew();
}

// A till's charge waits for the password; closing the question leaves it waiting.
export function passwordFor(charge, holder) {
  return new Promise((through) => {
    const answer = async (action) => {
      const path = `/orders/${encodeURIComponent(charge.number)}/password`;
      const outcome = await ask('POST', path, {mchid: charge.mchid, action});
      dialog.close();
      if (outcome.dialog && action !== 'cancel') tellDialog(outcome.dialog, outcome.explanation, t('ok'), () => {});
    };
    const typed = (password) => answer(password === holder.password ? 'pay' : 'wrong-password');
    const dialog = sheet('sheet', through,
      el('h2', {}, t('enter')), el('p', {class: 'centre'}, t('pays', charge.merchant)),
      el('p', {class: 'amount'}, yuan(charge.amount)), ...passwordPad(typed, holder.password),
      el('button', {type: 'button', class: 'plain', onclick: () => answer('cancel').catch(() => dialog.close())},
        t('cancel')));
    dialog.querySelector('input').focus();
  });
}
