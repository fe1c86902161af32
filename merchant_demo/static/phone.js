// Stands in for the WeChat client: `wx.login` and `wx.requestPayment` with the sandbox's phone behind them.
// In a mini program this file does not exist; `wx` is there already.
'use strict';

const wx = (() => {
  const {platform, appid} = document.body.dataset;
  let openid;

  async function phone(path, body) {
    const response = await fetch(platform + path, {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(body),
    });
    const said = await response.json();
    if (!response.ok) throw new Error(said.message || `HTTP ${response.status}`);
    return said;
  }

  return {
    // Gives {code} to `success`, or {errMsg} to `fail`.
    login({success, fail}) {
      phone('/_sandbox/login-codes', {appid}).then(
        (said) => { openid = said.openid; success({code: said.code}); },
        (error) => fail({errMsg: `login:fail ${error.message}`}),
      );
    },
    // Gives {errMsg} to `success` or `fail`. `action` is what the person does: pay (the default), cancel, …
    requestPayment({timeStamp, nonceStr, package: bundle, signType, paySign, action = 'pay', success, fail}) {
      const params = {timeStamp, nonceStr, package: bundle, signType, paySign};
      phone('/_sandbox/request-payment', {appid, openid, params, action}).then(
        (said) => (said.errMsg.endsWith(':ok') ? success : fail)(said),
        (error) => fail({errMsg: `requestPayment:fail ${error.message}`}),
      );
    },
  };
})();
