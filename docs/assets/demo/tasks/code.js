// The network's code as a bitmap beside the prototype it was matched with, and the cells in which they differ.
import { context, describe, h, write } from '../../shared/dom.js';
import { diverging, inked, paint, range } from '../maps.js';
import { say } from '../strings.js';

/** @typedef {import('../manifest.js').Manifest} Manifest */

/**
 * Cells whose sign is not the prototype's.
 * @param {ArrayLike<number>} code
 * @param {ArrayLike<number>} prototype of +1 and -1
 * @returns {number[]} their indices
 */
export const differing = (code, prototype) =>
  Array.from(code, (_, i) => i).filter((i) => code[i] * prototype[i] < 0);

export class CodeView {
  /** @type {Manifest | null} */
  #manifest = null;

  #code = h('canvas', { class: 'pd-pixels' });
  #prototype = h('canvas', { class: 'pd-pixels pd-ink' });
  #marks = h('div', { class: 'pd-marks', 'aria-hidden': 'true' });
  #codeTitle = h('span');
  #title = h('span');
  #differ = h('small');
  figures = [
    h('figure', { class: 'pd-code' }, h('div', { class: 'pd-stack' }, this.#code, this.#marks),
      h('figcaption', {}, this.#codeTitle)),
    h('figure', { class: 'pd-code' }, h('div', { class: 'pd-stack' }, this.#prototype),
      h('figcaption', {}, this.#title, this.#differ)),
  ];

  /** @param {import('../strings.js').Lang} lang */
  constructor(lang) {
    this.lang = lang;
  }

  /** @param {Manifest} manifest one without prototypes hides both figures */
  use(manifest) {
    this.#manifest = manifest;
    const hidden = !manifest.extra?.prototypes;
    for (const figure of this.figures) figure.hidden = hidden;
    const tap = manifest.taps.find(({ name }) => name === manifest.extra?.code_tap);
    write(this.#codeTitle, say(this.lang, 'code-title', { layer: tap?.node.toUpperCase() ?? '' }));
  }

  /**
   * @param {number | null} best the class whose prototype is shown
   * @param {Record<string, import('../model.js').Values> | null} outputs
   */
  show(best, outputs) {
    const { prototypes, code_tap: tap } = this.#manifest?.extra ?? {};
    if (!prototypes) return;
    const [, height, width] = prototypes.shape;
    const count = height * width;
    const values = best === null ? null : prototypes.values.slice(best * count, (best + 1) * count);
    const code = tap && outputs?.[tap]?.data;
    const grid = { maps: 1, height, width };
    const label = this.#manifest?.labels[this.lang][best ?? 0] ?? '';

    this.#code.classList.toggle('pd-waiting', !code);
    describe(this.#code, say(this.lang, 'code-alt', { count, height, width }));
    if (code) paint(this.#code, code, grid, (value) => diverging(value, range(code).most));
    else clear(this.#code, grid);
    if (values) paint(this.#prototype, values, grid, (value) => inked(value, -1, 1));
    else clear(this.#prototype, grid);

    const wrong = code && values ? differing(code, values) : [];
    this.#marks.replaceChildren(...wrong.map((i) => mark(i % width, Math.floor(i / width), width, height)));
    const differ = wrong.length;
    write(this.#title, say(this.lang, 'prototype-title', { label: values ? label : '·' }));
    write(this.#differ, code && values ? say(this.lang, 'differ', { differ, count }) : '');
    describe(this.#prototype, say(this.lang, 'prototype-alt', { label, differ, count }));
  }
}

/** @param {HTMLCanvasElement} canvas @param {{width: number, height: number}} grid */
function clear(canvas, { width, height }) {
  Object.assign(canvas, { width, height });
  context(canvas).clearRect(0, 0, width, height);
}

/** @param {number} x @param {number} y @param {number} width @param {number} height */
function mark(x, y, width, height) {
  const element = h('i');
  Object.assign(element.style, { left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%`,
    width: `${100 / width}%`, height: `${100 / height}%` });
  return element;
}
