// Every word of the console in both languages: [English, 中文]. The platform's own texts are never translated.

const remembered = localStorage.getItem('sandbox.language');
export let language = remembered || document.documentElement.lang || 'zh';

export function speak(name) {
  language = name;
  localStorage.setItem('sandbox.language', name);
  document.documentElement.lang = name;
}

// The word for a key; {names} in it are filled from `facts`.
export function t(key, facts = {}) {
  const pair = WORDS[key];
  if (!pair) throw new Error(`no word for ${key}`);
  return pair[language === 'zh' ? 1 : 0].replace(/{(\w+)}/g, (_, name) => facts[name] ?? '');
}

// The word for a key that may have none.
export const word = (key) => (WORDS[key] ? t(key) : '');

// What the sandbox says in both languages, as {summary, summary_zh} and the like.
export const said = (one, name) => (language === 'zh' && one[`${name}_zh`]) || one[name] || '';

// Pages add their own words when they are loaded, a table each.
export function add(words) {
  Object.assign(WORDS, words);
}

const WORDS = {
  skip: ['Skip to the content', '跳到正文'],
  language: ['中文', 'English'],
  theme: ['Light or dark', '明暗主题'],
  tenant: ['Tenant', '租户'],
  live: ['live', '实时'],
  offline: ['not connected', '未连接'],
  token_title: ['A token is needed', '需要令牌'],
  token_why: [
    'This sandbox is reachable from elsewhere, so calls need the token it was started with (--token).',
    '这个沙箱可从其他机器访问，需要启动时 --token 指定的令牌。',
  ],
  token: ['Token', '令牌'],
  use: ['Use it', '使用'],
  close: ['Close', '关闭'],
  copied: ['Copied', '已复制'],
  copy: ['Copy', '复制'],
  loading: ['Loading…', '加载中…'],
  nothing: ['Nothing here yet.', '还没有内容。'],
  all: ['all', '全部'],
  none: ['none', '无'],
  done: ['Done', '完成'],
  keys: ['Keyboard', '快捷键'],
  keys_text: [
    'g then t, o, n, f, c, m, s, e, d: traffic, orders, notifications, faults, clock, merchant, sign tool, catalogue, docs · / search · j k or arrows: rows · ? this help',
    '先按 g 再按 t o n f c m s e d：流量、订单、通知、故障、时钟、商户、签名工具、目录、文档 · / 搜索 · j k 或方向键选行 · ? 本帮助',
  ],
  phone: ['Phone', '手机'],
};
