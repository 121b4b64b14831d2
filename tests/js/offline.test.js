// The sentences about keeping pages: both languages, the same blanks, and each blank filled.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STRINGS, say } from '../../docs/assets/offline/strings.js';

test('every sentence is there in both languages, with the same blanks', () => {
  for (const [key, { en, zh }] of Object.entries(STRINGS)) {
    assert.ok(en && zh, key);
    const blanks = (/** @type {string} */ text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
    assert.equal(blanks(en), blanks(zh), key);
  }
});

test('blanks are filled', () => {
  assert.equal(say('en', 'saving', { done: '1.5', megabytes: '16' }), 'Saving: 1.5 of 16 MB');
  assert.match(say('zh', 'saved', { megabytes: '16' }), /16 MB/);
});
