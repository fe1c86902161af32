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

const FIELD = /^\s*<([\w.-]+)>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*))<\/\1>/;

// The platform's XML is flat; anything else is left as it is. The browser's parser would complain in elements of its own.
function indentedXml(body) {
  const [, inside = ''] = body.match(/^<xml>([\s\S]*)<\/xml>$/) || [];
  const lines = [];
  let rest = inside.trim();
  while (rest) {
    const found = rest.match(FIELD);
    if (!found) return '';
    lines.push(`  <${found[1]}>${found[2] ?? found[3]}</${found[1]}>`);
    rest = rest.slice(found[0].length).trim();
  }
  return lines.length ? ['<xml>', ...lines, '</xml>'].join('\n') : '';
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
