// Docs: the project's own pages, in the language of the console where they are translated.
import {get} from '../api.js';
import {fill, h} from '../dom.js';
import {add, language, t} from '../words.js';

add({
  docs: ['Docs', '文档'],
  contents: ['Contents', '目录'],
  no_such_page: ['There is no such page.', '没有这个页面。'],
  only_english: ['', '（此页只有英文）'],
});

async function show(root, rest) {
  const [name, ...anchor] = rest.split('/');
  const {pages} = await get('/docs');
  const wanted = name || pages[0].name;
  const text = h('article.doc', {});
  fill(root, h('div.shelf', {},
    h('nav.contents', {'aria-label': t('contents')}, pages.map((page) => h('a', {
      href: `#/docs/${page.name}`, 'aria-current': page.name === wanted ? 'page' : null,
    }, (language === 'zh' && page.title_zh) || page.title))),
    text));
  try {
    const page = await get(`/docs/${encodeURIComponent(wanted)}`, {lang: language});
    text.lang = page.lang === 'zh' ? 'zh' : 'en';
    fill(text, page.lang === language ? null : h('p.meta', {}, t('only_english')), page.nodes.map(element));
  } catch (error) {
    fill(text, h('p.empty', {}, error.status === 404 ? t('no_such_page') : error.message));
  }
  const place = anchor.length ? document.getElementById(`doc-${anchor.join('/')}`) : null;
  if (place) place.scrollIntoView();
  else scrollTo(0, 0);
}

const INSIDE = /^#\//;
const OUTSIDE = /^https?:\/\//;

// What the server made of the Markdown: texts, and [tag, attributes, children]. Only these elements, only these attributes.
const TAGS = new Set(('a blockquote br code em h1 h2 h3 h4 h5 h6 hr img li ol p pre s strong table tbody td th thead tr ul').split(' '));

function element(node) {
  if (typeof node === 'string') return node;
  const [tag, {id, href = '', src, alt}, children] = node;
  if (!TAGS.has(tag)) return children.map(element);
  const props = {};
  if (id) props.id = `doc-${id}`;
  if (tag === 'a' && INSIDE.test(href)) props.href = href;
  if (tag === 'a' && OUTSIDE.test(href)) Object.assign(props, {href, target: '_blank', rel: 'noopener noreferrer'});
  if (tag === 'img') Object.assign(props, {src: `/_sandbox/${src}`, alt, loading: 'lazy'});
  if (tag === 'pre') Object.assign(props, {tabindex: '0'});
  const made = h(tag === 'pre' ? 'pre.code' : tag, props, children.map(element));
  return tag === 'table' ? h('div.scroll', {tabindex: '0', role: 'region', 'aria-label': t('docs')}, made) : made;
}

export const docs = {name: 'docs', key: 'd', title: () => t('docs'), show};
