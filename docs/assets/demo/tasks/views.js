// The ways of a detector's picture: what is drawn on it in each, and the controls that belong to it.
import { percent } from '../bars.js';
import { h, write } from '../../shared/dom.js';
import { say } from '../strings.js';

/**
 * @typedef {import('./index.js').Outputs} Outputs
 * @typedef {import('./scene.js').Mark} Mark
 * @typedef {{data: ArrayLike<number>, width: number, height: number}} Map
 * @typedef {object} View
 * @property {import('../strings.js').Key} title
 * @property {import('../strings.js').Key} hint
 * @property {HTMLElement[]} controls
 * @property {(outputs: Outputs) => {marks: Mark[], heat?: Map}} paint
 * @property {(x: number, y: number) => void} [place] the reader chose a place on the picture, in pixels
 * @property {(x: number, y: number) => void} [step] or moved on from it
 */

export const PROPOSALS = 'tap_propose';
const FIRST = 30; // proposals drawn at first

/** @param {import('../strings.js').Lang} lang @param {() => void} changed @returns {View} */
export function proposals(lang, changed) {
  const title = h('span');
  const input = h('input', { type: 'range', min: 1, max: FIRST, value: FIRST, oninput: () => { name(); changed(); } });
  const name = () => write(title, say(lang, 'top-proposals', { count: input.value }));
  name();
  return {
    title: 'view-proposals',
    hint: 'hint-proposals',
    controls: [h('label', { class: 'pd-dial' }, title, input)],
    paint({ [PROPOSALS]: { data, shape } }) {
      input.max = String(shape[0]);
      const count = Math.min(Number(input.value), shape[0]);
      const rows = Array.from({ length: count }, (_, i) => Array.from({ length: 5 }, (_value, k) => data[5 * i + k]));
      return { marks: rows.filter((row) => row[4] > 0).map((row) => (
        { box: row.slice(0, 4), kind: 'pd-proposal', strength: 0.25 + 0.75 * row[4] })).reverse() };
    },
  };
}

/**
 * The anchors at one position, with the probability that there is an object at each.
 * @param {import('../strings.js').Lang} lang
 * @param {{stride: number, shapes: number[][]}} grid
 * @param {() => void} changed
 * @returns {View}
 */
export function anchors(lang, { stride, shapes }, changed) {
  const sentence = h('p', { 'aria-live': 'polite' });
  const chances = shapes.map(() => h('b'));
  const cells = shapes.map(([width, height], i) => h('li', {}, size(lang, width, height), chances[i]));
  /** Column and row of the map; null for where the likeliest anchor is. @type {[number, number] | null} */
  let cell = null;
  let [columns, lines] = [1, 1];

  return {
    title: 'view-anchors',
    hint: 'hint-anchors',
    controls: [sentence, h('ul', { class: 'pd-anchors' }, ...cells)],
    paint({ anchors: { data, shape } }) {
      [lines, columns] = shape.slice(1);
      const best = Array.from(data).reduce((found, value, i) => (value > data[found] ? i : found), 0);
      cell ??= [best % columns, Math.floor(best / columns) % lines];
      const [column, line] = cell;
      const [x, y] = [(column + 0.5) * stride, (line + 0.5) * stride];
      const values = shapes.map((_, k) => data[(k * lines + line) * columns + column]);
      const top = values.indexOf(Math.max(...values));
      write(sentence, say(lang, 'best-here', { x: Math.round(x), y: Math.round(y), chance: percent(values[top], lang),
        size: size(lang, ...shapes[top]) }));
      values.forEach((value, k) => {
        write(chances[k], percent(value, lang));
        cells[k].classList.toggle('pd-best', k === top);
      });
      const marks = shapes.map(([width, height], k) => (
        { box: [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
          kind: k === top ? 'pd-anchor pd-top' : 'pd-anchor', strength: k === top ? 1 : 0.3 + 0.7 * values[k] }));
      return { marks: [...marks, { box: [x - 1.5, y - 1.5, x + 1.5, y + 1.5], kind: 'pd-middle' }] };
    },
    place(x, y) { move(Math.floor(x / stride), Math.floor(y / stride)); },
    step(x, y) { move((cell?.[0] ?? 0) + x, (cell?.[1] ?? 0) + y); },
  };

  /** @param {number} column @param {number} line */
  function move(column, line) {
    cell = [Math.min(Math.max(column, 0), columns - 1), Math.min(Math.max(line, 0), lines - 1)];
    changed();
  }
}

/**
 * The probabilities of one anchor everywhere, or the highest of all anchors.
 * @param {import('../strings.js').Lang} lang
 * @param {{shapes: number[][]}} grid
 * @param {() => void} changed
 * @returns {View}
 */
export function objectness(lang, { shapes }, changed) {
  const select = h('select', { onchange: changed }, h('option', { value: -1 }, say(lang, 'best-anchor')),
    ...shapes.map(([width, height], k) => h('option', { value: k }, size(lang, width, height))));
  return {
    title: 'view-objectness',
    hint: 'hint-objectness',
    controls: [h('label', { class: 'pd-which' }, `${say(lang, 'which-anchor')} `, select)],
    paint({ anchors: { data, shape } }) {
      const [count, height, width] = shape;
      const chosen = Number(select.value);
      const which = chosen < 0 ? Array.from({ length: count }, (_, k) => k) : [chosen];
      const highest = Float32Array.from({ length: height * width }, (_, i) =>
        Math.max(...which.map((k) => data[k * height * width + i])));
      return { marks: [], heat: { data: highest, width, height } };
    },
  };
}

/** @param {import('../strings.js').Lang} lang @param {...number} sides width and height */
const size = (lang, ...sides) => {
  const [width, height] = sides.map(Math.round);
  return say(lang, 'anchor-size', { width, height });
};
