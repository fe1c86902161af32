// Loaded by `node --require` under `wechatpay-sandbox run`: Node's own https and fetch ignore proxies before Node 24.
// A connection to a host of the platform goes to the sandbox instead. Names, certificates and everything above the
// socket stay as they are.
'use strict';

const net = require('net');

const hosts = new Set((process.env.WECHATPAY_SANDBOX_HOSTS || '').split(',').filter(Boolean));
const ports = new Map(
  (process.env.WECHATPAY_SANDBOX_PORTS || '')
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split('=').map(Number)),
);
const LEAK = /(^|\.)(weixin\.qq\.com|tenpay\.com|wechatpay\.cn)$/;

if (hosts.size && ports.size) {
  const connect = net.Socket.prototype.connect;

  net.Socket.prototype.connect = function (...given) {
    // net.connect() hands over [options, callback] in an array of its own kind, which must stay the same array.
    const list = Array.isArray(given[0]) ? given[0] : given;
    const options = asOptions(list);
    const host = options && typeof options.host === 'string' ? options.host.toLowerCase().replace(/\.$/, '') : '';
    const port = options ? ports.get(Number(options.port)) : undefined;
    if (hosts.has(host) && port) {
      const callback = list.find((one) => typeof one === 'function');
      list.splice(0, list.length, { ...options, host: '127.0.0.1', port }, ...(callback ? [callback] : []));
    } else if (LEAK.test(host)) {
      const text = `${host}:${options.port} belongs to the real platform, and wechatpay-sandbox does not answer for it`;
      process.nextTick(() => this.destroy(new Error(text)));
      return this;
    }
    return connect.apply(this, given);
  };
}

function asOptions(list) {
  const [first, second] = list;
  if (first !== null && typeof first === 'object') {
    return first.path ? null : first;
  }
  return typeof second === 'string' ? { port: first, host: second } : null;
}
