// A reader's file becomes pixels: any kind that the browser decodes, turned the way its EXIF data say.
import { context, h } from '../shared/dom.js';
import { DemoError } from './errors.js';
import { isSvg, sniff } from './sniff.js';

const HEADER_BYTES = 256 * 1024;
const MAX_PIXELS = 64e6; // decoded, 256 MB: what a good phone photographs, and still fits on one
const MAX_BYTES_UNKNOWN = 32e6; // for kinds whose size sniff() cannot read
const MAX_SIDE = 1024; // what is worked on afterwards

/**
 * Decodes a picture, at most 1024 pixels on its longer side, on white.
 * @param {Blob} file
 * @returns {Promise<ImageData>}
 * @throws {DemoError} 'empty-file', 'too-large' or 'not-image'
 */
export async function decodeFile(file) {
  if (file.size === 0) throw new DemoError('empty-file');
  const head = new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer().catch((error) => {
    throw new DemoError('not-image', error); // a folder, or it is gone
  }));
  const header = sniff(head);
  if (header ? header.width * header.height > MAX_PIXELS : file.size > MAX_BYTES_UNKNOWN) {
    throw new DemoError('too-large', header ? `${header.width} x ${header.height}` : `${file.size} bytes`);
  }
  try {
    if (!header && isSvg(new TextDecoder().decode(head))) return await decodeSvg(file);
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const pixels = onWhite(picture, picture.width, picture.height);
    picture.close();
    return pixels;
  } catch (error) {
    throw new DemoError('not-image', error);
  }
}

/**
 * An SVG inside <img> runs no script and loads nothing; as a `data:` address it does not taint the canvas.
 * @param {Blob} file
 * @returns {Promise<ImageData>}
 */
async function decodeSvg(file) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(await file.text())}`;
  await image.decode();
  // Without a size of its own it fills what it is given.
  const [width, height] = [image.naturalWidth || MAX_SIDE, image.naturalHeight || MAX_SIDE];
  return onWhite(image, width, height, MAX_SIDE / Math.max(width, height));
}

/**
 * @param {CanvasImageSource} picture
 * @param {number} width
 * @param {number} height
 * @param {number} [scale] never larger than it is, unless it is drawn by lines
 */
function onWhite(picture, width, height, scale = Math.min(1, MAX_SIDE / Math.max(width, height))) {
  const canvas = h('canvas', { width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)) });
  const drawing = context(canvas, { willReadFrequently: true });
  drawing.fillStyle = '#fff';
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.imageSmoothingQuality = 'high';
  drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return drawing.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * Pixels as a graph takes them, for a canvas.
 * @param {Uint8Array} pixels RGB, row by row
 * @param {number} height
 * @param {number} width
 */
export function rgba(pixels, height, width) {
  const image = new ImageData(width, height);
  for (let i = 0; i < height * width; i += 1) image.data.set([...pixels.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  return image;
}

/**
 * The first file of a paste or a drop, if there is one.
 * @param {DataTransfer | null} transfer
 * @returns {File | undefined}
 */
export const fileIn = (transfer) => transfer?.files[0];
