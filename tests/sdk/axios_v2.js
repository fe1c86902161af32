// wechatpay-axios-plugin against API v2: `node axios_v2.js SANDBOX_URL '{"mchid":…}'` reads one JSON command a line
// from stdin ({"do": …, …}) and prints one JSON result a line.
const { generateKeyPairSync } = require('crypto');
const readline = require('readline');
const { Wechatpay, Transformer, Hash } = require('wechatpay-axios-plugin');

const [baseURL, settings] = process.argv.slice(2);
const { mchid, secret } = JSON.parse(settings);
// serial, privateKey and certs are demanded by the constructor and used by v3 only.
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const wxpay = new Wechatpay({ baseURL, mchid, secret, serial: 'nop', privateKey, certs: { any: publicKey } });

const call = async (api, fields) => {
  try {
    const { data } = await api.post(fields);
    return { data };
  } catch (error) {
    return { refused: (error.response && error.response.data) || {}, message: error.message };
  }
};

const verbs = {
  order: ({ fields }) => call(wxpay.v2.pay.unifiedorder, fields),
  query: ({ fields }) => call(wxpay.v2.pay.orderquery, fields),
  close: ({ fields }) => call(wxpay.v2.pay.closeorder, fields),
  notification: ({ body }) => {
    const { sign, ...fields } = Transformer.toObject(body);
    const type = sign.length === 64 ? Hash.ALGO_HMAC_SHA256 : Hash.ALGO_MD5;
    return { fields, genuine: Hash.equals(Hash.sign(type, fields, secret), sign) };
  },
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const command = JSON.parse(line);
  console.log(JSON.stringify(await verbs[command.do](command)));
});
