// Loaded by `node --require` under `wechatpay-sandbox run`: Node's own https and fetch ignore proxies before Node 24.
// A connection to a host of the platform goes to the sandbox instead. Names, certificates and everything above the
// socket stay as they are.
'use strict';

const net = require('net');

const hosts = new Set(listed('HOSTS'));
const ports = new Map(listed('PORTS').map((pair) => pair.split('=').map(Number)));
const passed = listed('PASSED');
const PLATFORM = /(^|\.)(weixin\.qq\.com|tenpay\.com|wechatpay\.cn)$/;

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
    } else if (PLATFORM.test(host) && !passes(host)) {
      const text = `${host}:${options.port} belongs to the real platform, and wechatpay-sandbox does not answer for it; to let it through: --pass ${host}`;
      process.nextTick(() => this.destroy(new Error(text)));
      return this;
    }
    return connect.apply(this, given);
  };
}

function listed(name) {
  return (process.env[`WECHATPAY_SANDBOX_${name}`] || '').toLowerCase().split(',').filter(Boolean);
}

function passes(host) {
  return passed.some((one) => one === '*' || one === host || (one.startsWith('.') && host.endsWith(one)));
}

function asOptions(list) {
  const [first, second] = list;
  if (first !== null && typeof first === 'object') {
    return first.path ? null : first;
  }
  return typeof second === 'string' ? { port: first, host: second } : null;
}
