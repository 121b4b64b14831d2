import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFar, smooth, toPad, trace } from '../../docs/assets/demo/strokes.js';

const BOX = { left: 100, top: 50, width: 200, height: 200 };

test('the pointer becomes a point of the pad', () => {
  assert.deepEqual(toPad(100, 50, BOX), [0, 0]);
  assert.deepEqual(toPad(200, 100, BOX), [0.5, 0.25]);
});

test('outside the pad is its edge', () => assert.deepEqual(toPad(-5, 900, BOX), [0, 1]));

test('points that say nothing are dropped', () => {
  assert.ok(isFar(undefined, [0.5, 0.5]));
  assert.ok(!isFar([0.5, 0.5], [0.501, 0.501]));
  assert.ok(isFar([0.5, 0.5], [0.51, 0.5]));
});

test('a smooth line begins and ends where the hand did, and goes through the middles', () => {
  const { from, curves, end } = smooth([[0, 0], [0.5, 0], [0.5, 0.5], [1, 0.5]]);
  assert.deepEqual([from, end], [[0, 0], [1, 0.5]]);
  assert.deepEqual(curves, [{ control: [0.5, 0], to: [0.5, 0.25] }, { control: [0.5, 0.5], to: [0.75, 0.5] }]);
});

test('a touch without a movement is a dot', () => {
  /** @type {unknown[]} */
  const calls = [];
  const path = { moveTo: (/** @type {number[]} */ ...at) => calls.push(['moveTo', ...at]),
    lineTo: (/** @type {number[]} */ ...at) => calls.push(['lineTo', ...at]) };
  trace(/** @type {any} */ (path), [[0.5, 0.5]], 280);
  assert.deepEqual(calls, [['moveTo', 140, 140], ['lineTo', 140, 140]]);
});
