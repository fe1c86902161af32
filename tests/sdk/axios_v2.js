// wechatpay-axios-plugin over API v2 under `run`: reads one JSON command a line from stdin ({"do": …, …}) and prints one
// JSON result a line.
const { readFileSync } = require('fs');
const readline = require('readline');
const { Wechatpay, Aes, Formatter, Transformer, Hash } = require('wechatpay-axios-plugin');

const told = (name) => process.env[`WECHATPAY_SANDBOX_${name}`];
const [appid, mchid, secret] = ['APPID', 'MCH_ID', 'API_KEY'].map(told);
const wxpay = new Wechatpay({
  mchid,
  secret,
  merchant: { pfx: readFileSync(told('P12')), passphrase: mchid },
  // Demanded by the constructor and used by v3 only.
  serial: told('SERIAL'),
  privateKey: readFileSync(told('KEY')),
  certs: { [told('PUB_KEY_ID')]: readFileSync(told('PUB_KEY')) },
});
const { pay, secapi, mmpaymkttransfers } = wxpay.v2;

const call = async (api, fields, options) => (await api.post({ appid, mch_id: mchid, ...fields }, options)).data;

const transfer = async (fields) => {
  const what = { mch_appid: appid, mchid, check_name: 'NO_CHECK', desc: '茶叶', spbill_create_ip: '127.0.0.1', ...fields };
  return (await mmpaymkttransfers.promotion.transfers.post(what, { security: true })).data;
};

const order = async (fields) => {
  const what = { body: '茶叶', spbill_create_ip: '127.0.0.1', trade_type: 'JSAPI', ...fields };
  const { prepay_id } = await call(pay.unifiedorder, what);
  const signType = fields.sign_type || Hash.ALGO_MD5;
  const launch = {
    appId: appid, timeStamp: `${Formatter.timestamp()}`, nonceStr: Formatter.nonce(), package: `prepay_id=${prepay_id}`, signType,
  };
  return { ...launch, paySign: Hash.sign(signType, launch, secret) };
};

const notification = ({ body }) => {
  const { sign, ...fields } = Transformer.toObject(body);
  const type = sign.length === 64 ? Hash.ALGO_HMAC_SHA256 : Hash.ALGO_MD5;
  return Hash.equals(Hash.sign(type, fields, secret), sign) ? fields : { refused: 'the sign does not fit' };
};

const bill = async (fields) => {
  const data = await call(pay.downloadbill, { bill_type: 'ALL', ...fields }, { responseType: 'arraybuffer', transformResponse: [] });
  const text = data.toString();
  return text.startsWith('<xml>') ? { error: Transformer.toObject(text).return_msg } : { text, ...Formatter.castCsvBill(data) };
};

const verbs = {
  order,
  query: (fields) => call(pay.orderquery, fields),
  close: (fields) => call(pay.closeorder, fields),
  refund: (fields) => call(secapi.pay.refund, fields, { security: true }),
  query_refund: (fields) => call(pay.refundquery, fields),
  micropay: (fields) => call(pay.micropay, { body: '茶叶', spbill_create_ip: '127.0.0.1', ...fields }),
  reverse: (fields) => call(secapi.pay.reverse, fields, { security: true }),
  transfer,
  payment_notification: notification,
  refund_notification: ({ body }) => Transformer.toObject(Aes.AesEcb.decrypt(Transformer.toObject(body).req_info, Hash.md5(secret))),
  bill,
};

const answer = async ({ do: what, ...given }) => {
  try {
    return await verbs[what](given);
  } catch (error) {
    if (error.code === 'EV2_RES_SIGNATURE_NOT_EQUAL') return { refused: error.message };
    if (error.code !== 'EV2_RES_STATUS_CODE_NOT_SUCESS') throw error;
    return { error: error.response.data.err_code || error.response.data.return_msg };
  }
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
});
