// wechatpay-axios-plugin against APIv3: `node axios_v3.js '{"url":…, "mch_id":…}'` reads one JSON command a line from
// stdin ({"do": …, …}) and prints one JSON result a line.
const { createHash, X509Certificate } = require('crypto');
const readline = require('readline');
const { gunzipSync } = require('zlib');
const { Wechatpay, Aes, Formatter, Rsa } = require('wechatpay-axios-plugin');

const told = JSON.parse(process.argv[2]);
const byPublicKey = told.keys === 'public key';
const certs = byPublicKey ? { [told.pub_key_id]: told.pub_key } : { [told.platform_serial]: told.platform_cert };
const wxpay = new Wechatpay({
  baseURL: told.url,
  mchid: told.mch_id,
  serial: told.serial_no,
  privateKey: told.key,
  certs: { ...certs },
  headers: byPublicKey ? { 'Wechatpay-Serial': told.pub_key_id } : {},
});
const { transactions } = wxpay.v3.pay;
const { domestic } = wxpay.v3.refund;

const prepay = async ({ openid, total, ...order }) => {
  const body = { ...order, mchid: told.mch_id, appid: told.appid, description: '茶叶', amount: { total }, payer: { openid } };
  const { data } = await transactions.jsapi.post(body);
  const launch = {
    appId: told.appid, timeStamp: `${Formatter.timestamp()}`, nonceStr: Formatter.nonce(), package: `prepay_id=${data.prepay_id}`,
  };
  const paySign = Rsa.sign(Formatter.joinedByLineFeed(...Object.values(launch)), told.key);
  return { ...launch, signType: 'RSA', paySign };
};

const notification = ({ headers, body }) => {
  const [timestamp, nonce, serial, signature] = ['Timestamp', 'Nonce', 'Serial', 'Signature'].map(
    (name) => headers[`Wechatpay-${name}`],
  );
  if (!Rsa.verify(Formatter.response(timestamp, nonce, body), signature, Rsa.from(certs[serial], Rsa.KEY_TYPE_PUBLIC))) {
    return { refused: 'the signature does not fit' };
  }
  const { resource } = JSON.parse(body);
  return JSON.parse(Aes.AesGcm.decrypt(resource.ciphertext, told.apiv3_key, resource.nonce, resource.associated_data));
};

const certificates = async () => {
  const { data: { data } } = await wxpay.v3.certificates.get();
  const serials = data.map(({ encrypt_certificate: sealed }) => {
    const pem = Aes.AesGcm.decrypt(sealed.ciphertext, told.apiv3_key, sealed.nonce, sealed.associated_data);
    return new X509Certificate(pem).serialNumber;
  });
  return { serials };
};

const bill = async (params) => {
  const { data: { download_url, hash_value } } = await wxpay.v3.bill.tradebill.get({ params });
  const { pathname, searchParams } = new URL(download_url);
  const { data: file } = await wxpay.client.v3.get(pathname.slice(1), {
    params: Object.fromEntries(searchParams), responseType: 'arraybuffer', transformResponse: [],
  });
  const data = params.tar_type ? gunzipSync(file) : file;
  if (createHash('sha1').update(data).digest('hex') !== hash_value) {
    throw new Error('the bill is not the one whose hash was told');
  }
  return { text: data.toString(), ...Formatter.castCsvBill(data) };
};

const verbs = {
  prepay,
  query: async ({ out_trade_no }) => {
    const { data } = await transactions.outTradeNo.$out_trade_no$.get({ params: { mchid: told.mch_id }, out_trade_no });
    return data;
  },
  close: async ({ out_trade_no }) => {
    const { status } = await transactions.outTradeNo.$out_trade_no$.close.post({ mchid: told.mch_id }, { out_trade_no });
    return status === 204 ? {} : { status };
  },
  refund: async ({ refund, total, ...numbers }) => {
    const { data } = await domestic.refunds.post({ ...numbers, amount: { refund, total, currency: 'CNY' } });
    return data;
  },
  query_refund: async ({ out_refund_no }) => {
    const { data } = await domestic.refunds.$out_refund_no$.get({ out_refund_no });
    return data;
  },
  payment_notification: notification,
  refund_notification: notification,
  certificates,
  bill,
};

const answer = async ({ do: what, ...given }) => {
  try {
    return await verbs[what](given);
  } catch (error) {
    if (error.code === 'EV3_RES_HEADER_SIGNATURE_DIGEST') return { refused: error.message };
    if (!error.response) throw error;
    return { error: { status: error.response.status, ...error.response.data } };
  }
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
});
