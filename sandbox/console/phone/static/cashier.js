// The cashier as it slides up: merchant, amount, the password pad, and the platform's dialogs.
import {ask} from './api.js';
import {el, field, row, sheet, yuan} from './dom.js';
import {language, t} from './words.js';

const DIGITS = 6;

// Shows an open cashier, or what became of it; the promise is kept once the person is through.
export function cashierSheet(cashier, user) {
  return new Promise((through) => {
    if (!cashier.open) return ended(cashier, through);
    let left = true;
    const act = async (given) => {
      const after = await ask('POST', `/cashiers/${cashier.id}`, given);
      left = false;
      dialog.close();
      if (!after.open) return ended(after, through);
      return tellDialog(after.dialog, null, t('retry'), () => cashierSheet(after, user).then(through));
    };
    const gone = async () => { // tapped away: the person leaves
      if (!left) return;
      await ask('POST', `/cashiers/${cashier.id}`, {action: 'cancel'}).catch(() => null);
      through({paid: false});
    };
    const from = el('select', {},
      el('option', {value: ''}, `${t('purse')}（${yuan(user.balance)}）`),
      ...user.cards.map((card) => el('option', {value: card}, card)));
    const dialog = sheet('sheet', gone,
      el('h2', {}, t('enter')),
      el('p', {class: 'centre'}, t('pays', cashier.merchant)),
      el('p', {class: 'amount'}, yuan(cashier.total)),
      row(t('goods'), cashier.description),
      row(t('number'), cashier.out_trade_no),
      ...field(`${t('method')}（${cashier.nickname || cashier.user}）`, from),
      ...passwordPad((password) => act({password, card: from.value}), user.password),
      el('button', {type: 'button', class: 'plain', onclick: () => dialog.close()}, t('cancel')),
    );
    dialog.setAttribute('aria-label', t('enter'));
    dialog.querySelector('input').focus();
    const ends = async () => { // or did they act on another screen?
      while (left) {
        const after = await ask('GET', `/cashiers/${cashier.id}/outcome?seconds=25`);
        if (!left || after.open) continue;
        left = false;
        dialog.close();
        ended(after, through);
      }
    };
    ends().catch(() => null);
    return undefined;
  });
}

// Six digits, typed or tapped; `typed` hears them when they are all there.
export function passwordPad(typed, right) {
  const input = el('input', {
    class: 'password', type: 'password', inputMode: 'numeric', autocomplete: 'off', maxLength: DIGITS,
    'aria-label': t('password'),
  });
  let busy = false;
  const heard = async () => {
    input.value = input.value.replace(/\D/g, '').slice(0, DIGITS);
    if (input.value.length < DIGITS || busy) return;
    busy = true;
    try {
      await typed(input.value);
    } catch (error) {
      note.textContent = error.message;
    }
    busy = false;
    input.value = '';
  };
  input.addEventListener('input', heard);
  const tap = (digit) => () => { input.value += digit; heard(); };
  const key = (text, onclick) => el('button', {type: 'button', onclick}, text);
  const note = el('p', {class: 'soft centre'}, t('hint', right));
  const erase = key('⌫', () => { input.value = input.value.slice(0, -1); });
  erase.setAttribute('aria-label', t('erase'));
  return [
    el('form', {onsubmit: (event) => event.preventDefault()}, input), note,
    el('div', {class: 'pad', role: 'group', 'aria-label': t('password')},
      ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => key(digit, tap(digit))),
      el('span'), key('0', tap('0')), erase),
  ];
}

function ended(cashier, through) {
  const outcome = cashier.outcome;
  if (!outcome.paid) {
    const text = outcome.dialog || outcome.page;
    if (!text) return through(outcome); // their own doing: no dialog
    return tellDialog(text, outcome.explanation, t('ok'), () => through(outcome));
  }
  const dialog = sheet('sheet', () => through(outcome),
    el('h2', {}, `✓ ${t('paid')}`),
    el('p', {class: 'amount'}, yuan(cashier.total)),
    row(t('payee'), cashier.merchant),
    row(t('number'), cashier.out_trade_no),
    outcome.redirect_url ? el('p', {class: 'soft'}, t('back', outcome.redirect_url)) : null,
    el('button', {type: 'button', onclick: () => dialog.close()}, t('done')));
  return undefined;
}

// The platform's dialog, and below it what the platform never says: why.
export function tellDialog(text, why, button, then) {
  const chinese = language() === 'zh';
  const dialog = sheet('told', then,
    el('p', {class: 'centre'}, text),
    why ? el('details', {},
      el('summary', {}, t('why')),
      el('p', {class: 'soft'}, chinese ? why.summary_zh : why.summary),
      why.field ? el('p', {class: 'soft'}, `${why.field}: ${why.came} → ${why.expected}`) : null,
      el('p', {class: 'soft'}, chinese ? why.fix_zh : why.fix)) : null,
    el('button', {type: 'button', onclick: () => dialog.close()}, button));
  return dialog;
}
