// What the page works out from boxes: which one was meant, which is the same as before, where a proposal stands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds } from '../../docs/assets/demo/smear.js';
import { overlap, read, rowOf, smallest } from '../../docs/assets/demo/tasks/boxes.js';

/** @param {number[]} box */
const detection = (box) => ({ box, origin: box, score: 1, label: 0, name: '' });

test('only the places in use are read', () => {
  const values = (/** @type {number[]} */ data) => ({ data, shape: [data.length] });
  const outputs = { boxes: values([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0]), origins: values([0, 0, 9, 9, 1, 1, 8, 8, 0, 0, 0, 0]),
    scores: values([0.9, 0.8, 0]), labels: values([2, 1, 0]), count: values([2]) };
  assert.deepEqual(read(outputs, ['red', 'white']), [
    { box: [1, 2, 3, 4], origin: [0, 0, 9, 9], score: 0.9, label: 1, name: 'white' },
    { box: [5, 6, 7, 8], origin: [1, 1, 8, 8], score: 0.8, label: 0, name: 'red' }]);
});

test('of boxes around a place the smallest is meant', () => {
  const [large, small] = [detection([0, 0, 10, 10]), detection([2, 2, 6, 6])];
  for (const found of [[large, small], [small, large]]) {
    assert.equal(smallest(found, 3, 3), small);
    assert.equal(smallest(found, 9, 9), large);
    assert.equal(smallest(found, 11, 3), null);
  }
});

test('intersection over union', () => {
  assert.equal(overlap([0, 0, 4, 4], [0, 0, 4, 4]), 1);
  assert.equal(overlap([0, 0, 4, 4], [4, 0, 8, 4]), 0);
  assert.equal(overlap([0, 0, 4, 4], [2, 0, 6, 4]), 8 / 24);
  assert.equal(overlap([1, 1, 1, 1], [1, 1, 1, 1]), 0);
});

test('a proposal is found by its own numbers', () => {
  const table = { data: [1, 2, 3, 4, 0.9, 1, 2, 3, 5, 0.8], shape: [2, 5] };
  assert.equal(rowOf(table, [1, 2, 3, 5]), 1);
  assert.equal(rowOf(table, [1, 2, 3, 6]), -1);
});

test('the box around a turned cell, and how much of it is in the picture', () => {
  const cell = { x: 10, y: 10, radius: 4, squeeze: 0.5, label: 1, turn: 0 };
  assert.deepEqual(bounds(cell, 100, 100), { box: [6, 8, 14, 12], part: 1 });
  const [left, top] = bounds({ ...cell, turn: Math.PI / 2 }, 100, 100).box;
  assert.ok(Math.abs(left - 8) < 1e-9 && Math.abs(top - 6) < 1e-9);
  assert.equal(bounds({ ...cell, x: 0 }, 100, 100).part, 0.5);
});
