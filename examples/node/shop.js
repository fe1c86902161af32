// A tea shop that speaks APIv3: an order, its launch parameters, and the notification.
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import plugin from 'wechatpay-axios-plugin';

const { Wechatpay, Aes, Formatter, Rsa } = plugin;
const PRICE = 199;

// `told`: appid, mch_id, apiv3_key, serial_no, key_pem, pub_key_id, pub_key_pem; in tests `url`, where WeChat Pay is.
export function openShop(told) {
  const orders = new Map(); // number -> unpaid, paid
  const wxpay = new Wechatpay({
    ...(told.url && { baseURL: told.url }),
    mchid: told.mch_id,
    serial: told.serial_no,
    privateKey: told.key_pem,
    certs: { [told.pub_key_id]: told.pub_key_pem, [told.platform_serial]: told.platform_cert_pem },
    headers: { 'Wechatpay-Serial': told.pub_key_id },
  });

  const order = async (openid, notifyUrl) => {
    const number = randomUUID().replaceAll('-', '');
    const { data } = await wxpay.v3.pay.transactions.jsapi.post({
      appid: told.appid, mchid: told.mch_id, description: '茶叶', out_trade_no: number, notify_url: notifyUrl,
      amount: { total: PRICE }, payer: { openid },
    });
    orders.set(number, 'unpaid');
    const launch = {
      appId: told.appid, timeStamp: `${Formatter.timestamp()}`, nonceStr: Formatter.nonce(), package: `prepay_id=${data.prepay_id}`,
    };
    const paySign = Rsa.sign(Formatter.joinedByLineFeed(...Object.values(launch)), told.key_pem);
    return { number, payment: { ...launch, signType: 'RSA', paySign } };
  };

  const notified = (headers, body) => {
    const [timestamp, nonce, serial, signature] = ['timestamp', 'nonce', 'serial', 'signature'].map((name) => headers[`wechatpay-${name}`]);
    const key = { [told.pub_key_id]: told.pub_key_pem, [told.platform_serial]: told.platform_cert_pem }[serial];
    if (!key || !Rsa.verify(Formatter.response(timestamp, nonce, body), signature, Rsa.from(key, Rsa.KEY_TYPE_PUBLIC))) return 401;
    const { resource } = JSON.parse(body);
    const paid = JSON.parse(Aes.AesGcm.decrypt(resource.ciphertext, told.apiv3_key, resource.nonce, resource.associated_data));
    if (paid.amount.total !== PRICE) return 400;
    orders.set(paid.out_trade_no, 'paid');
    return 204;
  };

  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    response.writeHead(notified(request.headers, Buffer.concat(chunks).toString())).end();
  });
  return { order, status: (number) => orders.get(number), server };
}
