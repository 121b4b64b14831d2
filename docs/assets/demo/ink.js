// From a picture of writing to ink: what is paper, what is pen? Pure arithmetic on pixels.
import { DemoError } from './errors.js';
import { resize } from './pixels.js';

const SIDE = 280; // no more than the pad has
const LEAST_CONTRAST = 24; // of 255; less is the noise of a photograph of blank paper
const PAPER = 0.25; // what differs from the paper by less than this part of the strongest ink is paper

/**
 * Ink 0..255 of a picture with dark writing on light or light on dark. The paper is what most of the border shows.
 * @param {{data: Uint8ClampedArray, width: number, height: number}} picture RGBA on white
 * @returns {import('./pad.js').Ink} at most 280 pixels on its longer side
 * @throws {DemoError} 'no-ink' when nothing stands out from the paper
 */
export function inkOf({ data, width, height }) {
  const grey = new Float64Array(width * height);
  // Rec. 601 luma, as PNG and JPEG viewers turn colour to grey.
  for (let i = 0; i < grey.length; i += 1) {
    grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  }
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const small = resize(grey, height, width, size.height, size.width);

  const paper = borderMedian(small, size.width, size.height);
  const contrast = small.map((value) => Math.abs(value - paper));
  const most = contrast.reduce((a, b) => Math.max(a, b), 0);
  if (most < LEAST_CONTRAST) throw new DemoError('no-ink', `contrast ${most}`);
  const ink = Uint8Array.from(contrast, (value) => {
    const part = (value / most - PAPER) / (1 - PAPER);
    return Math.round(255 * Math.min(1, Math.max(0, part) * 1.5)); // the middle of a grey stroke is full ink
  });
  return { data: ink, ...size };
}

/** @param {Float64Array} grey @param {number} width @param {number} height @returns {number} */
function borderMedian(grey, width, height) {
  const border = grey.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  }).sort();
  return border[border.length >> 1];
}
