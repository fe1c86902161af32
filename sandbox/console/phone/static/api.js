// The control API, as this page speaks to it: one tenant, a token where the sandbox asks for one.
import {frames} from '/_sandbox/static/stream.js';

const query = new URLSearchParams(location.search);
const fragment = new URLSearchParams(location.hash.slice(1));
const tenant = query.get('tenant') || '';
let token = fragment.get('token') || '';

export class Refused extends Error {
  constructor(status, {code = '', message = `HTTP ${status}`} = {}) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const tokenUsed = () => token;
export const useToken = (given) => { token = given; };
export const tenantUsed = () => tenant;

function headers() {
  return {...(tenant ? {'X-Sandbox-Tenant': tenant} : {}), ...(token ? {'X-Sandbox-Token': token} : {})};
}

export async function ask(method, path, args) {
  const more = args ? {'Content-Type': 'application/json'} : {};
  const response = await fetch(`/_sandbox${path}`, {
    method, headers: {...headers(), ...more}, body: args && JSON.stringify(args),
  });
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, said.error);
  return said;
}

// What happens, forever. `calm` hears whether the stream is up.
export async function watch(heard, calm) {
  for (;;) {
    try {
      const response = await fetch('/_sandbox/events', {headers: headers()});
      if (!response.ok) throw new Refused(response.status);
      calm(true);
      await frames(response.body.getReader(), heard);
    } catch { /* said below */ }
    calm(false);
    await new Promise((go) => { setTimeout(go, 1500); });
  }
}
