// A picture of any size in tiles, and what is counted in the answer: the twin of tiles() and window() in
// models/tiling.py and of stretched() and counted() in models/data/microscopy.py, held to them by
// tests/fixtures/segment.json.

/**
 * @typedef {{data: Uint8Array, height: number, width: number}} Grey
 * @typedef {{top: number, left: number, rows: number, columns: number}} Tile where the answer of a tile lies in the
 *   picture; its input begins `border` pixels further up and to the left
 * @typedef {{tile: number, border: number, pitch: number}} Plan side of a tile's input, pixels on each side of it without
 *   an answer, and what the beginnings of tiles are multiples of
 */

/**
 * Grey as Pillow's mode L, from a canvas.
 * @param {{data: ArrayLike<number>, width: number, height: number}} picture RGBA
 * @returns {Grey}
 */
export function greyOf({ data, width, height }) {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i += 1) {
    grey[i] = (19595 * data[4 * i] + 38470 * data[4 * i + 1] + 7471 * data[4 * i + 2] + 0x8000) >> 16;
  }
  return { data: grey, width, height };
}

/**
 * The contrast stretched to 0..255, and inverted where most of the picture is bright.
 * @param {Grey} picture
 * @returns {Grey}
 */
export function stretched({ data, width, height }) {
  const sorted = Uint8Array.from(data).sort();
  const at = (/** @type {number} */ part) => {
    const place = part * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below] + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
  };
  const [low, high, middle] = [at(0.005), at(0.995), at(0.5)];
  const level = (/** @type {number} */ value) => Math.min(1, Math.max(0, (value - low) / Math.max(high - low, 1)));
  const bright = level(middle) > 0.5;
  const table = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.floor(255 * (bright ? 1 - level(value) : level(value)) + 0.5));
  return { data: data.map((value) => table[value]), width, height };
}

/**
 * The tiles of a picture, row by row.
 * @param {number} height
 * @param {number} width
 * @param {Plan} plan
 * @returns {Tile[]}
 */
export function tiles(height, width, { tile, border, pitch }) {
  const step = Math.floor((tile - 2 * border) / pitch) * pitch;
  const all = [];
  for (let top = 0; top < height; top += step) {
    for (let left = 0; left < width; left += step) {
      all.push({ top, left, rows: Math.min(step, height - top), columns: Math.min(step, width - left) });
    }
  }
  return all;
}

/**
 * The input of a tile, cut out of a picture that is mirrored at its border.
 * @param {Grey} picture
 * @param {Tile} place
 * @param {Plan} plan
 * @returns {Uint8Array} tile x tile
 */
export function windowOf({ data, height, width }, { top, left }, { tile, border }) {
  const line = (/** @type {number} */ first, /** @type {number} */ size) => {
    const period = Math.max(2 * (size - 1), 1);
    return Array.from({ length: tile }, (_, i) => {
      const place = (((first + i) % period) + period) % period;
      return Math.min(place, period - place);
    });
  };
  const [rows, columns] = [line(top - border, height), line(left - border, width)];
  const result = new Uint8Array(tile * tile);
  rows.forEach((row, y) => columns.forEach((column, x) => { result[y * tile + x] = data[row * width + column]; }));
  return result;
}

export const LEAST = 4; // pixels of an object that counts

/**
 * How many connected parts a mask has; neighbours are the four nearest pixels.
 * @param {ArrayLike<number>} mask
 * @param {number} height
 * @param {number} width
 */
export function parts(mask, height, width) {
  const wide = width + 2; // a border of nothing, so that every pixel has four neighbours
  const left = new Uint8Array(wide * (height + 2));
  for (let i = 0; i < height * width; i += 1) left[(Math.floor(i / width) + 1) * wide + (i % width) + 1] = mask[i] ? 1 : 0;
  const stack = new Int32Array(height * width);
  let count = 0;
  for (let start = left.indexOf(1); start >= 0; start = left.indexOf(1, start)) {
    let [pixels, waiting] = [0, 1];
    stack[0] = start;
    left[start] = 0;
    while (waiting) {
      waiting -= 1;
      pixels += 1;
      const at = stack[waiting];
      for (let i = 0; i < 4; i += 1) {
        const next = at + (i < 2 ? 2 * i - 1 : (2 * i - 5) * wide);
        if (!left[next]) continue;
        left[next] = 0;
        stack[waiting] = next;
        waiting += 1;
      }
    }
    if (pixels >= LEAST) count += 1;
  }
  return count;
}

/**
 * How a mask compares with the truth.
 * @param {ArrayLike<number>} mask
 * @param {ArrayLike<number>} truth
 * @returns {{error: number, dice: number}} share of pixels of the wrong class; twice the common pixels over the sum of both
 */
export function measure(mask, truth) {
  let [wrong, common, sum] = [0, 0, 0];
  for (let i = 0; i < mask.length; i += 1) {
    wrong += Number(Boolean(mask[i]) !== Boolean(truth[i]));
    common += Number(Boolean(mask[i]) && Boolean(truth[i]));
    sum += Number(Boolean(mask[i])) + Number(Boolean(truth[i]));
  }
  return { error: wrong / mask.length, dice: (2 * common) / Math.max(sum, 1) };
}
