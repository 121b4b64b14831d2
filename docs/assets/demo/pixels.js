// Resizing, cropping and MNIST's centring: the twin of export/pixels.py, held to it by tests/fixtures/pixels.json.

/**
 * For each place of the result, where its weights begin and what they are: a triangle as wide as the source's step,
 * so that shrinking averages and enlarging interpolates.
 * @param {number} from length of the source
 * @param {number} to length of the result
 * @returns {{start: number, weights: number[]}[]}
 */
function triangle(from, to) {
  const step = from / to;
  const reach = Math.max(step, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * step;
    const start = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const weigh = (/** @type {number} */ at) => Math.max(0, 1 - Math.abs(at + 0.5 - centre) / reach);
    const raw = Array.from({ length: end - start }, (_, k) => weigh(start + k));
    const sum = raw.reduce((a, b) => a + b, 0);
    return { start, weights: raw.map((weight) => weight / sum) };
  });
}

/**
 * Separable antialiased resizing of one channel, rows first.
 * @param {ArrayLike<number>} values height x width, row by row
 * @param {number} height
 * @param {number} width
 * @param {number} toHeight
 * @param {number} toWidth
 * @returns {Float64Array} toHeight x toWidth
 */
export function resize(values, height, width, toHeight, toWidth) {
  const tall = new Float64Array(toHeight * width);
  triangle(height, toHeight).forEach(({ start, weights }, y) => {
    weights.forEach((weight, k) => {
      for (let x = 0; x < width; x += 1) tall[y * width + x] += weight * values[(start + k) * width + x];
    });
  });
  const result = new Float64Array(toHeight * toWidth);
  triangle(width, toWidth).forEach(({ start, weights }, x) => {
    for (let y = 0; y < toHeight; y += 1) {
      let sum = 0;
      for (let k = 0; k < weights.length; k += 1) sum += weights[k] * tall[y * width + start + k];
      result[y * toWidth + x] = sum;
    }
  });
  return result;
}

/**
 * The largest piece of a certain form in the middle of a picture, resized.
 * @param {{data: ArrayLike<number>, width: number, height: number}} picture RGBA, as a canvas gives it
 * @param {number} toHeight
 * @param {number} [toWidth] without it, a square
 * @returns {Uint8Array} RGB, toHeight x toWidth
 */
export function fit({ data, width, height }, toHeight, toWidth = toHeight) {
  const scale = Math.min(height / toHeight, width / toWidth);
  const [tall, wide] = [toHeight, toWidth].map((side) => Math.floor(side * scale + 0.5));
  const [top, left] = [Math.floor((height - tall) / 2), Math.floor((width - wide) / 2)];
  const result = new Uint8Array(toHeight * toWidth * 3);
  for (let channel = 0; channel < 3; channel += 1) {
    const plane = new Float64Array(tall * wide);
    for (let i = 0; i < plane.length; i += 1) {
      plane[i] = data[4 * ((top + Math.floor(i / wide)) * width + left + (i % wide)) + channel];
    }
    resize(plane, tall, wide, toHeight, toWidth).forEach((value, i) => { result[3 * i + channel] = rounded(value); });
  }
  return result;
}

/**
 * A whole picture as large as it fits, in the middle of the border's colour.
 * @param {{data: ArrayLike<number>, width: number, height: number}} picture RGBA, as a canvas gives it
 * @param {number} height
 * @param {number} width
 * @param {readonly number[]} border red, green, blue
 * @returns {Uint8Array} RGB, height x width
 */
export function letterbox(picture, height, width, border) {
  const factor = Math.min(height / picture.height, width / picture.width);
  const [tall, wide] = [picture.height, picture.width].map((side) => Math.max(1, Math.floor(side * factor + 0.5)));
  const [top, left] = [Math.floor((height - tall) / 2), Math.floor((width - wide) / 2)];
  const result = Uint8Array.from({ length: height * width * 3 }, (_, i) => border[i % 3]);
  for (let channel = 0; channel < 3; channel += 1) {
    const plane = Float64Array.from({ length: picture.height * picture.width }, (_, i) => picture.data[4 * i + channel]);
    resize(plane, picture.height, picture.width, tall, wide).forEach((value, i) => {
      const at = (top + Math.floor(i / wide)) * width + left + (i % wide);
      result[3 * at + channel] = rounded(value);
    });
  }
  return result;
}

/** @param {number} value */
const rounded = (value) => Math.min(255, Math.max(0, Math.floor(value + 0.5)));

const SIDE = 28; // of an MNIST picture
const BOX = 20; // its digits fill a box of this side
// The larger side of nine drawings of Omniglot in ten lies between these fractions of the picture's side.
const [LEAST, MOST] = [0.4, 0.84];

/**
 * Ink scaled and centred as the digits of MNIST were: cropped to its box, the longer side made 20, and put where the
 * centre of mass comes to the middle, yet nothing is cut off.
 * @param {ArrayLike<number>} ink 0..255, height x width
 * @param {number} height
 * @param {number} width
 * @returns {Uint8Array} 28 x 28; all zeros when there is no ink
 */
export function centreInk(ink, height, width) {
  const picture = new Uint8Array(SIDE * SIDE);
  const box = inkBox(ink, height, width);
  if (!box) return picture;
  const longer = Math.max(box.height, box.width);
  const [tall, wide] = [box.height, box.width].map((side) => Math.max(1, Math.floor((side * BOX) / longer + 0.5)));
  const small = resize(box.ink, box.height, box.width, tall, wide);

  let [mass, y, x] = [0, 0, 0];
  small.forEach((value, i) => {
    mass += value;
    y += value * Math.floor(i / wide);
    x += value * (i % wide);
  });
  const place = (/** @type {number} */ centre, /** @type {number} */ side) =>
    Math.min(Math.max(Math.floor((SIDE - 1) / 2 - centre + 0.5), 0), SIDE - side);
  const [top, left] = [place(y / mass, tall), place(x / mass, wide)];
  small.forEach((value, i) => {
    picture[(top + Math.floor(i / wide)) * SIDE + left + (i % wide)] = rounded(value);
  });
  return picture;
}

/**
 * Ink in the middle of a picture, like a drawing of Omniglot, where people drew as they liked: only what is very small
 * or very large comes to a common size.
 * @param {ArrayLike<number>} ink 0..255, height x width
 * @param {number} height
 * @param {number} width
 * @param {number} side of the picture
 * @returns {Uint8Array} side x side; all zeros when there is no ink
 */
export function placeInk(ink, height, width, side) {
  const picture = new Uint8Array(side * side);
  const box = inkBox(ink, height, width);
  if (!box) return picture;
  const longer = Math.max(box.height, box.width);
  const part = Math.min(Math.max(longer / Math.max(height, width), LEAST), MOST);
  const [tall, wide] = [box.height, box.width].map((length) =>
    Math.max(1, Math.floor((length * part * side) / longer + 0.5)));
  const [top, left] = [Math.floor((side - tall) / 2), Math.floor((side - wide) / 2)];
  resize(box.ink, box.height, box.width, tall, wide).forEach((value, i) => {
    picture[(top + Math.floor(i / wide)) * side + left + (i % wide)] = rounded(value);
  });
  return picture;
}

/**
 * The smallest piece that holds all ink, or null.
 * @param {ArrayLike<number>} ink
 * @param {number} height
 * @param {number} width
 */
function inkBox(ink, height, width) {
  let [top, left, bottom, right] = [height, width, -1, -1];
  for (let i = 0; i < height * width; i += 1) {
    if (!(ink[i] > 0)) continue;
    const [y, x] = [Math.floor(i / width), i % width];
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  if (bottom < 0) return null;
  const [tall, wide] = [bottom - top + 1, right - left + 1];
  const cropped = Float64Array.from({ length: tall * wide }, (_, i) =>
    ink[(top + Math.floor(i / wide)) * width + left + (i % wide)]);
  return { ink: cropped, height: tall, width: wide };
}
