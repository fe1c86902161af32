// "Save what I just did as a scenario": the file, to read, copy or keep.
import {get} from './api.js';
import {dialog} from './dialog.js';
import {button, codeBlock, fill, field, h, toast} from './dom.js';
import {copied, download} from './message.js';
import {add, t} from './words.js';

add({
  as_scenario: ['Save as a scenario', '存为场景'],
  scenario_name: ['Name', '名称'],
  scenario_run: ['Run it with: wechatpay-sandbox scenario run {file}', '运行：wechatpay-sandbox scenario run {file}'],
  download: ['Download', '下载'],
  untold: ['What a story cannot say', '场景无法表达的操作'],
});

// A button; `out_trade_no` keeps what was about one order.
export function saving(out_trade_no = '') {
  return button(t('as_scenario'), () => show(out_trade_no), {quiet: true});
}

async function show(out_trade_no) {
  const name = h('input', {value: 'recorded', pattern: '[a-z0-9]+(-[a-z0-9]+)*', required: true});
  const place = h('div', {});
  let text = '';
  const draw = async () => {
    if (!name.checkValidity()) return;
    const told = await get('/recording', {name: name.value, out_trade_no});
    text = told.yaml;
    fill(place, codeBlock(text, t('as_scenario')),
      told.untold.length ? h('p.meta', {}, `${t('untold')}: ${told.untold.join(' · ')}`) : null,
      h('p.meta', {}, t('scenario_run', {file: `${name.value}.yaml`})));
  };
  await draw();
  name.addEventListener('change', () => draw().catch((error) => toast(error.message, 'bad')));
  dialog(t('as_scenario'), field(t('scenario_name'), name), place, h('p.actions', {},
    button(t('copy'), () => copied(text)),
    button(t('download'), () => download(`${name.value}.yaml`, text), {quiet: true})));
}
