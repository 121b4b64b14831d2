// Tiles, contrast, counting and drawing of micrographs against the fixtures that export/microscopy.py writes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DRAWINGS } from '../../docs/assets/demo/microscopy.js';
import { greyOf, measure, parts, stretched, tiles, windowOf } from '../../docs/assets/demo/tiling.js';

const FIXTURES = JSON.parse(readFileSync(new URL('../fixtures/segment.json', import.meta.url), 'utf8'));
const PLAN = { border: 92, pitch: 16 };

/** @param {number[][]} rows */
const grey = (rows) => ({ data: Uint8Array.from(rows.flat()), height: rows.length, width: rows[0].length });

/** @param {ArrayLike<number>} found @param {number[]} expected @param {number} few values that may be one off */
function nearly(found, expected, few) {
  const off = expected.map((value, i) => Math.abs(found[i] - value));
  assert.equal(found.length, expected.length);
  assert.ok(Math.max(...off) <= 1, `a value is ${Math.max(...off)} off`);
  assert.ok(off.filter(Boolean).length <= few, `${off.filter(Boolean).length} values are off`);
}

for (const { input, expected } of FIXTURES.grey) {
  test('grey', () => {
    const data = input.flat().flatMap((/** @type {number[]} */ rgb) => [...rgb, 255]);
    assert.deepEqual([...greyOf({ data, width: input[0].length, height: input.length }).data], expected.flat());
  });
}

FIXTURES.stretched.forEach((/** @type {any} */ { input, expected }, /** @type {number} */ i) => {
  // What falls on .5 may round either way.
  test(`stretched, case ${i}`, () => nearly(stretched(grey(input)).data, expected.flat(), expected.flat().length / 10));
});

for (const { height, width, tile, expected } of FIXTURES.tiles) {
  test(`tiles of ${tile} in ${height} x ${width}`, () => {
    const found = tiles(height, width, { tile, ...PLAN });
    assert.deepEqual(found.map(({ top, left, rows, columns }) => [top, left, rows, columns]), expected);
  });
}

for (const { input, tile, expected } of FIXTURES.window) {
  test(`the last window of ${input.length} x ${input[0].length}`, () => {
    const plan = { tile, ...PLAN };
    const place = /** @type {import('../../docs/assets/demo/tiling.js').Tile} */ (
      tiles(input.length, input[0].length, plan).at(-1));
    const found = windowOf(grey(input), place, plan);
    assert.equal(found.length, tile ** 2);
    assert.deepEqual([...found].filter((_, i) => i % 97 === 0), expected);
  });
}

FIXTURES.parts.forEach((/** @type {any} */ { mask, expected }, /** @type {number} */ i) => {
  test(`parts, case ${i}`, () => assert.equal(parts(mask.flat(), mask.length, mask[0].length), expected));
});

test('parts that touch the corners of a mask, or only each other by a corner', () => {
  assert.equal(parts([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1], 4, 4), 2);
  assert.equal(parts(new Uint8Array(12), 3, 4), 0);
  assert.equal(parts(new Uint8Array(12).fill(1), 3, 4), 1);
});

for (const { name, seed, height, width, pixels, changes, count } of FIXTURES.drawings) {
  test(`drawing ${name} ${seed}`, () => {
    const found = DRAWINGS[name](seed, height, width);
    nearly(found.pixels, pixels, 8);
    const border = [...found.mask].flatMap((value, i) => (value !== (found.mask[i - 1] ?? 0) ? [i] : []));
    assert.deepEqual(border, changes);
    assert.equal(found.count, count);
  });
}

test('measures', () => {
  assert.deepEqual(measure([1, 1, 0, 0], [1, 0, 1, 0]), { error: 0.5, dice: 0.5 });
  assert.deepEqual(measure([1, 0], [1, 0]), { error: 0, dice: 1 });
  assert.deepEqual(measure([0, 0], [0, 0]), { error: 0, dice: 0 });
});
