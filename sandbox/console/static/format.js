// How money, instants and bodies are shown.

export const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`;

const BEIJING = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium',
});
const CLOCK = new Intl.DateTimeFormat('sv-SE', {timeZone: 'Asia/Shanghai', timeStyle: 'medium'});

// ms since the epoch, as the platform writes them: Beijing time.
export const instant = (ms) => (ms === null || ms === undefined || ms === 0 ? '' : BEIJING.format(ms));
export const timeOfDay = (ms) => (ms ? CLOCK.format(ms) : '');

export function span(ms) {
  if (ms < 1000) return `${ms}ms`;
  const parts = [];
  let rest = Math.round(ms / 1000);
  for (const [unit, seconds] of [['d', 86400], ['h', 3600], ['m', 60], ['s', 1]]) {
    if (rest >= seconds) parts.push(`${Math.floor(rest / seconds)}${unit}`);
    rest %= seconds;
  }
  return parts.join('');
}

export const took = (us) => (us < 1000 ? `${us}µs` : `${(us / 1000).toFixed(1)}ms`);

// Indented where it is JSON or XML, as it came otherwise.
export function pretty(text) {
  const body = text.trim();
  if (body.startsWith('{') || body.startsWith('[')) {
    try {
      return JSON.stringify(JSON.parse(body), null, 2);
    } catch { return text; }
  }
  return body.startsWith('<xml') ? indentedXml(body) || text : text;
}

function indentedXml(body) {
  const root = new DOMParser().parseFromString(body, 'text/xml').documentElement;
  if (!root || root.querySelector('parsererror') || root.nodeName === 'parsererror') return '';
  const lines = [...root.children].map((child) => `  <${child.nodeName}>${child.textContent}</${child.nodeName}>`);
  return [`<${root.nodeName}>`, ...lines, `</${root.nodeName}>`].join('\n');
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const SKIPPED = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding', 'expect']);

// One exchange's request as a curl command line.
export function curl({method, target, request_headers: sent, request}) {
  const lines = [`curl -i -X ${method} ${quoted(location.origin + target)}`];
  for (const [name, value] of Object.entries(sent)) {
    if (!SKIPPED.has(name.toLowerCase())) lines.push(`  -H ${quoted(`${name}: ${value}`)}`);
  }
  if (request) lines.push(`  --data-binary ${quoted(request)}`);
  return lines.join(' \\\n');
}
