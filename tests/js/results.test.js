// What the reader is told of the numbers: bars, per cent, the cells that differ, and what the canary accepts.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { buildFor, hasWebGpu, isIos } from '../../docs/assets/demo/backends.js';
import { percent, score, spans } from '../../docs/assets/demo/bars.js';
import { compare } from '../../docs/assets/demo/model.js';
import { differing } from '../../docs/assets/demo/tasks/code.js';

test('distances begin at the left; activations on both sides of zero', () => {
  assert.deepEqual(spans([1, 4]), [{ start: 0, length: 0.25 }, { start: 0, length: 1 }]);
  assert.deepEqual(spans([-1, 3]), [{ start: 0, length: 0.25 }, { start: 0.25, length: 0.75 }]);
});

test('a probability is never rounded to certainty', () => {
  const shown = [0, 0.0004, 0.5, 0.9996, 1].map((part) => percent(part, 'zh'));
  assert.deepEqual(shown, ['<0.1%', '<0.1%', '50.0%', '>99.9%', '>99.9%']);
  assert.equal(percent(0.5, 'en'), '50.0\u00a0%');
});

test('scores keep their digits and a true minus', () => {
  assert.deepEqual([-1.04, 99.96, 123.4].map(score), ['−1.0', '100.0', '123']);
});

test('cells differ when their signs do', () => assert.deepEqual(differing([0.5, -0.5, 0, 2], [1, 1, -1, -1]), [1, 3]));

/** @type {[string, number[], string | null][]} */
const CANARIES = [
  ['the same', [1, 2], null],
  ['within tolerance', [1.0005, 2], null],
  ['too far', [1.002, 2], 'a[0]'],
  ['not a number', [1, NaN], 'a[1]'],
  ['too few', [1], 'a: 1 values'],
];
for (const [name, data, expected] of CANARIES) {
  test(`canary: ${name}`, () => {
    const wrong = compare({ a: { data, shape: [1, data.length] } }, { a: [1, 2] }, { a: 1e-3 });
    assert.ok(expected === null ? wrong === null : wrong?.startsWith(expected), String(wrong));
  });
}
test('canary: a missing output', () => assert.match(String(compare({}, { a: [1] }, { a: 1 })), /no values/));

test('which build runs where', async () => {
  assert.equal(buildFor('wasm').file, 'ort.wasm.min.mjs');
  assert.equal(buildFor('webgpu', true).file, 'ort.jspi.min.mjs');
  assert.equal(buildFor('webgpu', false).file, 'ort.webgpu.min.mjs');
  assert.ok(isIos({ userAgent: 'Mozilla/5.0 (iPhone; CPU)' }));
  assert.ok(isIos({ userAgent: 'Mozilla/5.0 (Macintosh; Intel)', maxTouchPoints: 5 }));
  assert.ok(!isIos({ userAgent: 'Mozilla/5.0 (Macintosh; Intel)', maxTouchPoints: 0 }));
  const gpu = (/** @type {unknown} */ adapter) => ({ userAgent: '', gpu: { requestAdapter: async () => adapter } });
  assert.equal(await hasWebGpu({ userAgent: '' }), false);
  assert.equal(await hasWebGpu(gpu(null)), false);
  assert.equal(await hasWebGpu(gpu({})), true);
});

test('no model arithmetic in the browser', () => {
  const folder = new URL('../../docs/assets/demo/', import.meta.url);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  for (const name of names) {
    assert.doesNotMatch(readFileSync(new URL(name, folder), 'utf8'), /Math\.(exp|log|tanh|pow)|softmax/i, name);
  }
});
