// wechatpay-sandbox: `wx` for a web page, a Node test or a mini program, with the sandbox's payer behind it.
//
//   page   <script src="http://127.0.0.1:8686/_sandbox/wx.js?appid=wx…"></script>
//   Node   const wx = require('./wx.js')
//   mini program   require('./wx.js').sandbox({base: 'http://127.0.0.1:8686'})   // replaces what pays, nothing else
//
// Configuration: the query of the script's address, or wx.sandbox({base, tenant, appid, payer, token, mode, overlay, page}).
// mode `auto`: the payer acts at once (`action`); mode `phone`: a person acts on the phone page, which lies over this
// page (`overlay`) or is open elsewhere.
'use strict';

(function (root) {
  const page = typeof document === 'object' && document !== null ? document : null;
  const native = typeof root.wx === 'object' && root.wx !== null && typeof root.wx.request === 'function' ? root.wx
    : typeof wx === 'object' && wx !== null && typeof wx.request === 'function' ? wx : null; // a mini program's own
  const nativeRequest = native && native.request;
  const config = configured();

  function configured() {
    const environment = typeof process === 'object' && process.env ? process.env : {};
    const given = {
      base: environment.WECHATPAY_SANDBOX_URL || 'http://127.0.0.1:8686',
      appid: environment.WECHATPAY_SANDBOX_APPID || '',
      tenant: '', payer: '', token: '', page: '', action: 'pay', mode: page ? 'phone' : 'auto', overlay: true,
    };
    if (page && page.currentScript && page.currentScript.src) {
      const source = new URL(page.currentScript.src);
      given.base = source.origin;
      for (const [name, value] of source.searchParams) {
        if (name in given && name !== 'base') given[name] = name === 'overlay' ? value !== 'false' : value;
      }
    }
    return given;
  }

  // -- the way to the sandbox ------------------------------------------------------------------------------------

  function send(method, url, headers, body) {
    if (nativeRequest) {
      return new Promise((resolve, reject) => nativeRequest.call(native, {
        url, method, header: headers, data: body, dataType: 'json',
        success: ({statusCode, data}) => resolve({status: statusCode, said: data}),
        fail: ({errMsg}) => reject(new Error(errMsg)),
      }));
    }
    return fetch(url, {method, headers, body}).then(async (response) => ({
      status: response.status, said: await response.json(),
    }));
  }

  async function ask(method, path, args) {
    const headers = {};
    if (args) headers['Content-Type'] = 'application/json';
    if (config.tenant) headers['X-Sandbox-Tenant'] = config.tenant;
    if (config.token) headers['X-Sandbox-Token'] = config.token;
    const {status, said} = await send(method, `${config.base}/_sandbox${path}`, headers, args && JSON.stringify(args));
    if (status === 200) return said;
    const error = new Error(said && said.error ? said.error.message : `HTTP ${status}`);
    error.code = said && said.error ? said.error.code : '';
    throw error;
  }

  // What only the sandbox can say is marked, so that nobody takes it for the platform's.
  const troubled = (name, error) => ({errMsg: `${name}:fail [wechatpay-sandbox] ${error.message}`});

  // Callbacks where there are any, otherwise a promise: as the platform's functions do.
  function answered(option, name, work) {
    const {success, fail, complete} = option || {};
    const promise = work().catch((error) => { throw error && error.errMsg ? error : troubled(name, error); });
    if (!success && !fail && !complete) return promise;
    promise.then(
      (heard) => { if (success) success(heard); if (complete) complete(heard); },
      (heard) => { if (fail) fail(heard); if (complete) complete(heard); },
    );
    return undefined;
  }

  const whose = () => ({appid: config.appid, user: config.payer});

  // -- paying ----------------------------------------------------------------------------------------------------

  // Gives {errMsg, err_code?, err_desc?, errno?}, as JavaScript hears it; the dialog never reaches the page.
  async function pay(api, params) {
    const args = {params, api, ...whose(), page: page ? root.location.href : config.page};
    if (config.mode !== 'phone') {
      return heard(await ask('POST', '/request-payment', {...args, action: config.action}));
    }
    const cashier = await ask('POST', '/cashiers', args);
    const shows = cashier.open || cashier.outcome.dialog; // what the base library refuses has no screen
    const closed = page && config.overlay && shows ? overlay({cashier: cashier.id}) : null;
    const outcome = cashier.open ? await ended(cashier.id) : cashier.outcome;
    await closed;
    return heard(outcome);
  }

  async function ended(id) {
    for (;;) {
      const cashier = await ask('GET', `/cashiers/${id}/outcome?seconds=25`);
      if (!cashier.open) return cashier.outcome;
    }
  }

  function heard(outcome) {
    const why = outcome.explanation;
    if (why && outcome.dialog) {
      console.warn(`[wechatpay-sandbox] ${outcome.dialog}: ${why.summary} ${why.fix}\n${why.summary_zh} ${why.fix_zh}`);
    }
    const said = {errMsg: outcome.errMsg};
    for (const name of ['err_code', 'err_desc', 'errno']) {
      if (outcome[name] !== undefined && outcome[name] !== null) said[name] = outcome[name];
    }
    return said;
  }

  // The phone over this page, until the person is through.
  function overlay(what) {
    const query = new URLSearchParams({...what, ...(config.tenant ? {tenant: config.tenant} : {})});
    const frame = page.createElement('iframe');
    frame.title = '微信支付（沙箱）';
    frame.src = `${config.base}/_sandbox/phone?${query}${config.token ? `#token=${encodeURIComponent(config.token)}` : ''}`;
    Object.assign(frame.style, {
      position: 'fixed', inset: '0', width: '100%', height: '100%', border: '0', zIndex: '2147483647',
      background: 'transparent', colorScheme: 'normal',
    });
    return new Promise((resolve) => {
      const close = (said) => {
        root.removeEventListener('message', listen);
        frame.remove();
        resolve(said);
      };
      const absent = setTimeout(() => {
        console.warn('[wechatpay-sandbox] the phone cannot lie over this page: open it in a tab of its own, '
          + `${config.base}/_sandbox/phone`);
        close(null);
      }, 10000);
      const listen = ({source, data}) => {
        if (source !== frame.contentWindow || !data || data.from !== 'wechatpay-sandbox') return;
        clearTimeout(absent);
        if (data.done) close(data);
      };
      root.addEventListener('message', listen);
      page.body.append(frame);
    });
  }

  // -- the functions ---------------------------------------------------------------------------------------------

  const succeeded = (said) => { if (/:ok$/.test(said.errMsg)) return said; throw said; };
  const without = (option, ...names) => Object.fromEntries(
    Object.entries(option || {}).filter(([name]) => !names.includes(name)),
  );
  const CALLBACKS = ['success', 'fail', 'complete', 'cancel', 'trigger'];

  function login(option) {
    return answered(option, 'login', async () => {
      const {code} = await ask('POST', '/login-codes', whose());
      return {code, errMsg: 'login:ok'};
    });
  }

  function checkSession(option) {
    return answered(option, 'checkSession', async () => {
      try {
        await ask('POST', '/user-data', whose());
      } catch (error) {
        if (error.code !== 'no-session') throw error;
        throw {errMsg: 'checkSession:fail session time out, need relogin'}; // the words are unconfirmed
      }
      return {errMsg: 'checkSession:ok'};
    });
  }

  function getUserProfile(option) {
    return answered(option, 'getUserProfile', async () => {
      if (typeof (option || {}).desc !== 'string') {
        throw {errMsg: 'getUserProfile:fail parameter error: parameter.desc should be String instead of '
          + `${option && option.desc !== undefined ? kind(option.desc) : 'Undefined'};`};
      }
      const said = await ask('POST', '/user-data', {...whose(), kind: 'user_info'});
      return {...said, userInfo: JSON.parse(said.rawData), cloudID: '', errMsg: 'getUserProfile:ok'};
    });
  }

  const kind = (value) => Object.prototype.toString.call(value).slice(8, -1);

  // What the button open-type="getPhoneNumber" hands over in event.detail.
  async function getPhoneNumber() {
    const {code} = await ask('POST', '/phone-codes', whose());
    const old = await ask('POST', '/user-data', {...whose(), kind: 'phone_number'}).catch(() => ({}));
    return {code, encryptedData: old.encryptedData, iv: old.iv, errMsg: 'getPhoneNumber:ok'};
  }

  function requestPayment(option) {
    return answered(option, 'requestPayment', async () =>
      succeeded(await pay('requestPayment', without(option, ...CALLBACKS))));
  }

  function requestMerchantTransfer(option) {
    return answered(option, 'requestMerchantTransfer', async () =>
      succeeded(await transfer(without(option, ...CALLBACKS))));
  }

  // ok says no more than that the page was shown.
  async function transfer({mchId, appId, package: package_info}) {
    const args = {package_info: package_info || '', mchid: mchId || '', appid: appId || '', user: config.payer};
    if (config.mode !== 'phone' || !page || !config.overlay) {
      const action = config.action === 'pay' ? 'confirm' : 'decline';
      return {errMsg: (await ask('POST', '/confirm-transfer', {...args, action})).errMsg};
    }
    const said = await overlay({transfer: args.package_info, mchid: args.mchid, appid: args.appid, user: args.user});
    return {errMsg: (said && said.errMsg) || 'requestMerchantTransfer:ok'};
  }

  // -- pages in WeChat: jweixin.js and the bridge below it ---------------------------------------------------------

  const jssdk = {allowed: null, ready: [], error: [], refused: null};

  // The signature is checked as jweixin.js has it checked: against the page's own address and the shop's ticket.
  function configure(option) {
    const {appId, timestamp, nonceStr, signature, jsApiList} = option || {};
    const args = {
      appid: appId || config.appid, timestamp: timestamp === undefined ? '' : timestamp, nonceStr: nonceStr || '',
      signature: signature || '', url: page ? root.location.href : config.page,
    };
    ask('POST', '/jssdk-config', args).catch((error) => troubled('config', error)).then((said) => {
      if (said.explanation) console.warn(`[wechatpay-sandbox] ${said.errMsg}: ${said.explanation.summary}`);
      if (said.errMsg === 'config:ok') {
        jssdk.allowed = jsApiList || [];
        for (const callback of jssdk.ready.splice(0)) callback();
      } else {
        jssdk.refused = {errMsg: said.errMsg};
        for (const callback of jssdk.error) callback(jssdk.refused);
      }
    });
  }

  function chooseWXPay(option) {
    const given = option || {};
    const work = async () => {
      if (!jssdk.allowed || !jssdk.allowed.includes('chooseWXPay')) {
        return {errMsg: 'chooseWXPay:fail, the permission value is offline verifying'};
      }
      return pay('chooseWXPay', without(given, ...CALLBACKS));
    };
    work().catch((error) => troubled('chooseWXPay', error)).then((said) => {
      const cancelled = said.errMsg === 'chooseWXPay:cancel';
      const callback = /:ok$/.test(said.errMsg) ? given.success : cancelled ? given.cancel : given.fail;
      if (callback) callback(said);
      if (given.complete) given.complete(said);
    });
  }

  const BRIDGED = {
    getBrandWCPayRequest: (params) => pay('getBrandWCPayRequest', params),
    requestMerchantTransfer: (params) => transfer(params),
  };

  const bridge = {
    invoke(name, params, callback) {
      const word = name === 'getBrandWCPayRequest' ? 'get_brand_wcpay_request' : name;
      const work = BRIDGED[name] || (async () => ({errMsg: `${name}:fail, function not exist`}));
      work(params || {}).catch((error) => troubled(word, error)).then(({errMsg, ...more}) => {
        if (callback) callback({err_msg: errMsg, ...more});
      });
    },
    on() {},
    call() {},
  };

  // -- the shop's own server -----------------------------------------------------------------------------------------

  function request(option) {
    const given = option || {};
    const control = new AbortController();
    const limit = setTimeout(() => control.abort('timeout'), given.timeout || 60000);
    const {success, fail, complete} = given;
    exchange(given, control.signal).then(
      (said) => { if (success) success(said); if (complete) complete(said); },
      (error) => {
        const why = control.signal.aborted ? String(control.signal.reason) : error.message;
        const said = {errMsg: `request:fail ${why}`, errno: why === 'timeout' ? 5 : 600000};
        if (fail) fail(said);
        if (complete) complete(said);
      },
    ).finally(() => clearTimeout(limit));
    return {
      abort: () => control.abort('abort'),
      onHeadersReceived() {}, offHeadersReceived() {}, onChunkReceived() {}, offChunkReceived() {},
    };
  }

  async function exchange(given, signal) {
    const method = (given.method || 'GET').toUpperCase();
    const header = new Headers({'content-type': 'application/json', ...given.header});
    if (!page) header.set('Referer', `https://servicewechat.com/${config.appid}/devtools/page-frame.html`);
    const url = new URL(given.url, page ? root.location.href : undefined);
    let body;
    if (given.data !== undefined && (method === 'GET' || method === 'HEAD')) {
      for (const [name, value] of Object.entries(given.data)) url.searchParams.append(name, String(value));
    } else if (given.data !== undefined) {
      const form = (header.get('content-type') || '').includes('application/x-www-form-urlencoded');
      body = typeof given.data === 'string' || given.data instanceof ArrayBuffer ? given.data
        : form ? new URLSearchParams(given.data) : JSON.stringify(given.data);
    }
    const response = await fetch(url, {method, headers: header, body, signal});
    const raw = await (given.responseType === 'arraybuffer' ? response.arrayBuffer() : response.text());
    return {
      data: typeof raw === 'string' && (given.dataType || 'json') === 'json' ? parsed(raw) : raw,
      statusCode: response.status, header: Object.fromEntries(response.headers), cookies: [], errMsg: 'request:ok',
    };
  }

  function parsed(text) {
    try { return JSON.parse(text); } catch { return text; }
  }

  // -- where it all goes ---------------------------------------------------------------------------------------------

  function sandbox(changes) {
    for (const [name, value] of Object.entries(changes || {})) {
      if (!(name in config)) throw new TypeError(`wx.sandbox knows no ${name}: ${Object.keys(config).join(', ')}`);
      config[name] = name === 'base' ? String(value).replace(/\/$/, '') : value;
    }
    return {...config};
  }

  const ours = {login, checkSession, getUserProfile, requestPayment, requestMerchantTransfer};
  Object.assign(sandbox, {getPhoneNumber});
  const api = {
    ...ours, sandbox, request: nativeRequest || request, chooseWXPay, config: configure,
    ready: (callback) => { if (jssdk.allowed) setTimeout(callback, 0); else jssdk.ready.push(callback); },
    error: (callback) => { jssdk.error.push(callback); if (jssdk.refused) setTimeout(() => callback(jssdk.refused), 0); },
    checkJsApi: ({jsApiList = [], success, complete} = {}) => {
      const said = {
        checkResult: Object.fromEntries(jsApiList.map((name) => [name, typeof api[name] === 'function'])),
        errMsg: 'checkJsApi:ok',
      };
      if (success) success(said);
      if (complete) complete(said);
    },
  };

  if (native) { // a mini program: everything else stays its own
    for (const [name, value] of Object.entries({...ours, sandbox})) {
      Object.defineProperty(native, name, {value, configurable: true, writable: true, enumerable: true});
    }
  } else if (page) {
    root.wx = api;
    root.WeixinJSBridge = bridge;
    page.dispatchEvent(new Event('WeixinJSBridgeReady'));
  }
  if (typeof module === 'object' && module !== null && module.exports) {
    module.exports = Object.assign(api, {WeixinJSBridge: bridge});
  }
})(typeof globalThis === 'object' ? globalThis : this);
