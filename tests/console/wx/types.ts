/// <reference types="miniprogram-api-typings" />
// Compiles only where wx.js has the platform's own signatures.
import sandboxWx = require('./wx');

type Ours = 'login' | 'checkSession' | 'getUserProfile' | 'requestPayment' | 'requestMerchantTransfer' | 'request';
const platform: Pick<WechatMiniprogram.Wx, Ours> = sandboxWx;

async function shop(): Promise<string> {
  const {code} = await platform.login();
  platform.requestPayment({timeStamp: '1', nonceStr: 'n', package: 'p', signType: 'MD5', paySign: 's',
    success: (heard) => heard.errMsg, fail: (heard) => heard.errMsg});
  const {errMsg} = await sandboxWx.requestPayment({timeStamp: '1', nonceStr: 'n', package: 'p', paySign: 's'});
  sandboxWx.sandbox({mode: 'auto', action: 'cancel', payer: 'xiaohong'});
  return code + errMsg;
}
export = shop;
