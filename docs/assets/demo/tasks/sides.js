// One of two inputs: a sheet to write on, or a photograph. Which one, the shape of the network's input tells.
import { context, h } from '../../shared/dom.js';
import { rgba } from '../image.js';
import { Photo } from '../photo.js';
import { fit, placeInk } from '../pixels.js';
import { Sheet } from '../sheet.js';
import { say } from '../strings.js';

/**
 * @typedef {import('./index.js').Host} Host
 * @typedef {import('../manifest.js').Sample} Sample
 * @typedef {object} Side
 * @property {HTMLElement} element
 * @property {Uint8Array | null} pixels as the graph takes them; null when there is nothing
 * @property {(pixels: Uint8Array, sample: Sample, example?: boolean) => void} load shows its part of a sample
 * @property {(picture: {pixels: Uint8Array, title: string}) => void} put shows a picture of the gallery
 * @property {() => void} [stop]
 */

const PEN = 5 / 105; // as wide as that of Omniglot's drawings, in parts of the sheet

/**
 * @param {Host} host
 * @param {'first' | 'second'} name
 * @param {number[]} shape of the input
 * @returns {Side}
 */
export function createSide(host, name, [, height, width, channels]) {
  const side = channels === 1 ? sheet(host, name, height) : photograph(host, height, width);
  const legend = h('legend', {}, say(host.lang, name));
  return Object.assign(side, { element: h('fieldset', { class: 'pd-side', 'data-side': name }, legend, side.element) });
}

/** @param {Host} host @param {'first' | 'second'} name @param {number} side @returns {Side} */
function sheet(host, name, side) {
  const label = say(host.lang, 'pad-of', { which: say(host.lang, name), pad: say(host.lang, 'draw-pad') });
  const paper = new Sheet(host, { label, invitation: say(host.lang, 'write-here'), pen: PEN,
    place: (ink, height, width) => placeInk(ink, height, width, side) });
  return { element: h('div', { class: 'pd-draw', ...paper.listeners }, ...paper.elements),
    get pixels() { return paper.pixels; },
    load: (pixels, { extra }, example) => paper.load({ extra: extra[name] }, { pixels }, example),
    put: ({ pixels }) => paper.load({ extra: {} }, { pixels }) };
}

/** @param {Host} host @param {number} height @param {number} width @returns {Side} */
function photograph(host, height, width) {
  /** @type {Uint8Array | null} */
  let current = null;
  const photo = new Photo(host, (picture) => {
    current = fit(picture, height, width);
    host.changed();
  }, { form: height / width, facing: 'user' });

  /** @param {Uint8Array} pixels @param {string} title */
  function show(pixels, title) {
    current = pixels;
    photo.show(rgba(pixels, height, width), title);
  }

  return { element: photo.element, stop: () => photo.stop(),
    get pixels() { return current; },
    load: (pixels, { title }) => show(pixels, title[host.lang]),
    put: ({ pixels, title }) => show(pixels, title) };
}

/**
 * The pixels of a picture of the gallery, as the graph takes them.
 * @param {HTMLImageElement} image
 * @param {number} channels 1 for ink, which the picture shows black on white
 */
export function pixelsOf(image, channels) {
  const canvas = h('canvas', { width: image.naturalWidth, height: image.naturalHeight });
  context(canvas).drawImage(image, 0, 0);
  const { data } = context(canvas).getImageData(0, 0, canvas.width, canvas.height);
  return Uint8Array.from({ length: (data.length / 4) * channels }, (_, i) =>
    (channels === 1 ? 255 - data[4 * i] : data[4 * Math.floor(i / 3) + (i % 3)]));
}
