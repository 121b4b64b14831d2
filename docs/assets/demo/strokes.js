// The geometry of drawn lines, apart from any canvas. Points are [x, y] in 0..1 of the pad's side, y down.

/** @typedef {number[]} Point */

/**
 * Whether a new point is far enough from the last to be kept: shaky hands give hundreds that say nothing.
 * @param {Point | undefined} last
 * @param {Point} next
 * @param {number} [least] fraction of the pad's side
 */
export const isFar = (last, next, least = 0.004) => !last || Math.hypot(next[0] - last[0], next[1] - last[1]) >= least;

/**
 * A point kept inside the pad; the pointer may be outside while it is captured.
 * @param {number} x
 * @param {number} y
 * @param {{left: number, top: number, width: number, height: number}} box the pad on the screen
 * @returns {Point}
 */
export function toPad(x, y, box) {
  const inside = (/** @type {number} */ value) => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;
  return [inside((x - box.left) / box.width), inside((y - box.top) / box.height)];
}

/**
 * A smooth line through the middles of the drawn pieces: quadratic curves with the points as control points.
 * @param {Point[]} points
 * @returns {{from: Point, curves: {control: Point, to: Point}[], end: Point}}
 */
export function smooth(points) {
  const curves = [];
  for (let i = 1; i < points.length - 1; i += 1) {
    const [a, b] = [points[i], points[i + 1]];
    curves.push({ control: a, to: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] });
  }
  return { from: points[0], curves, end: points[points.length - 1] };
}

/**
 * Adds a stroke to a path, scaled to a side of `side` pixels. A single point becomes a dot.
 * @param {CanvasPath} path
 * @param {Point[]} points
 * @param {number} side
 */
export function trace(path, points, side) {
  const { from, curves, end } = smooth(points);
  path.moveTo(from[0] * side, from[1] * side);
  for (const { control, to } of curves) {
    path.quadraticCurveTo(control[0] * side, control[1] * side, to[0] * side, to[1] * side);
  }
  path.lineTo(end[0] * side, end[1] * side);
}
