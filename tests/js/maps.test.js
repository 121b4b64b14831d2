import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsFor, diverging, inked, layout, range, short } from '../../docs/assets/demo/maps.js';

test('zero is clear, the ends are full, signs differ in hue', () => {
  assert.equal(diverging(0, 2)[3], 0);
  assert.equal(diverging(2, 2)[3], 255);
  assert.equal(diverging(-2, 2)[3], 255);
  assert.notDeepEqual(diverging(2, 2), diverging(-2, 2));
});

test('the scale is symmetrical and does not overflow', () => {
  assert.equal(diverging(1, 2)[3], diverging(-1, 2)[3]);
  assert.equal(diverging(9, 2)[3], 255);
});

test('ink runs from its low to its high', () => {
  assert.deepEqual([inked(-0.1, -0.1, 1.175)[3], inked(1.175, -0.1, 1.175)[3]], [0, 255]);
  assert.equal(inked(5, 5, 5)[3], 0);
});

test('range of values; of nothing but zeros, a scale still', () => {
  assert.deepEqual(range([-3, 1, 2]), { low: -3, high: 2, most: 3 });
  assert.equal(range([0, 0]).most, 1);
});

test('maps, vectors and codes are laid out', () => {
  assert.deepEqual(layout([1, 6, 28, 28]), { maps: 6, height: 28, width: 28 });
  assert.deepEqual(layout([1, 120, 1, 1]), { maps: 1, height: 10, width: 12 });
  assert.deepEqual(layout([1, 10]), { maps: 1, height: 2, width: 5 });
  assert.deepEqual(layout([1, 84], [12, 7]), { maps: 1, height: 12, width: 7 });
});

test('grids are no taller than wide, and full where they can be', () => {
  assert.deepEqual([1, 4, 6, 8, 12, 16, 32, 64, 17].map(columnsFor), [1, 2, 3, 4, 4, 4, 8, 8, 8]);
});

test('numbers of the scale are short', () => {
  assert.deepEqual([-1.7159, 0.00123, 123.4].map(short), ['−1.7', '0.0012', '120']);
});
