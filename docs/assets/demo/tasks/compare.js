// Do two pictures show the same? Both of them on one side; verdict, energy and gallery on the other.
import { context, h, write } from '../../shared/dom.js';
import { inked, range } from '../maps.js';
import { say } from '../strings.js';
import { Energy } from './energy.js';
import { Gallery } from './gallery.js';
import { createSide } from './sides.js';

/**
 * @typedef {import('./index.js').Host} Host
 * @typedef {import('./index.js').Outputs} Outputs
 * @typedef {import('../manifest.js').Manifest} Manifest
 */

const NAMES = /** @type {const} */ (['first', 'second']);
const SEEN = 'tap_input';

/** @param {Host} host @param {Manifest} manifest @returns {import('./index.js').Task} */
export function create(host, manifest) {
  const { lang } = host;
  let current = manifest;
  /** The last answer, which the threshold divides anew. @type {Outputs | null} */
  let last = null;
  let sides = NAMES.map((name, i) => createSide(host, name, manifest.inputs[i].shape));
  let energy = new Energy(manifest, lang, () => show(last));
  let gallery = galleryOf(manifest);
  const seen = NAMES.map((name) => h('canvas', { class: 'pd-pixels', role: 'img',
    'aria-label': say(lang, 'seen-of', { which: say(lang, name) }) }));
  const caption = h('figcaption');
  const eyes = h('figure', { class: 'pd-eyes' }, h('div', {}, ...seen), caption);
  const input = h('div', { class: 'pd-compare' });
  const result = h('div', { class: 'pd-answer-side' });
  arrange();

  return { input, result, use, load, show, taps: () => [SEEN], stop: () => sides.forEach((side) => side.stop?.()),
    feeds() {
      const [first, second] = sides.map(({ pixels }) => pixels);
      return first && second && { first, second };
    } };

  /** @param {Manifest} next */
  function use(next) {
    if (next === current) return;
    current = next;
    last = null;
    sides.forEach((side) => side.stop?.());
    sides = NAMES.map((name, i) => createSide(host, name, next.inputs[i].shape));
    energy = new Energy(next, lang, () => show(last));
    gallery = galleryOf(next);
    arrange();
  }

  /** @param {Manifest} network */
  function galleryOf(network) {
    return new Gallery(network, lang, (picture) => {
      sides[1].put(picture);
      host.changed();
    }, (error, again) => host.refuse(error, again, 'retry'));
  }

  function arrange() {
    input.classList.toggle('pd-written', current.inputs[0].shape[3] === 1);
    input.replaceChildren(h('div', { class: 'pd-sides' }, ...sides.map(({ element }) => element)), eyes);
    result.replaceChildren(energy.element, gallery.element);
  }

  /**
   * @param {import('../manifest.js').Sample} sample
   * @param {import('../manifest.js').Feeds} feeds
   * @param {boolean} [example]
   */
  function load(sample, feeds, example) {
    NAMES.forEach((name, i) => sides[i].load(/** @type {Uint8Array} */ (feeds[name]), sample, example));
  }

  /** @param {Outputs | null} outputs @returns {string} */
  function show(outputs) {
    last = outputs;
    paintSeen(outputs?.[SEEN]);
    if (!outputs) {
      gallery.show(null, 0);
      return energy.show(null);
    }
    const value = outputs.energy.data[0];
    const nearest = gallery.show(outputs.gallery.data, energy.threshold);
    const answer = energy.show(value, outputs.gallery.data);
    return say(lang, 'announce-pair', { answer, energy: energy.written(value), threshold: energy.written(energy.threshold),
      title: nearest });
  }

  /**
   * Both maps of the input, on one scale; before the first run, the pixels themselves stand in.
   * @param {import('../model.js').Values | undefined} values
   */
  function paintSeen(values) {
    const [, tall, wide, channels] = current.inputs[0].shape;
    const [height, width] = values?.shape.slice(2) ?? [tall, wide];
    const { low, high } = values ? range(values.data) : { low: 0, high: 255 };
    write(caption, say(lang, 'seen-both', { width, height }));
    seen.forEach((canvas, k) => {
      const own = values ? null : sides[k].pixels;
      [canvas.width, canvas.height] = [width, height]; // clears it
      canvas.classList.toggle('pd-ink', channels === 1);
      if (!values && !own) return;
      const image = new ImageData(width, height);
      for (let i = 0; i < height * width; i += 1) {
        const rgb = [0, 1, 2].map((c) => values?.data[k * height * width + i] ?? own?.[i * channels + (c % channels)] ?? 0);
        image.data.set(channels === 1 ? inked(rgb[0], low, high)
          : [...rgb.map((value) => (255 * (value - low)) / (high - low || 1)), 255], 4 * i);
      }
      context(canvas).putImageData(image, 0, 0);
    });
  }
}
