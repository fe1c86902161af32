// tenpay under `run`: reads one JSON command a line from stdin ({"do": …, …}) and prints one JSON result a line.
const { readFileSync } = require('fs');
const readline = require('readline');
const Tenpay = require('tenpay');

const told = (name) => process.env[`WECHATPAY_SANDBOX_${name}`];
const merchant = {
  appid: told('APPID'), mchid: told('MCH_ID'), partnerKey: told('API_KEY'), pfx: readFileSync(told('P12')),
};
let api = new Tenpay(merchant);

// What the SDK's middleware hands to the shop's handler; what it answers itself it did not believe.
const received = async (type, body) => {
  const ctx = { request: { body } };
  let believed = false;
  await api.middleware(type)(ctx, async () => { believed = true; });
  return believed ? ctx.request.weixin : { refused: ctx.body };
};

const verbs = {
  rehearse: async () => {
    api = await Tenpay.sandbox(merchant);
    return {};
  },
  order: (fields) => api.getPayParams({ body: '茶叶', ...fields }),
  query: (fields) => api.orderQuery(fields),
  close: (fields) => api.closeOrder(fields),
  refund: (fields) => api.refund(fields),
  query_refund: (fields) => api.refundQuery(fields),
  micropay: (fields) => api.micropay({ body: '茶叶', ...fields }),
  reverse: (fields) => api.reverse(fields),
  transfer: (fields) => api.transfers({ check_name: 'NO_CHECK', desc: '茶叶', ...fields }),
  payment_notification: ({ body }) => received('pay', body),
  refund_notification: async ({ body }) => (await received('refund', body)).req_info,
  bill: async (fields) => ({ text: await api.downloadBill(fields) }),
};

const answer = async ({ do: what, ...given }) => {
  try {
    return await verbs[what](given);
  } catch (error) {
    if (error.constructor !== Error) throw error;
    return error.message === 'sign签名错误' ? { refused: error.message } : { error: error.message };
  }
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
});
