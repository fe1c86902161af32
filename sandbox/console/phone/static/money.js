// Money that comes: a merchant's transfer to confirm, a red packet to open.
import {ask} from './api.js';
import {tellDialog} from './cashier.js';
import {el, row, sheet, yuan} from './dom.js';
import {t} from './words.js';

// The page of wx.requestMerchantTransfer; kept with what the merchant's page hears.
export function transferSheet(transfer, holder) {
  return new Promise((through) => {
    let heard = 'requestMerchantTransfer:ok'; // the page was shown
    const given = transfer.given
      || {package_info: transfer.handle, mchid: transfer.mchid, user: holder ? holder.id : ''};
    const take = async () => {
      try {
        const said = await ask('POST', '/confirm-transfer', {...given, action: 'confirm'});
        heard = said.errMsg;
        dialog.close();
        const text = said.taken ? t('taken') : said.errMsg;
        tellDialog(text, said.explanation, t('ok'), () => through(heard));
        ended = true;
      } catch (error) {
        note.textContent = error.message;
      }
    };
    let ended = false;
    const note = el('p', {class: 'bad', role: 'alert'});
    const dialog = sheet('sheet', () => { if (!ended) setTimeout(() => { if (!ended) through(heard); }, 0); },
      el('h2', {}, t('transfer')),
      transfer.amount ? el('p', {class: 'amount'}, yuan(transfer.amount)) : null,
      transfer.merchant ? row(t('transfer'), transfer.merchant) : null,
      transfer.text ? row(t('goods'), transfer.text) : null, note,
      el('p', {class: 'row'}, el('button', {type: 'button', onclick: take}, t('take')),
        el('button', {type: 'button', class: 'plain', onclick: () => dialog.close()}, t('later'))));
  });
}

export async function packetSheet(packet, holder) {
  const path = `/red-packets/${encodeURIComponent(packet.number)}/open`;
  const {amount} = await ask('POST', path, {mchid: packet.mchid, user: holder.id});
  tellDialog(t('got', yuan(amount)), null, t('ok'), () => {});
}
