import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latest } from '../../docs/assets/demo/latest.js';

/** A job that waits for permission to finish, and the values it saw. */
function fixture() {
  const state = { value: 0, seen: /** @type {number[]} */ ([]), finish: () => {} };
  const request = latest(async () => {
    state.seen.push(state.value);
    await new Promise((resolve) => { state.finish = () => resolve(undefined); });
  });
  return { state, request };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('many requests during a run become one, with the newest value', async () => {
  const { state, request } = fixture();
  state.value = 1;
  const done = request();
  for (state.value = 2; state.value < 9; state.value += 1) request();
  state.finish();
  await turn();
  state.finish();
  await done;
  assert.deepEqual(state.seen, [1, 9]);
});

test('a request after the end runs again', async () => {
  const { state, request } = fixture();
  for (let i = 0; i < 2; i += 1) {
    const done = request();
    state.finish();
    await done;
  }
  assert.equal(state.seen.length, 2);
});

test('a failure is forgotten', async () => {
  let fails = true;
  const request = latest(async () => { if (fails) throw new Error('once'); });
  await assert.rejects(request());
  fails = false;
  await request();
});
