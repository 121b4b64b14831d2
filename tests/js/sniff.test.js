import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSvg, sniff } from '../../docs/assets/demo/sniff.js';

/** @param {...(string | number[])} parts text as bytes, or bytes */
const bytes = (...parts) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)));

const PNG = bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 0x4e, 0x20], [0, 0, 0, 7]);
const FRAME = [0xff, 0xc2, 0, 17, 8, 0x01, 0x2c, 0x02, 0x58, 3];

/** @type {[string, Uint8Array, ReturnType<typeof sniff>][]} */
const CASES = [
  ['png', PNG, { kind: 'png', width: 20000, height: 7 }],
  ['gif', bytes('GIF89a', [0x2c, 0x01, 5, 0]), { kind: 'gif', width: 300, height: 5 }],
  ['jpeg at once', bytes([0xff, 0xd8], FRAME), { kind: 'jpeg', width: 600, height: 300 }],
  ['jpeg after EXIF, tables and a fill byte',
    bytes([0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4, 0xff, 0xc4, 0, 3, 9, 0xff], FRAME),
    { kind: 'jpeg', width: 600, height: 300 }],
  ['jpeg without a frame', bytes([0xff, 0xd8, 0xff, 0xd9, 0, 2, 0, 0]), null],
  ['bmp, top down', bytes('BM', Array(16).fill(0), [10, 0, 0, 0, 0xec, 0xff, 0xff, 0xff]),
    { kind: 'bmp', width: 10, height: 20 }],
  ['webp, lossy', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 ', Array(10).fill(0), [0x40, 0x41, 0x10, 0]),
    { kind: 'webp', width: 320, height: 16 }],
  ['webp, lossless', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [0, 0, 0, 0, 0x2f, 0x3f, 0xc0, 0x01, 0]),
    { kind: 'webp', width: 64, height: 8 }],
  ['webp, extended', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', Array(8).fill(0), [0x1f, 0x4e, 0, 9, 0, 1]),
    { kind: 'webp', width: 20000, height: 65546 }],
  ['text', bytes('hello this is text'), null],
  ['nothing', bytes(), null],
];

for (const [name, data, expected] of CASES) {
  test(`sniff: ${name}`, () => assert.deepEqual(sniff(data), expected));
}

test('a header that is cut off anywhere is no header', () => {
  for (let end = 0; end < PNG.length; end += 1) assert.equal(sniff(PNG.subarray(0, end)), null, String(end));
});

test('SVG by its first tag', () => {
  const long = '\uFEFF <?xml version="1.0"?>\n<!-- <b> --><!DOCTYPE svg PUBLIC "x" "y">\n<svg viewBox="0 0 1 1">';
  const entities = '<!DOCTYPE svg [\n<!ENTITY a "b">\n]>\n<SVG\n>';
  for (const yes of ['<svg>', long, entities]) assert.ok(isSvg(yes), yes);
  const comments = '<!-- -->'.repeat(30_000);
  for (const no of ['<html><svg>', 'svg', '<svgx>', '<?xml?><feed>', '<!-- <svg>', comments]) assert.ok(!isSvg(no));
});
