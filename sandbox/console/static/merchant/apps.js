// The tenant's apps: what the mini program's own console would change.
import {get, patch} from '../api.js';
import {fill, h} from '../dom.js';
import {SchemaForm, argumentsOf, editor} from '../schema.js';
import {add, t, word} from '../words.js';

add({
  tab_apps: ['Apps', '应用'],
  hint_can_pay: ['whether its pages may call wx.requestPayment', '能否调起支付'],
  hint_open_platform: ['bound to an Open Platform account: unionid is given', '绑定开放平台：返回 unionid'],
  hint_secret_frozen: ['the AppSecret is frozen: logins are refused', '冻结 AppSecret：登录被拒'],
  hint_ip_whitelist: ['that may fetch access_token; none: unchecked', '可获取 access_token 的 IP；不填不检查'],
  hint_domains: ['for web authorisation; none: unchecked', '网页授权域名；不填不检查'],
  hint_templates: ['of subscribe messages; none: every id exists', '订阅消息模板；不填则任意 id 都存在'],
});

export async function apps(body) {
  const [{apps: all}, schema] = await Promise.all([get('/apps'), argumentsOf('PATCH', '/apps/{appid}')]);
  fill(body, h('div.cards', {}, all.map((app) => editor(`${app.appid} · ${app.kind}`,
    new SchemaForm(schema, app, {hint: (name) => word(`hint_${name}`)}),
    async (changes) => { await patch(`/apps/${app.appid}`, changes); await apps(body); }))));
}
