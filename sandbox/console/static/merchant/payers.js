// The payers: what they have, and what befalls them.
import {get, patch, post} from '../api.js';
import {dialog} from '../dialog.js';
import {button, fill, h, table, toast} from '../dom.js';
import {yuan} from '../format.js';
import {SchemaForm, argumentsOf, editor} from '../schema.js';
import {add, t, word} from '../words.js';

add({
  tab_payers: ['Payers', '付款用户'],
  payer: ['Payer', '用户'],
  purse: ['Balance', '零钱'],
  openids: ['openid by app', '各应用 openid'],
  state_of: ['State', '状态'],
  change_it: ['Change…', '修改…'],
  new_payer: ['New payer…', '新建用户…'],
  make_payer: ['Make', '新建'],
  hint_nickname: ['', '昵称'],
  hint_cards: ['bank cards, as bank_type says them', '银行卡，按 bank_type 的写法'],
  hint_blocked: ['by risk control: every payment is refused', '被风控：付款均被拒'],
  hint_limited: ['the account is limited: it cannot receive money', '账户受限：不能收款'],
  hint_refuses_messages: ['subscribe messages are refused', '拒收订阅消息'],
  hint_id: ['letters, digits, - and _; blank: made up', '字母、数字、- 和 _；留空自动生成'],
});

const hint = (name) => word(`hint_${name}`);

export async function payers(body) {
  const [{users}, change, create] = await Promise.all([
    get('/users'), argumentsOf('PATCH', '/users/{id}'), argumentsOf('POST', '/users'),
  ]);
  const again = () => payers(body);
  const edit = (user) => {
    const box = dialog(user.id, editor(user.nickname || user.id, new SchemaForm(change, user, {hint}), async (changes) => {
      await patch(`/users/${encodeURIComponent(user.id)}`, changes);
      box.close();
      await again();
    }));
  };
  const make = () => {
    const form = new SchemaForm(create, {}, {hint});
    const box = dialog(t('new_payer'), form.element, h('p.actions', {}, button(t('make_payer'), async () => {
      const {id} = await post('/users', form.values());
      toast(id);
      box.close();
      await again();
    })));
  };
  fill(body, h('p.actions', {}, button(t('new_payer'), make)),
    table([t('payer'), t('purse'), t('openids'), t('state_of'), ''], users.map((user) => [
      [h('b', {}, user.id), ` ${user.nickname}`, h('small', {}, ` ${user.phone}`)],
      [yuan(user.balance), h('small', {}, ` ${user.cards.join(', ')}`)],
      Object.entries(user.openids).map(([appid, openid]) => h('div', {}, h('code', {}, openid), h('small', {}, ` ${appid}`))),
      ['blocked', 'limited', 'refuses_messages'].filter((flag) => user[flag]).map((flag) => h('span.badge.bad', {}, flag)),
      button(t('change_it'), () => edit(user), {quiet: true, 'aria-label': `${t('change_it')} ${user.id}`}),
    ]), {caption: t('tab_payers'), empty: t('nothing')}));
}
