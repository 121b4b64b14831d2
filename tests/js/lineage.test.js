import assert from 'node:assert/strict';
import { test } from 'node:test';

import { edge, neighbourhood, touches } from '../../docs/assets/lineage/neighbours.js';

const EDGES = [
  edge({ later: 'vgg', earlier: 'alexnet' }),
  edge({ later: 'resnet', earlier: 'vgg' }),
  edge({ later: 'resnet fcn', earlier: 'vgg' }),
];

test('an edge is read from its attributes, an arrow head may have several later papers', () => {
  assert.deepEqual(edge({ later: 'resnet fcn', earlier: 'vgg' }), { later: ['resnet', 'fcn'], earlier: 'vgg' });
  assert.deepEqual(edge({}), { later: [], earlier: '' });
});

test('an edge touches its two ends and nothing else', () => {
  assert.ok(touches(EDGES[2], 'vgg') && touches(EDGES[2], 'fcn'));
  assert.ok(!touches(EDGES[2], 'alexnet'));
  assert.ok(!touches(EDGES[2], 'res'));
});

test('a neighbourhood is the paper, what is before it and what is after it', () => {
  assert.deepEqual([...neighbourhood(EDGES, 'vgg')].sort(), ['alexnet', 'fcn', 'resnet', 'vgg']);
});

test('later papers of the same arrow head are not neighbours of each other', () => {
  assert.deepEqual([...neighbourhood(EDGES, 'fcn')].sort(), ['fcn', 'vgg']);
});

test('a paper without edges stands alone', () => {
  assert.deepEqual([...neighbourhood(EDGES, 'pcn')], ['pcn']);
});
