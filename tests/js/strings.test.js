import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { STRINGS, say } from '../../docs/assets/demo/strings.js';

const FOLDER = new URL('../../docs/assets/demo/', import.meta.url);
const SOURCE = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js') && name !== 'strings.js')
  .map((name) => readFileSync(new URL(name, FOLDER), 'utf8')).join('\n');

/** @param {string} text */
const slots = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

for (const [key, texts] of Object.entries(STRINGS)) {
  test(`${key}: both languages say it, with the same slots`, () => {
    assert.deepEqual(Object.keys(texts), ['en', 'zh']);
    assert.ok(texts.en.trim() && texts.zh.trim());
    assert.deepEqual(slots(texts.en), slots(texts.zh));
  });

  test(`${key}: is used`, () => {
    const used = SOURCE.includes(`'${key}'`) || (/^took-/.test(key) && SOURCE.includes('`took-$'));
    assert.ok(used, 'no module names this sentence');
  });
}

test('every code of errors.js has its sentence', () => {
  const [, typedef] = readFileSync(new URL('errors.js', FOLDER), 'utf8').match(/@typedef \{([\s\S]*?)\} Code/) ?? [];
  const codes = [...typedef.matchAll(/'([\w-]+)'/g)].map(([, code]) => code);
  assert.ok(codes.length >= 11);
  for (const code of codes) assert.ok(code in STRINGS, code);
});

test('no space follows a full-width bracket that came with a name', () => {
  assert.match(say('zh', 'announce', { network: 'CNN（简）', label: '4', chance: '5%' }), /^CNN（简）认为是/);
});

test('slots are filled in', () => {
  assert.equal(say('en', 'how-sure', { chance: '5 %' }), 'with probability 5 %');
  assert.equal(say('zh', 'differ', { differ: 3, count: 84 }), '84 格中有 3 格不同');
});
