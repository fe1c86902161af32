// The control API, as curl would use it. The token and the tenant are remembered for this browser tab.
import {frames} from './stream.js';

const BASE = '/_sandbox';
const remembered = (name, fallback) => sessionStorage.getItem(`sandbox.${name}`) || fallback;

export const session = {
  get token() { return remembered('token', ''); },
  set token(value) { sessionStorage.setItem('sandbox.token', value); },
  get tenant() { return remembered('tenant', 'default'); },
  set tenant(value) { sessionStorage.setItem('sandbox.tenant', value); },
};

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function headers(more = {}) {
  return {
    Accept: 'application/json',
    'X-Sandbox-Tenant': session.tenant,
    ...(session.token ? {'X-Sandbox-Token': session.token} : {}),
    ...more,
  };
}

async function answered(response) {
  const said = await response.json().catch(() => null);
  if (response.ok && said) return said;
  const {code = 'unreadable', message = `HTTP ${response.status}`} = (said && said.error) || {};
  if (response.status === 401) document.dispatchEvent(new CustomEvent('token-needed', {detail: message}));
  throw new ApiError(response.status, code, message);
}

async function sent(path, options) {
  let response;
  try {
    response = await fetch(BASE + path, options);
  } catch {
    throw new ApiError(0, 'unreachable', 'the sandbox does not answer · 沙箱没有应答');
  }
  return answered(response);
}

// Empty arguments are left out, so that a form's blank field means the default.
function query(args) {
  const given = Object.entries(args).filter(([, value]) => value !== '' && value !== undefined && value !== null);
  const text = new URLSearchParams(given).toString();
  return text ? `?${text}` : '';
}

export const get = (path, args = {}) => sent(path + query(args), {headers: headers()});
export const drop = (path, args = {}) => sent(path + query(args), {method: 'DELETE', headers: headers()});

function withBody(method) {
  return (path, args = {}) => sent(path, {
    method,
    headers: headers({'Content-Type': 'application/json'}),
    body: JSON.stringify(args),
  });
}

export const post = withBody('POST');
export const patch = withBody('PATCH');

// A request to the platform itself, as a merchant would send it.
export async function platform(method, target, {headers: given = {}, body} = {}) {
  const response = await fetch(target, {method, headers: given, body: method === 'GET' ? undefined : body});
  // A bill begins with a byte order mark, which response.text() would drop.
  const text = new TextDecoder('utf-8', {ignoreBOM: true}).decode(await response.arrayBuffer());
  return {status: response.status, headers: Object.fromEntries(response.headers), body: text};
}

// What happens in the tenant, from now on; comes back by itself after a break. `heard(event)`, `state(live)`.
export function watch(heard, state) {
  const control = new AbortController();
  (async () => {
    while (!control.signal.aborted) {
      try {
        const response = await fetch(`${BASE}/events`, {headers: headers(), signal: control.signal});
        if (!response.ok) await answered(response);
        state(true);
        await frames(response.body.getReader(), heard);
      } catch { /* a break, or the end */ }
      if (control.signal.aborted) return;
      state(false);
      await new Promise((resume) => setTimeout(resume, 1500));
    }
  })();
  return () => control.abort();
}
