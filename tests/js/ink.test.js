import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inkOf } from '../../docs/assets/demo/ink.js';

/** One grey with a smaller square of another in its middle. @param {number} paper @param {number} pen */
function square(paper, pen, side = 40) {
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let i = 0; i < side * side; i += 1) {
    const middle = [i % side, Math.floor(i / side)].every((at) => at >= side * 0.4 && at < side * 0.6);
    data.fill(middle ? pen : paper, 4 * i, 4 * i + 3);
  }
  return { data, width: side, height: side };
}

for (const [name, paper, pen] of /** @type {[string, number, number][]} */ (
  [['dark on light', 240, 20], ['light on dark', 10, 250], ['pencil on grey', 170, 110]])) {
  test(`ink: ${name}`, () => {
    const { data, width } = inkOf(square(paper, pen));
    assert.equal(data[20 * width + 20], 255);
    assert.equal(data[0], 0);
  });
}

test('blank paper has no ink, and neither has its noise', () => {
  assert.throws(() => inkOf(square(240, 240)), { code: 'no-ink' });
  assert.throws(() => inkOf(square(240, 225)), { code: 'no-ink' });
});

test('a large picture becomes a pad', () => {
  const { width, height } = inkOf(square(240, 20, 600));
  assert.deepEqual([width, height], [280, 280]);
});
