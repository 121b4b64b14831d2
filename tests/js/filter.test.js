import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparison, matches, parse } from '../../docs/assets/index/filter.js';

const YOLO = { slug: 'yolo-v1', task: 'object-detection', year: '2016', demo: 'detect', status: 'planned',
  find: 'YOLOv1 You Only Look Once 目标检测 Redmon' };
const UNET = { slug: 'unet', task: 'biomedical-segmentation', year: '2015', demo: 'segment', status: 'ready', find: 'U-Net 语义分割' };

test('the address holds known filters only', () => {
  assert.deepEqual(parse('?task=a&find=b+c&sort=name&evil=1&year='), { task: 'a', find: 'b c', sort: 'name' });
  assert.deepEqual(parse('?sort=sideways'), {});
  assert.deepEqual(parse(''), {});
});

test('every filter must hold', () => {
  assert.ok(matches(YOLO, {}));
  assert.ok(matches(YOLO, { task: 'object-detection', year: '2016' }));
  assert.ok(!matches(YOLO, { task: 'object-detection', year: '2015' }));
  assert.ok(!matches(UNET, { status: 'planned' }));
});

test('every word must occur, in any case and in either language', () => {
  assert.ok(matches(YOLO, { find: 'redmon LOOK' }));
  assert.ok(matches(UNET, { find: '分割' }));
  assert.ok(matches(UNET, { find: '  ' }));
  assert.ok(!matches(UNET, { find: 'u-net 目标检测' }));
});

test('orders', () => {
  const order = (/** @type {string} */ by) => [YOLO, UNET].sort(comparison(by)).map(({ slug }) => slug);
  assert.deepEqual(order('newest'), ['yolo-v1', 'unet']);
  assert.deepEqual(order('oldest'), ['unet', 'yolo-v1']);
  assert.deepEqual(order('name'), ['unet', 'yolo-v1']);
});
