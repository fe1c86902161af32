// One fault and its arguments: which there are and what they take is what the server says.
import {get} from './api.js';
import {h, select} from './dom.js';
import {problemPicker} from './problems.js';
import {SchemaForm} from './schema.js';
import {said} from './words.js';

let known;

// Moments, tags and faults.
export async function vocabulary() {
  known = known || await get('/faults');
  return known;
}

// A choice among the faults that act at one of these moments; `do_()` is it as a rule says it.
export class FaultForm {
  constructor({faults}, label) {
    this.faults = faults;
    this.choice = select([], '', {'aria-label': label, onchange: () => this.draw()});
    this.about = h('p.about', {});
    this.rest = h('div', {});
    this.element = h('div.fault', {}, this.choice, this.about, this.rest);
  }

  offer(moments, {name, problem} = {}) {
    const wanted = name || this.choice.value;
    this.problem = problem;
    const able = this.faults.filter((one) => one.moments.some((moment) => moments.includes(moment)));
    this.choice.replaceChildren(...able.map((one) => h('option', {value: one.name, selected: one.name === wanted}, one.name)));
    this.draw();
  }

  draw() {
    const fault = this.faults.find((one) => one.name === this.choice.value);
    this.about.textContent = said(fault, 'about');
    const picker = fault.name === 'fail' ? problemPicker(this.problem) : null;
    this.arguments = picker || new SchemaForm(fault.arguments);
    this.rest.replaceChildren(this.arguments.element);
  }

  do_() { return {[this.choice.value]: this.arguments.values()}; }
}
