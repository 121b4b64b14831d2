// The boxes that a detector gives: read from its outputs, chosen among, compared.

/**
 * @typedef {{box: number[], origin: number[], score: number, label: number, name: string}} Detection
 *   `label` counts from 0; `origin` is the region proposal that it was made from, or the box itself where there is none
 */

/**
 * @param {import('./index.js').Outputs} outputs
 * @param {string[]} names of the classes
 * @returns {Detection[]} best first
 */
export function read({ boxes, origins = boxes, scores, labels, count }, names) {
  const corners = (/** @type {ArrayLike<number>} */ data, /** @type {number} */ i) =>
    Array.from({ length: 4 }, (_, k) => data[4 * i + k]);
  return Array.from({ length: count.data[0] }, (_, i) => {
    const label = labels.data[i] - 1;
    return { box: corners(boxes.data, i), origin: corners(origins.data, i), score: scores.data[i], label, name: names[label] };
  });
}

/**
 * Of the detections around a place, the smallest.
 * @param {Detection[]} found @param {number} x @param {number} y
 */
export function smallest(found, x, y) {
  const around = found.filter(({ box: [left, top, right, bottom] }) => x >= left && x <= right && y >= top && y <= bottom);
  return around.sort((a, b) => area(a.box) - area(b.box))[0] ?? null;
}

/** @param {number[]} box */
const area = ([left, top, right, bottom]) => Math.max(0, right - left) * Math.max(0, bottom - top);

/** Intersection over union. @param {number[]} a @param {number[]} b */
export function overlap(a, b) {
  const common = area([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
  return common / (area(a) + area(b) - common || 1);
}

/**
 * The row of a table whose first four values are these; the graph copies a proposal, so they are the same numbers.
 * @param {import('../model.js').Values} table @param {number[]} box
 */
export function rowOf({ data, shape: [rows, columns] }, box) {
  return Array.from({ length: rows }, (_, i) => i).findIndex((i) => box.every((value, k) => data[i * columns + k] === value));
}
