// Painting numbers: feature maps, codes and what the network sees. One diverging scale, symmetrical about zero:
// warm is positive, blue is negative, and zero is whatever the page's background is, in light and in dark.
import { context, h } from '../shared/dom.js';

export const WARM = [217, 100, 30];
export const BLUE = [52, 120, 190];

/**
 * The colour of a value as RGBA, opaque at the ends of the scale and clear at zero.
 * @param {number} value
 * @param {number} most the end of the scale, > 0
 * @returns {[number, number, number, number]}
 */
export function diverging(value, most) {
  const part = Math.min(1, Math.abs(value) / most);
  const [r, g, b] = value < 0 ? BLUE : WARM;
  return [r, g, b, Math.round(255 * part)];
}

/**
 * Ink on paper: black, as opaque as the value is between the ends.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @returns {[number, number, number, number]}
 */
export const inked = (value, low, high) => [0, 0, 0, Math.round((255 * (value - low)) / (high - low || 1))];

/**
 * Least and greatest value, and the end of the symmetrical scale.
 * @param {ArrayLike<number>} data
 */
export function range(data) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i += 1) {
    low = Math.min(low, data[i]);
    high = Math.max(high, data[i]);
  }
  return { low, high, most: Math.max(Math.abs(low), Math.abs(high)) || 1 };
}

/**
 * How many maps there are and how large each is: (1, C, H, W) is C maps; a vector (1, C) is one map, a grid of cells.
 * @param {readonly number[]} shape
 * @param {readonly number[]} [cells] rows and columns in which a vector is to be laid out
 * @returns {{maps: number, height: number, width: number}}
 */
export function layout(shape, cells) {
  const [count, height = 1, width = 1] = shape.slice(1);
  if (height * width > 1) return { maps: count, height, width };
  if (cells) return { maps: 1, height: cells[0], width: cells[1] };
  const rows = largestDivisor(count);
  return { maps: 1, height: rows, width: count / rows };
}

/** The largest divisor that is not above the square root. @param {number} count */
function largestDivisor(count) {
  let rows = Math.floor(Math.sqrt(count));
  while (count % rows) rows -= 1;
  return rows;
}

/**
 * Columns for a grid that is no taller than it is wide and has no ragged last row if that can be.
 * @param {number} maps
 */
export function columnsFor(maps) {
  const columns = maps / largestDivisor(maps);
  return columns <= 16 ? columns : 8;
}

/**
 * Paints maps side by side, one canvas pixel a value; CSS enlarges them unsmoothed.
 * @param {HTMLCanvasElement} canvas is resized
 * @param {ArrayLike<number>} data
 * @param {{maps: number, height: number, width: number}} grid
 * @param {(value: number) => readonly number[]} colour RGBA of a value
 */
export function paint(canvas, data, { maps, height, width }, colour) {
  const columns = columnsFor(maps);
  const gap = maps > 1 ? 1 : 0;
  canvas.width = columns * (width + gap) - gap;
  canvas.height = Math.ceil(maps / columns) * (height + gap) - gap;
  const image = new ImageData(canvas.width, canvas.height);
  for (let i = 0; i < maps * height * width; i += 1) {
    const [map, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const left = (map % columns) * (width + gap);
    const top = Math.floor(map / columns) * (height + gap);
    image.data.set(colour(data[i]), 4 * ((top + y) * canvas.width + left + x));
  }
  context(canvas).putImageData(image, 0, 0);
}

/**
 * A grey picture, a canvas pixel a level.
 * @param {HTMLCanvasElement} canvas is resized
 * @param {{data: ArrayLike<number>, width: number, height: number}} picture levels of 0..255
 */
export function paintGrey(canvas, { data, width, height }) {
  Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer); // a pixel at once: red is the lowest byte, opacity the highest
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = 0xff000000 + 0x010101 * data[i];
  context(canvas).putImageData(image, 0, 0);
}

/** A number for a scale: three digits at most, with a true minus. @param {number} value */
export const short = (value) => Number(value.toPrecision(2)).toString().replace('-', '−');

/**
 * The colour scale with its ends and zero written under it.
 * @returns {{element: HTMLElement, show: (most: number) => void}}
 */
export function scale() {
  const [low, zero, high] = [h('span'), h('span', {}, '0'), h('span')];
  const element = h('div', { class: 'pd-scale', 'aria-hidden': 'true' }, h('div', { class: 'pd-scale-bar' }),
    h('div', { class: 'pd-scale-ends' }, low, zero, high));
  return {
    element,
    show(most) {
      low.textContent = short(-most);
      high.textContent = short(most);
    },
  };
}
