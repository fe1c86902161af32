// The shop's page: log in, order, pay, and look at the orders. The session is a cookie that this script cannot read.
'use strict';

const $ = (id) => document.getElementById(id);
const STATUS = {unpaid: '待支付', paid: '已支付', closed: '已关闭', mismatch: '金额不符，待人工处理'};
const LEARNED = {notification: '平台通知', query: '主动查单', bill: '对账', page: '页面回调'};

let current = null; // the order that the payment buttons are about: {order_no, payment}

async function shop(method, path, body) {
  const options = {method, headers: {}};
  if (body) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const said = await response.json();
  if (!response.ok) throw new Error([`${said.error}：${said.message}`, said.hint].filter(Boolean).join('\n'));
  return said;
}

function offer(said) {
  current = said;
  $('payment').textContent = JSON.stringify(said.payment, null, 2);
  for (const id of ['pay', 'again']) $(id).disabled = false;
  return refresh();
}

async function refresh() {
  const orders = await shop('GET', '/orders');
  $('orders').replaceChildren(...orders.map((order) => {
    const row = document.createElement('tr');
    const cells = [
      order.title,
      `¥${(order.total / 100).toFixed(2)}`,
      STATUS[order.status],
      LEARNED[order.learned_by] || '—',
      order.shipped ? `已发 ${order.shipped} 次` : '未发',
      order.transaction_id ? `${order.order_no} / ${order.transaction_id}` : order.order_no,
    ];
    for (const text of cells) row.insertCell().textContent = text;
    row.className = order.status;
    return row;
  }));
}

// Buttons show their own failures, so that nothing fails in silence.
function does(id, note, work) {
  $(id).addEventListener('click', () => work().catch((error) => { $(note).textContent = error.message; }));
}

function loggedIn(text) {
  $('user').textContent = text;
  for (const button of document.querySelectorAll('.item')) button.disabled = false;
  return refresh();
}

$('login').addEventListener('submit', (event) => {
  event.preventDefault();
  shop('POST', '/login', {code: event.target.code.value.trim()})
    .then((said) => loggedIn(`已登录：${said.user.openid}`))
    .catch((error) => { $('user').textContent = error.message; });
});

does('fetch-code', 'user', async () => wx.login({
  success: ({code}) => { $('login').code.value = code; },
  fail: ({errMsg}) => { $('user').textContent = errMsg; },
}));

for (const button of document.querySelectorAll('.item')) {
  button.addEventListener('click', () => {
    shop('POST', '/orders', {item: button.dataset.item}).then(offer)
      .catch((error) => { $('payment').textContent = error.message; });
  });
}

function launch() {
  const heard = ({errMsg}) => {
    $('heard').textContent = `页面听到：${errMsg}`;
    shop('POST', `/orders/${current.order_no}/report`, {errMsg}).then(refresh)
      .catch((error) => { $('heard').textContent = error.message; });
  };
  wx.requestPayment({...current.payment, success: heard, fail: heard});
}

does('pay', 'heard', async () => launch());
does('again', 'heard', async () => offer(await shop('POST', `/orders/${current.order_no}/pay`, {})));

$('key').addEventListener('submit', (event) => {
  event.preventDefault();
  shop('POST', '/keys', {api_key: event.target.api_key.value})
    .then((said) => { $('keys').textContent = `已保存，共有 ${said.keys} 个可用密钥`; })
    .catch((error) => { $('keys').textContent = error.message; });
});

// Somebody who comes back is still logged in.
shop('GET', '/orders').then(() => loggedIn('已登录')).catch(() => {});
setInterval(() => { if (current) refresh().catch(() => {}); }, 2000);
