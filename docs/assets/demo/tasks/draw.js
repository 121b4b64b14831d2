// Draw a digit: the pad and files on one side; answer, code and scores on the other.
import { Bars } from '../bars.js';
import { context, describe, h } from '../../shared/dom.js';
import { inked, paint, range } from '../maps.js';
import { Sheet } from '../sheet.js';
import { say } from '../strings.js';
import { Answer } from './answer.js';
import { CodeView } from './code.js';

/**
 * @typedef {import('./index.js').Host} Host
 * @typedef {import('./index.js').Outputs} Outputs
 * @typedef {import('../manifest.js').Manifest} Manifest
 */

const SEEN = 'tap_input';

/** @param {Host} host @param {Manifest} manifest @returns {import('./index.js').Task} */
export function create(host, manifest) {
  const { lang } = host;
  /** @type {Manifest} */
  let current = manifest;

  const sheet = new Sheet(host);
  const input = h('div', { class: 'pd-draw', ...sheet.listeners }, ...sheet.elements);

  const answer = new Answer(lang);
  const seen = h('canvas', { class: 'pd-pixels pd-ink' });
  const code = new CodeView(lang);
  const seeing = h('figure', {}, h('div', { class: 'pd-stack' }, seen), h('figcaption', {}, say(lang, 'seen-title')));
  const figures = h('div', { class: 'pd-figures' }, seeing, ...code.figures);
  const result = h('div', { class: 'pd-answer-side' }, answer.element, figures);
  let bars = use(manifest);

  return { input, result, feeds, show, load: (sample, feeds, example) => sheet.load(sample, feeds, example),
    use: (next) => { bars = use(next); },
    taps: () => [SEEN, current.extra?.code_tap].filter((name) => name !== undefined) };

  /** @param {Manifest} next */
  function use(next) {
    current = next;
    code.use(next);
    const scores = next.outputs.find(({ name }) => name === 'scores');
    const title = scores?.title[lang] ?? '';
    const caption = say(lang, scores?.better === 'low' ? 'bars-low' : 'bars-high');
    const rest = next.outputs.some(({ name }) => name === 'rubbish') ? say(lang, 'none-of-these') : null;
    const fresh = new Bars({ caption, columns: [say(lang, 'class'), title, say(lang, 'probability')] },
      next.labels[lang], rest, lang);
    result.querySelector('table')?.remove();
    result.append(fresh.element);
    return fresh;
  }

  function feeds() {
    const { pixels } = sheet;
    return pixels && { pixels };
  }

  /** @param {Outputs | null} outputs @returns {string} */
  function show(outputs) {
    paintSeen(outputs?.[SEEN]);
    if (!outputs) {
      bars.show(null, [], -1);
      code.show(null, null);
      return answer.blank(current);
    }
    const chances = [...Array.from(outputs.probabilities.data), ...Array.from(outputs.rubbish?.data ?? [])];
    const order = chances.map((_, i) => i).sort((a, b) => chances[b] - chances[a]);
    bars.show(outputs.scores.data, chances, order[0]);
    // Only a digit has a prototype: for "none of these" it is the most likely digit's that is compared.
    code.show(order.find((i) => i < outputs.probabilities.data.length) ?? null, outputs);
    return answer.show(current, chances, order);
  }

  /** @param {import('../model.js').Values | undefined} values before the first run, the pixels themselves stand in */
  function paintSeen(values) {
    const own = values ? null : sheet.pixels;
    const shape = values?.shape ?? [1, 1, 28, 28];
    const [height, width] = shape.slice(2);
    describe(seen, say(lang, 'seen-alt', { width, height }));
    const data = values?.data ?? own;
    if (!data) return context(seen).clearRect(0, 0, seen.width, seen.height);
    const { low, high } = range(data);
    return paint(seen, data, { maps: 1, height, width }, (value) => inked(value, low, high));
  }
}
