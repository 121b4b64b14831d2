// A control of the graph as sliders: one for each of its numbers, in groups, and one that moves them all.
import { h, write } from '../shared/dom.js';
import { say } from './strings.js';

export class Sliders {
  /**
   * @param {import('./manifest.js').Control} control
   * @param {{caption: string, groups: {title: string, count: number}[], name: (i: number) => string}} words
   * @param {import('./strings.js').Lang} lang
   * @param {() => void} onchange
   */
  constructor(control, { caption, groups, name }, lang, onchange) {
    this.control = control;
    this.onchange = onchange;
    this.values = Float32Array.from(control.default);
    this.rows = control.default.map((_, i) => this.#row(name(i), (value) => { this.values[i] = value; }));
    this.all = this.#row(say(lang, 'all-sliders'), (value) => { this.values.fill(value); });
    this.reset = h('button', { type: 'button', class: 'pd-button', onclick: () => {
      this.values.set(control.default);
      this.#changed();
    } }, say(lang, 'reset'));
    let next = 0;
    this.element = h('fieldset', { class: 'pd-sliders' }, h('legend', {}, caption),
      h('div', { class: 'pd-all' }, this.all.element, this.reset),
      h('div', { class: 'pd-groups' }, ...groups.map(({ title, count }) => h('div', {}, h('p', {}, title),
        ...this.rows.slice(next, next += count).map(({ element }) => element)))));
    this.#refresh();
  }

  /** Without a word to anybody. @param {Float32Array} values */
  set(values) {
    this.values.set(values);
    this.#refresh();
  }

  /** @param {string} title @param {(value: number) => void} set */
  #row(title, set) {
    return slider(title, this.control, (value) => { set(value); this.#changed(); });
  }

  #changed() {
    this.#refresh();
    this.onchange();
  }

  #refresh() {
    const mean = this.values.reduce((sum, value) => sum + value, 0) / this.values.length;
    [...this.rows, this.all].forEach(({ input, shown }, i) => {
      const value = i < this.values.length ? this.values[i] : mean;
      input.value = String(value);
      write(shown, value.toFixed(2));
    });
    const moved = this.values.some((value, i) => value !== this.control.default[i]);
    this.reset.setAttribute('aria-disabled', String(!moved));
  }
}

/**
 * One slider with its name and a place for its value.
 * @param {string} title
 * @param {{low: number, high: number, step: number}} range
 * @param {(value: number) => void} set
 */
export function slider(title, { low, high, step }, set) {
  const shown = h('output', { 'aria-live': 'off' });
  const input = h('input', { type: 'range', min: low, max: high, step, oninput: () => set(Number(input.value)) });
  return { element: h('label', {}, h('span', {}, title), input, shown), input, shown };
}

/**
 * A slider that keeps its value by itself.
 * @param {string} title
 * @param {{low: number, high: number, step: number}} range
 * @param {number} first
 * @param {() => void} onchange by the reader
 */
export function dial(title, range, first, onchange) {
  const { element, input, shown } = slider(title, range, (value) => { set(value); onchange(); });
  const set = (/** @type {number} */ value) => {
    input.value = String(value);
    write(shown, value.toFixed(2));
  };
  set(first);
  return { element, input, set, get value() { return Number(input.value); } };
}
