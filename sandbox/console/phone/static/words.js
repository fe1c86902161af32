// What the page says in our two languages. The platform's own words stay Chinese wherever they appear.
const WORDS = {
  language: ['English', '中文'],
  payer: ['谁拿着手机', 'Who holds the phone'],
  purse: ['零钱', '零钱 · Purse'],
  cards: ['银行卡', 'Cards'],
  cardsSet: ['银行卡，用顿号分隔', 'Bank cards, with commas between'],
  follows: ['已关注公众号（is_subscribe=Y）', 'Follows the official account (is_subscribe=Y)'],
  set: ['设置', 'Settings'],
  save: ['保存', 'Save'],
  saved: ['已保存', 'Saved'],
  yuan: ['零钱余额（元）', 'Money in the purse (yuan)'],
  password: ['支付密码', 'Payment password'],
  hint: ['沙箱中的支付密码：{0}', 'The password in this sandbox: {0}'],
  waiting: ['待处理', 'Waiting for you'],
  nothing: ['没有待处理的事项。商户页面调起支付后会出现在这里。', 'Nothing. What a merchant\'s page asks for shows up here.'],
  open: ['打开', 'Open'],
  scan: ['扫一扫', '扫一扫 · Scan'],
  show: ['收付款', '收付款 · Pay code'],
  h5: ['打开H5链接', 'Open an H5 link'],
  sign: ['签约扣款', 'Sign a contract'],
  other: ['在真机上打开', 'Open on a real phone'],
  codeText: ['二维码内容（code_url）', 'What the QR code says (code_url)'],
  picture: ['或者选择二维码图片', 'Or a picture of the code'],
  noCode: ['图片中没有找到二维码', 'No code was found in the picture'],
  go: ['打开', 'Open'],
  link: ['mweb_url', 'mweb_url'],
  referer: ['Referer（商户的页面地址）', 'Referer (the shop\'s page)'],
  clientIp: ['客户端IP（打开h5.check_ip时校验）', 'Client address (counts with h5.check_ip)'],
  inside: ['在微信内打开', 'Opened inside WeChat'],
  back: ['返回商户页面：{0}', 'Back to the shop: {0}'],
  signUrl: ['签约链接（/papay/entrustweb?…）', 'The link to sign (/papay/entrustweb?…)'],
  agree: ['同意签约', '同意签约 · Agree'],
  signed: ['签约成功', '签约成功 · Signed'],
  ends: ['解约', '解约 · End it'],
  pays: ['付款给 {0}', '付款给 {0}'],
  payee: ['收款方', '收款方 · Payee'],
  goods: ['商品', '商品 · Goods'],
  number: ['商户单号', '商户单号 · Number'],
  method: ['付款方式', '付款方式 · From'],
  enter: ['请输入支付密码', '请输入支付密码 · Password'],
  cancel: ['取消', '取消 · Cancel'],
  erase: ['删除', '删除 · Erase'],
  paid: ['支付成功', '支付成功 · Paid'],
  done: ['完成', '完成 · Done'],
  ok: ['确定', '确定 · OK'],
  retry: ['重试', '重试 · Try again'],
  why: ['为什么', 'Why'],
  asks: ['付款码扣款需要密码', 'A till charged your code'],
  transfer: ['商家转账', '商家转账 · Transfer'],
  take: ['收款', '收款 · Take it'],
  later: ['以后再说', 'Not now'],
  taken: ['已收款', '已收款 · Taken'],
  packet: ['红包', '红包 · Red packet'],
  unpack: ['拆红包', '拆红包 · Open it'],
  got: ['收到 {0}', '收到 {0}'],
  contracts: ['扣费服务', '扣费服务 · Contracts'],
  messages: ['服务通知', '服务通知 · Messages'],
  noMessages: ['还没有消息。', 'None yet.'],
  fresh: ['{0} 秒后更新', 'A new one in {0} s'],
  askAlways: ['扣款时总是要求输入密码', 'Always ask for the password'],
  close: ['关闭', 'Close'],
  token: ['这个沙箱需要令牌（--token）', 'This sandbox needs its token (--token)'],
  gone: ['沙箱没有应答，正在重试…', 'The sandbox does not answer. Trying again…'],
  reach: [
    '手机与本机在同一网络时，用手机扫描。沙箱要监听该网络：serve --host 0.0.0.0 --token …，并在此填写本机地址。',
    'For a phone on the same network. The sandbox must be bound to it: serve --host 0.0.0.0 --token …, and its address goes here.',
  ],
  address: ['本机在该网络上的地址', 'This machine\'s address on that network'],
  kind_payment: ['微信支付凭证', '微信支付凭证 · Paid'],
  kind_refund: ['退款到账通知', '退款到账通知 · Refunded'],
  kind_transfer: ['转账到账通知', '转账到账通知 · Transfer'],
  kind_red_packet: ['红包', '红包 · Red packet'],
  kind_contract: ['扣费服务开通', '扣费服务开通 · Contract signed'],
  kind_contract_end: ['扣费服务关闭', '扣费服务关闭 · Contract ended'],
  kind_subscribed: ['订阅消息', '订阅消息 · Subscribed message'],
};

const query = new URLSearchParams(location.search).get('lang');
let chosen = query || remembered('language') || navigator.language || 'zh';
chosen = chosen.startsWith('zh') ? 'zh' : 'en';

export const language = () => chosen;

export function speak(other) {
  chosen = other;
  remember('language', other);
}

export function t(key, ...values) {
  const text = WORDS[key][chosen === 'zh' ? 0 : 1];
  return text.replace(/\{(\d)\}/g, (_, n) => values[Number(n)]);
}

// Storage may be forbidden in a frame.
export function remembered(name) {
  try { return localStorage.getItem(`phone.${name}`) || ''; } catch { return ''; }
}

export function remember(name, value) {
  try { localStorage.setItem(`phone.${name}`, value); } catch { /* the page works without */ }
}
