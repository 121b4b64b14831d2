// How the digit stands on the canvas: the graph's controls, set by sliders and by hand.
import { h, write } from '../../shared/dom.js';
import { wrap } from '../gesture.js';
import { slider } from '../sliders.js';
import { say } from '../strings.js';

/** How a value is written. @type {Record<string, (value: number) => string>} */
const WRITTEN = {
  angle: (value) => `${value}°`,
  scale: (value) => `×${value.toFixed(2)}`,
  shift: (value) => `${value} px`,
  squash: (value) => `×${value.toFixed(2)}`,
};
const ARROWS = [' →', ' ↓']; // of a control with two values, along x and y

export class Distortion {
  /**
   * @param {import('../manifest.js').Input[]} inputs of the graph
   * @param {import('../strings.js').Lang} lang
   * @param {() => void} onchange
   */
  constructor(inputs, lang, onchange) {
    this.onchange = onchange;
    this.controls = inputs.flatMap(({ name, control }) => (control ? [{ name, ...control }] : []));
    /** By name. @type {Record<string, Float32Array>} */
    this.values = {};
    this.#reset();
    this.held = this.values;
    this.rows = this.controls.flatMap(({ name, title, ...control }) => control.default.map((_, i) => (
      { name, i, ...slider(title[lang] + (control.default.length > 1 ? ARROWS[i] : ''), control,
        (value) => this.#change({ [name]: this.values[name].with(i, value) })) })));
    this.reset = h('button', { type: 'button', class: 'pd-button', onclick: () => { this.#reset(); this.#changed(); } },
      say(lang, 'reset'));
    this.element = h('fieldset', { class: 'pd-sliders pd-distortion' }, h('legend', {}, say(lang, 'distortion')),
      ...this.rows.map(({ element }) => element), this.reset);
    this.#refresh();
  }

  /** Without a word to anybody. @param {import('../manifest.js').Feeds} feeds a control that is left out keeps its value */
  set(feeds) {
    for (const { name } of this.controls) {
      if (feeds[name]) this.values[name] = Float32Array.from(feeds[name]);
    }
    this.#refresh();
  }

  /** A hand takes hold: what it does is reckoned from here. */
  hold() {
    this.held = { ...this.values };
  }

  /** @param {import('../gesture.js').Change} change since the hand took hold */
  move({ angle, scale, shift }) {
    const { held } = this;
    this.#change({ angle: held.angle.map((value) => wrap(value + angle)), scale: held.scale.map((value) => value * scale),
      shift: held.shift.map((value, i) => value + shift[i]) });
  }

  /** @param {Record<string, Float32Array>} values are brought to the steps of their sliders */
  #change(values) {
    for (const [name, wanted] of Object.entries(values)) {
      const { low, high, step } = /** @type {import('../manifest.js').Control} */ (
        this.controls.find((control) => control.name === name));
      this.values[name] = wanted.map((value) => Math.min(high, Math.max(low, Math.round(value / step) * step)));
    }
    this.#changed();
  }

  #reset() {
    this.values = Object.fromEntries(this.controls.map(({ name, default: values }) => [name, Float32Array.from(values)]));
  }

  #changed() {
    this.#refresh();
    this.onchange();
  }

  #refresh() {
    for (const { name, i, input, shown } of this.rows) {
      input.value = String(this.values[name][i]);
      write(shown, WRITTEN[name](Number(this.values[name][i].toFixed(2))).replace('-', '−'));
    }
    const moved = this.controls.some(({ name, default: values }) => values.some((value, i) => value !== this.values[name][i]));
    this.reset.setAttribute('aria-disabled', String(!moved));
  }
}
