// What is asked of the search index, and what is made of its answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fits, plan, runs, tidy, words } from '../../docs/assets/search/query.js';

test('a Chinese character is a word, whatever stands beside it', () => {
  assert.deepEqual(words('残差'), ['残', '差']);
  assert.deepEqual(words('ResNet的残差'), ['ResNet', '的', '残', '差']);
  assert.deepEqual(words('  skip   connection '), ['skip', 'connection']);
  assert.deepEqual(words('ＬｅＮｅｔ'), ['LeNet']);
});

test('several words are looked for in their order first', () => {
  assert.deepEqual(plan('残差'), { name: '"lpglilfnoo"', exact: '"残 差"', loose: '残 差', enough: true });
  assert.deepEqual(plan('deep "residual'), { name: '"lpdeepresidual"', exact: '"deep residual"', loose: 'deep residual', enough: false });
  assert.deepEqual(plan('LeNet'), { name: '"lplenet"', exact: null, loose: 'LeNet', enough: false });
});

test('one letter is too little, one Chinese character is not', () => {
  assert.equal(plan('r'), null);
  assert.equal(plan('  '), null);
  assert.deepEqual(plan('核'), { name: '"lpgidi"', exact: null, loose: '核', enough: true });
});

test('the spaces of the index are not shown', () => {
  assert.equal(tidy(' 残 差 网 络 （ ResNet ） ， 2016 '), '残差网络（ResNet），2016');
  assert.equal(tidy('ResNet 中 的 ResNet'), 'ResNet 中的 ResNet');
  assert.equal(tidy('Deep residual learning'), 'Deep residual learning');
});

test('marks that touch become one, and markup stays text', () => {
  const marked = runs('有 <mark>残</mark> <mark>差</mark> 的 网 络 &lt;b&gt; &amp; <i>x</i>');
  assert.deepEqual(marked, [
    { text: '有', marked: false }, { text: '残差', marked: true }, { text: '的网络 <b> & x', marked: false },
  ]);
  assert.deepEqual(runs('a <mark>skip</mark> <mark>connection</mark> b').map(({ text }) => text).join(''), 'a skip connection b');
});

test('a word that only begins alike is no answer', () => {
  assert.ok(!fits('a <mark>q</mark> b', 'qqxyzzyqq'));
  assert.ok(fits('a <mark>sub-sampling</mark> b', 'sampling'));
  assert.ok(fits('a <mark>Léon</mark> b', 'leon bottou'));
  assert.ok(fits('found by its other title', '残差'));
});
