// What a hand does to a picture: one finger moves it, two also turn and scale it. Pure geometry; y points down.

/** @typedef {readonly [number, number]} Point */
/** @typedef {{angle: number, scale: number, shift: Point}} Change degrees clockwise, a factor, and a move */

/**
 * The change that takes one or two points to where they have gone.
 * @param {readonly Point[]} before
 * @param {readonly Point[]} after
 * @returns {Change}
 */
export function gesture(before, after) {
  const [from, to] = [middle(before), middle(after)];
  /** @type {Point} */
  const shift = [to[0] - from[0], to[1] - from[1]];
  if (before.length < 2) return { angle: 0, scale: 1, shift };
  const [old, now] = [before, after].map(([a, b]) => ({ length: Math.hypot(b[0] - a[0], b[1] - a[1]),
    angle: (180 / Math.PI) * Math.atan2(b[1] - a[1], b[0] - a[0]) }));
  return { angle: wrap(now.angle - old.angle), scale: now.length / (old.length || 1), shift };
}

/** @param {readonly Point[]} points @returns {Point} */
const middle = (points) => [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];

/** @param {number[]} values */
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** An angle from -180 up to 180 degrees. @param {number} angle */
export const wrap = (angle) => angle - 360 * Math.ceil((angle - 180) / 360);
