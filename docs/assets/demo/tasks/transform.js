// Turn, scale, shift and squash a digit: pad, canvas and sliders on one side; what the transformer passes on, the
// answers of both networks, and the answers at all angles on the other.
import { percent } from '../bars.js';
import { chances, top } from '../chances.js';
import { context, h } from '../../shared/dom.js';
import { resolve } from '../manifest.js';
import { inked, paint } from '../maps.js';
import { Sheet } from '../sheet.js';
import { say } from '../strings.js';
import { Distortion } from './distortion.js';
import { Stage } from './stage.js';
import { Turns } from './turns.js';

/**
 * @typedef {import('./index.js').Host} Host
 * @typedef {import('./index.js').Outputs} Outputs
 * @typedef {import('../manifest.js').Manifest} Manifest
 * @typedef {import('../manifest.js').Sample} Sample
 */

const [SEEN, STRAIGHT] = ['tap_input', 'tap_sampler'];

/** @param {Host} host @param {Manifest} manifest @param {Manifest | null} beside @returns {import('./index.js').Task} */
export function create(host, manifest, beside) {
  const { lang } = host;
  let networks = [manifest, ...(beside ? [beside] : [])];
  /** The sample whose digit is on the pad. @type {Sample | null} */
  let sample = null;
  let shows = 0; // how often something has been shown
  const [side] = shapeOf(manifest, SEEN).slice(2);

  const sheet = new Sheet({ ...host, changed: () => { sample = null; turns.touch(); host.changed(); } });
  const distortion = new Distortion(manifest.inputs, lang, () => { place(); turns.touch(); host.tuned(); });
  const stage = new Stage(side, say(lang, 'stage-alt', { side }), { hold: () => distortion.hold(),
    move: (change) => distortion.move(change) });
  const turns = new Turns(lang, manifest.extra.turns, host.tuned);
  const straight = h('canvas', { class: 'pd-pixels pd-ink', width: side, height: side, role: 'img',
    'aria-label': say(lang, 'straight-alt', { side }) });

  const input = h('div', { class: 'pd-draw pd-transform', ...sheet.listeners },
    h('div', { class: 'pd-sheet' }, ...sheet.elements),
    h('figure', {}, stage.element, h('figcaption', {}, say(lang, 'stage-title'))), distortion.element);
  const result = h('div', { class: 'pd-answer-side' });
  let table = use(manifest, beside);
  place();

  return { input, result, feeds, load, show, taps: () => [SEEN, STRAIGHT],
    use: (next, partner) => { table = use(next, partner); },
    async compute(run, given, { variant }) {
      const outputs = await run(given);
      await turns.compute(variant, given, feeds, run);
      return outputs;
    } };

  /** @param {Manifest} next @param {Manifest | null} partner */
  function use(next, partner) {
    networks = [next, ...(partner ? [partner] : [])];
    const fresh = chances(networks, lang);
    const figure = h('figure', { class: 'pd-straight' }, h('div', { class: 'pd-stack' }, straight),
      h('figcaption', {}, say(lang, 'straight-title', { side })));
    result.replaceChildren(figure, fresh.element, turns.element);
    return fresh;
  }

  function place() {
    const { angle, scale, shift } = distortion.values;
    stage.place({ angle, scale, shift });
  }

  function feeds() {
    const { pixels } = sheet;
    return pixels && { pixels, ...distortion.values };
  }

  /** @param {Sample} next @param {import('../manifest.js').Feeds} given @param {boolean} [example] */
  function load(next, given, example) {
    sample = next;
    sheet.load(next, given, example);
    distortion.set(given);
    place();
    turns.touch();
  }

  /** @param {Outputs | null} outputs @param {Outputs} [other] @returns {string} */
  function show(outputs, other) {
    shows += 1;
    const all = [outputs, other].slice(0, networks.length);
    table.show(all.map((each) => each?.probabilities.data ?? null));
    stage.grid(outputs?.grid);
    turns.show(networks, feeds(), sample?.label ?? null);
    if (outputs && !outputs[SEEN]) beforehand();
    else {
      stage.paint(outputs?.[SEEN].data ?? null);
      paintStraight(outputs?.[STRAIGHT].data ?? null);
    }
    if (!outputs) return say(lang, 'announce-blank');
    return networks.map(({ title, labels }, i) => {
      const values = all[i]?.probabilities.data;
      if (!values) return '';
      const best = top(values);
      return say(lang, 'announce', { network: title[lang], label: labels[lang][best], chance: percent(values[best], lang) });
    }).join(lang === 'en' ? ' ' : '');
  }

  /** Before anything has run, the sample's own pictures stand in. */
  async function beforehand() {
    const before = shows;
    const found = networks[0].samples.find(({ id }) => id === sample?.id);
    if (!found) return;
    const [seen, passed] = await Promise.all([found.image, found.pictures.answer].map((file) => (
      inkAt(resolve(networks[0], file), side))));
    if (shows !== before) return;
    stage.paint(seen);
    paintStraight(passed);
  }

  /** @param {ArrayLike<number> | null} ink */
  function paintStraight(ink) {
    if (ink) paint(straight, ink, { maps: 1, height: side, width: side }, (value) => inked(value, 0, 1));
    else context(straight).clearRect(0, 0, side, side);
  }
}

/** @param {Manifest} manifest @param {string} name of a tap */
const shapeOf = ({ taps }, name) => /** @type {import('../manifest.js').Tap} */ (
  taps.find((tap) => tap.name === name)).shape;

/**
 * Ink 0..1 of a picture, black on white; null where it cannot be had, because the network computes it anyway.
 * @param {string} src
 * @param {number} side
 */
async function inkAt(src, side) {
  const image = new Image();
  image.src = src;
  const canvas = h('canvas', { width: side, height: side });
  try {
    await image.decode();
  } catch {
    return null;
  }
  context(canvas).drawImage(image, 0, 0);
  const { data } = context(canvas).getImageData(0, 0, side, side);
  return Float32Array.from({ length: side * side }, (_, i) => 1 - data[4 * i] / 255);
}
