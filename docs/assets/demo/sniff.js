// The size of a picture from its first bytes, so that one too large is never decoded. Pure functions on bytes.

/** @typedef {{kind: 'png' | 'gif' | 'jpeg' | 'webp' | 'bmp', width: number, height: number}} Header */

/** @param {DataView} view @param {number} at @param {string} text */
const says = (view, at, text) =>
  view.byteLength >= at + text.length && [...text].every((char, i) => view.getUint8(at + i) === char.charCodeAt(0));

/**
 * Kind and size (as stored, before any rotation) of a PNG, GIF, JPEG, WebP or BMP; null for anything else.
 * @param {Uint8Array} bytes the beginning of the file; 256 KB hold the header of nearly every JPEG
 * @returns {Header | null}
 */
export function sniff(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (says(view, 0, '\x89PNG\r\n')) return { kind: 'png', width: view.getUint32(16), height: view.getUint32(20) };
    if (says(view, 0, 'GIF8')) return { kind: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (says(view, 0, 'BM')) {
      return { kind: 'bmp', width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
    }
    if (says(view, 0, 'RIFF') && says(view, 8, 'WEBP')) return webp(view);
    if (says(view, 0, '\xff\xd8\xff')) return jpeg(view);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // cut off inside its header
  }
  return null;
}

/** Walks the segments up to the frame header. @param {DataView} view @returns {Header | null} */
function jpeg(view) {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { kind: 'jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

/** Lossy, lossless and extended files each keep the size elsewhere. @param {DataView} view @returns {Header | null} */
function webp(view) {
  if (says(view, 12, 'VP8 ')) {
    return { kind: 'webp', width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (says(view, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { kind: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (says(view, 12, 'VP8X')) {
    const three = (/** @type {number} */ at) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    return { kind: 'webp', width: three(24) + 1, height: three(27) + 1 };
  }
  return null;
}

/**
 * Whether a file begins as an SVG does: a tag `<svg`, after any declaration, comments and document type.
 * @param {string} text the beginning of the file
 */
export function isSvg(text) {
  let rest = text.replace(/^\uFEFF/, '').trimStart();
  while (/^<[?!]/.test(rest)) {
    const close = rest.startsWith('<!--') ? '-->' : /^<!DOCTYPE[^>[]*\[/i.test(rest) ? ']>' : '>';
    const end = rest.indexOf(close);
    if (end < 0) return false;
    rest = rest.slice(end + close.length).trimStart();
  }
  return /^<svg[\s>]/i.test(rest);
}
