// A shop as its developer would write it from the documentation of wechatpay-node-v3: Express, APIv3, the SDK's own hosts.
// `node express_shop.js`; whose shop it is stands in WECHATPAY_SANDBOX_*. Nothing in it knows of a sandbox otherwise.
const crypto = require('crypto');
const fs = require('fs');
const https = require('https');
const express = require('express');
const WxPay = require('wechatpay-node-v3');

const me = (name) => process.env[`WECHATPAY_SANDBOX_${name}`];
const port = Number(process.env.PORT);
const pay = new WxPay({
  appid: me('APPID'),
  mchid: me('MCH_ID'),
  publicKey: fs.readFileSync(me('CERT')),
  privateKey: fs.readFileSync(me('KEY')),
  key: me('APIV3_KEY'),
});
const sessions = new Map();
const orders = new Map();

const app = express();
// The signature is over the bytes as they came.
app.use(express.json({ verify: (req, _res, bytes) => { req.raw = bytes.toString('utf8'); } }));

function codeToSession(code) {
  const query = new URLSearchParams({ appid: me('APPID'), secret: me('APP_SECRET'), js_code: code, grant_type: 'authorization_code' });
  return new Promise((resolve, reject) => {
    https.get(`https://api.weixin.qq.com/sns/jscode2session?${query}`, (answer) => {
      let text = '';
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => { try { resolve(JSON.parse(text)); } catch (error) { reject(error); } });
    }).on('error', reject);
  });
}

const guarded = (work) => (req, res) => work(req, res).catch((error) => res.status(502).json({ error: String(error) }));

app.post('/api/login', guarded(async (req, res) => {
  const said = await codeToSession(req.body.code);
  if (!said.openid) return res.status(401).json({ error: said.errmsg });
  const token = crypto.randomBytes(16).toString('hex');
  sessions.set(token, said.openid);
  return res.json({ token });
}));

app.post('/api/orders', guarded(async (req, res) => {
  const openid = sessions.get((req.get('authorization') || '').replace('Bearer ', ''));
  const total = req.body.amount === undefined ? 199 : Number(req.body.amount);
  const id = crypto.randomBytes(14).toString('hex');
  const made = await pay.transactions_jsapi({
    description: req.body.title || '茶叶一罐',
    out_trade_no: id,
    notify_url: `http://127.0.0.1:${port}/pay/notify`,
    amount: { total },
    payer: { openid },
  });
  if (made.status !== 200) return res.status(502).json({ error: made.error });
  orders.set(id, { state: 'unpaid', amount: total, parcels: 0, refunded: 0 });
  return res.json({ id, pay: made.data });
}));

app.get('/api/orders/:id', guarded(async (req, res) => {
  const order = orders.get(req.params.id);
  if (order.state === 'unpaid') {
    const asked = await pay.query({ out_trade_no: req.params.id });
    if (asked.status === 200 && asked.data.trade_state === 'SUCCESS') paid(req.params.id, 'query');
    if (asked.status === 200 && asked.data.trade_state === 'CLOSED') order.state = 'closed';
  }
  res.json(order);
}));

app.post('/api/orders/:id/refund', guarded(async (req, res) => {
  const order = orders.get(req.params.id);
  const amount = Number(req.body.amount || order.amount);
  const made = await pay.refunds({
    out_trade_no: req.params.id,
    out_refund_no: crypto.randomBytes(14).toString('hex'),
    amount: { total: order.amount, currency: 'CNY', refund: amount },
  });
  if (made.status !== 200) return res.status(502).json({ error: made.error });
  order.refunded += amount;
  return res.json({ refunded: order.refunded });
}));

app.post('/pay/notify', guarded(async (req, res) => {
  const genuine = await pay.verifySign({
    timestamp: req.headers['wechatpay-timestamp'],
    nonce: req.headers['wechatpay-nonce'],
    body: req.raw,
    serial: req.headers['wechatpay-serial'],
    signature: req.headers['wechatpay-signature'],
  });
  if (!genuine) return res.status(401).json({ code: 'FAIL', message: 'bad signature' });
  const { ciphertext, associated_data, nonce } = req.body.resource;
  const said = pay.decipher_gcm(ciphertext, associated_data, nonce);
  if (said.trade_state === 'SUCCESS') paid(said.out_trade_no, 'notification');
  return res.json({ code: 'SUCCESS' });
}));

function paid(id, learnedBy) {
  const order = orders.get(id);
  if (order.state !== 'paid') Object.assign(order, { state: 'paid', parcels: order.parcels + 1, learned_by: learnedBy });
}

app.listen(port, '127.0.0.1');
