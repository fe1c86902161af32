// Merchant: what the merchant platform's console is for, and whatever else of a tenant can be changed.
import {get, patch} from '../api.js';
import {fill, h, tabs} from '../dom.js';
import {apps} from '../merchant/apps.js';
import {bills} from '../merchant/bills.js';
import {certificates} from '../merchant/certificates.js';
import {keys} from '../merchant/keys.js';
import {payers} from '../merchant/payers.js';
import {refunds} from '../merchant/refunds.js';
import {settings} from '../merchant/settings.js';
import {SchemaForm, argumentsOf, editor} from '../schema.js';
import {add, t, word} from '../words.js';

add({
  merchant: ['Merchant', '商户'],
  merchants: ['Merchants', '商户'],
  what_it_may: ['What it is and may', '信息与权限'],
  hint_name: ['', '商户名称'],
  hint_appids: ['bound appids', '绑定的 appid'],
  hint_products: ['products it may use', '已开通的产品'],
  hint_restricted: ['restricted by risk control: it may collect nothing', '被风控限制：不能收款'],
  hint_key_mode: ['what it has of the platform: certificate, public key, or both', '持有平台证书、平台公钥，或两者'],
  hint_directories: ['JSAPI payment directories; none: unchecked', 'JSAPI 支付授权目录；不填不检查'],
  hint_h5_domains: ['domains that may open the H5 page; none: unchecked', 'H5 支付域名；不填不检查'],
  hint_balance: ['fen; a change is topped up or withdrawn', '分；改动记为充值或提现'],
  hint_fee_rate: ['ten-thousandths, of payments to come', '万分之几，只影响之后的收款'],
  hint_refund_notify_url: ['told, in v2 XML, of refunds that name no notify_url', '退款未带 notify_url 时通知这里（v2 XML）'],
  hint_native_callback_url: ['asked for a prepay_id when somebody scans a static code', '扫静态码（模式一）时回调这里'],
  hint_sharing_notify_url: ['told of shares that arrived', '分账动账通知地址'],
  hint_plan_notify_urls: ['plan_id = URL told when a contract of that template ends', '签约模板 plan_id = 解约通知地址'],
  kind_direct: ['direct', '普通商户'],
  kind_provider: ['service provider', '服务商'],
  kind_sub: ['sub-merchant of {provider}', '{provider} 的子商户'],
});

const TABS = {apps, payers, refunds, bills, settings};

async function show(root, rest, frame) {
  const [first, ...more] = rest.split('/');
  const tab = first in TABS ? first : '';
  const body = h('div', {});
  const heads = [['merchant', t('merchants')], ...Object.keys(TABS).map((name) => [`merchant/${name}`, t(`tab_${name}`)])];
  fill(root, tabs(t('merchant'), heads, tab ? `merchant/${tab}` : 'merchant'), body);
  return tab ? TABS[tab](body, more.join('/'), frame) : merchants(body, first, frame);
}

async function merchants(body, mchid, frame) {
  const [{merchants: all}, {apps: known}, schema] = await Promise.all([
    get('/merchants'), get('/apps'), argumentsOf('PATCH', '/merchants/{mchid}'),
  ]);
  const one = all.find((each) => each.mchid === mchid) || all[0];
  const form = new SchemaForm(schema, one, {
    hint: (name) => word(`hint_${name}`), choices: {appids: known.map((app) => app.appid)},
  });
  const anew = () => merchants(body, one.mchid, frame);
  const cards = h('div.stack', {});
  fill(body, h('div.shelf', {},
    h('nav.contents', {'aria-label': t('merchants')}, all.map((each) => h('a', {
      href: `#/merchant/${each.mchid}`, 'aria-current': each === one ? 'page' : null,
    }, each.mchid, h('small', {}, ` ${each.name} · ${t(`kind_${each.kind}`, each)}`)))),
    h('div.split.wide', {},
      editor(`${one.mchid} ${one.name} · ${t('what_it_may')}`, form, async (changes) => { await patch(`/merchants/${one.mchid}`, changes); await anew(); }),
      cards)));
  const parts = await Promise.all([keys(one, anew), certificates(one, anew)]);
  fill(cards, parts.map((part) => part.element));
  return () => parts.forEach((part) => part.close());
}

export const merchant = {name: 'merchant', key: 'm', title: () => t('merchant'), show};
