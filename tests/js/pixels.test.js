// Resizing, cropping and centring against the fixtures that export/pixels.py writes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { centreInk, fit, letterbox, placeInk, resize } from '../../docs/assets/demo/pixels.js';

const FIXTURES = JSON.parse(readFileSync(new URL('../fixtures/pixels.json', import.meta.url), 'utf8'));

for (const { input, height, width, expected } of FIXTURES.resize) {
  test(`resize ${input.length} x ${input[0].length} to ${height} x ${width}`, () => {
    const result = resize(input.flat(), input.length, input[0].length, height, width);
    expected.flat().forEach((/** @type {number} */ value, /** @type {number} */ i) => {
      assert.ok(Math.abs(result[i] - value) <= 1e-6, `${i}: ${result[i]}, not ${value}`);
    });
  });
}

/** @type {Record<string, (ink: number[], height: number, width: number) => Uint8Array>} */
const INK = {
  centred: (ink, height, width) => centreInk(ink, height, width),
  placed: (ink, height, width) => placeInk(ink, height, width, 10),
};
for (const [how, run] of Object.entries(INK)) {
  for (const { name, input, [how]: wanted } of FIXTURES.ink) {
    test(`${name} ${how}`, () => {
      const result = run(input.flat(), input.length, input[0].length);
      /** @type {number[]} */
      const expected = wanted.flat();
      // A sum that falls on .5 may round either way: the two languages add in their own order.
      expected.forEach((value, i) => assert.ok(Math.abs(result[i] - value) <= 1, `${i}: ${result[i]}, not ${value}`));
      const off = expected.filter((value, i) => result[i] !== value);
      assert.ok(off.length <= 1, `${off.length} values differ`);
    });
  }
}

for (const { input, height, width, expected } of FIXTURES.fit) {
  test(`fit ${input.length} x ${input[0].length} into ${height} x ${width}`, () => {
    const data = input.flat().flatMap((/** @type {number[]} */ rgb) => [...rgb, 255]);
    const result = fit({ data, width: input[0].length, height: input.length }, height, width);
    assert.equal(result.length, height * width * 3);
    expected.flat(2).forEach((/** @type {number} */ value, /** @type {number} */ i) => {
      assert.ok(Math.abs(result[i] - value) <= 1, `${i}: ${result[i]}, not ${value}`);
    });
  });
}

for (const { input, height, width, border, expected } of FIXTURES.letterbox) {
  test(`letterbox ${input.length} x ${input[0].length} into ${height} x ${width}`, () => {
    const data = input.flat().flatMap((/** @type {number[]} */ rgb) => [...rgb, 255]);
    const result = letterbox({ data, width: input[0].length, height: input.length }, height, width, border);
    assert.equal(result.length, height * width * 3);
    expected.flat(2).forEach((/** @type {number} */ value, /** @type {number} */ i) => {
      assert.ok(Math.abs(result[i] - value) <= 1, `${i}: ${result[i]}, not ${value}`);
    });
  });
}
