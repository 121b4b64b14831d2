// Hands on the canvas, and how far a digit can be turned.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gesture, wrap } from '../../docs/assets/demo/gesture.js';
import { ANGLES, holds } from '../../docs/assets/demo/tasks/turns.js';

test('one finger moves', () => {
  assert.deepEqual(gesture([[1, 2]], [[4, -2]]), { angle: 0, scale: 1, shift: [3, -4] });
});

test('two fingers turn clockwise, scale and move', () => {
  const { angle, scale, shift } = gesture([[0, -1], [0, 1]], [[4, 0], [0, 0]]);
  assert.ok(Math.abs(angle - 90) < 1e-9);
  assert.equal(scale, 2);
  assert.deepEqual(shift, [2, 0]);
});

test('the short way round is taken', () => {
  const at = (/** @type {number} */ degrees) => /** @type {[number, number]} */ (
    [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);
  assert.ok(Math.abs(gesture([[0, 0], at(170)], [[0, 0], at(-170)]).angle - 20) < 1e-9);
  assert.deepEqual([190, -190, 180, -180, 360, 0].map(wrap).map((angle) => angle + 0), [-170, 170, 180, 180, 0, 0]);
});

test('fingers on one point scale by nothing that is not a number', () => {
  assert.ok(Number.isFinite(gesture([[1, 1], [1, 1]], [[1, 1], [2, 1]]).scale));
});

test('an answer holds as far as it does so without a gap from upright', () => {
  const chances = ANGLES.map((angle) => (Math.abs(angle) <= 60 || angle > 150 ? 0.9 : 0.1));
  assert.deepEqual(holds(chances), [-60, 60]);
  assert.deepEqual(holds(ANGLES.map(() => 1)), [-180, 180]);
  assert.equal(holds(ANGLES.map((angle) => (angle === 0 ? 0.5 : 1))), null);
});
