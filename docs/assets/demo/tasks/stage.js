// The canvas on which the digit stands, with the sampling grid over it: the digit and its knob can be dragged.
import { context, h, svg } from '../../shared/dom.js';
import { gesture } from '../gesture.js';
import { inked, paint } from '../maps.js';

/**
 * @typedef {import('../gesture.js').Point} Point
 * @typedef {{angle: ArrayLike<number>, scale: ArrayLike<number>, shift: ArrayLike<number>}} Placement
 */

const REACH = 1.23; // half the side of what is on show; the canvas itself is 1, and grids leave it
const KNOB = 15; // pixels of the canvas from the digit's centre, at full size
const FINGER = 24; // CSS pixels around the knob that belong to it

export class Stage {
  /** Where each pointer went down, and where it is. @type {Map<number, {from: Point, to: Point}>} */
  #pointers = new Map();
  /** In pixels of the canvas from its middle. @type {Point} */
  #centre = [0, 0];
  /** @type {Point} */
  #knob = [0, -KNOB];
  /** The digit's centre when the knob was taken; null while the digit itself is dragged. @type {Point | null} */
  #pivot = null;

  /**
   * @param {number} side pixels of the canvas
   * @param {string} label
   * @param {{hold: () => void, move: (change: import('../gesture.js').Change) => void}} hand
   */
  constructor(side, label, hand) {
    this.half = (side - 1) / 2;
    this.hand = hand;
    this.canvas = h('canvas', { class: 'pd-pixels pd-ink', width: side, height: side, role: 'img', 'aria-label': label });
    this.lines = svg('path', { class: 'pd-mesh' });
    this.top = svg('path', { class: 'pd-mesh-top' });
    this.arm = svg('path', { class: 'pd-arm' });
    this.handle = svg('circle', { class: 'pd-knob', r: 0.07 });
    this.overlay = svg('svg', { viewBox: [-REACH, -REACH, 2 * REACH, 2 * REACH].join(' '), 'aria-hidden': 'true' },
      this.lines, this.top, this.arm, this.handle);
    this.element = h('div', { class: 'pd-stage', onpointerdown: (event) => this.#down(event),
      onpointermove: (event) => this.#move(event), onpointerup: (event) => this.#up(event),
      onpointercancel: (event) => this.#up(event) }, this.canvas, this.overlay);
  }

  /** @param {ArrayLike<number> | null} ink 0..1 */
  paint(ink) {
    const { canvas } = this;
    if (ink) paint(canvas, ink, { maps: 1, height: canvas.height, width: canvas.width }, (value) => inked(value, 0, 1));
    else context(canvas).clearRect(0, 0, canvas.width, canvas.height);
  }

  /** @param {import('../model.js').Values | undefined} grid points (1, 2, rows, columns) */
  grid(grid) {
    this.lines.setAttribute('d', grid ? lines(grid).join('') : '');
    this.top.setAttribute('d', grid ? lines(grid)[0] : '');
  }

  /** Puts the knob beside the digit. @param {Placement} placement */
  place({ angle, scale, shift }) {
    const turn = (angle[0] * Math.PI) / 180;
    const [length, limit] = [KNOB * scale[0], (REACH - 0.1) * this.half];
    const inside = (/** @type {number} */ value) => Math.min(limit, Math.max(-limit, value));
    this.#centre = [shift[0], shift[1]];
    this.#knob = [inside(shift[0] + length * Math.sin(turn)), inside(shift[1] - length * Math.cos(turn))];
    const [[x, y], [toX, toY]] = [this.#centre, this.#knob].map((point) => point.map((value) => value / this.half));
    this.handle.setAttribute('cx', String(toX));
    this.handle.setAttribute('cy', String(toY));
    this.arm.setAttribute('d', `M${x} ${y}L${toX} ${toY}`);
  }

  /** @param {PointerEvent} event */
  #point({ clientX, clientY }) {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    const at = (/** @type {number} */ part) => (2 * part - 1) * REACH * this.half;
    return /** @type {Point} */ ([at((clientX - left) / width), at((clientY - top) / height)]);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || this.#pointers.size === 2) return;
    this.element.setPointerCapture(event.pointerId);
    const point = this.#point(event);
    const [x, y] = [point[0] - this.#knob[0], point[1] - this.#knob[1]];
    const finger = (FINGER / this.element.clientWidth) * 2 * REACH * this.half;
    this.#pivot = !this.#pointers.size && Math.hypot(x, y) < finger ? this.#centre : null;
    this.#pointers.set(event.pointerId, { from: point, to: point });
    this.#hold();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const pointer = this.#pointers.get(event.pointerId);
    if (!pointer) return;
    pointer.to = this.#point(event);
    const all = [...this.#pointers.values()];
    const pivot = this.#pivot ? [this.#pivot] : [];
    const change = gesture([...pivot, ...all.map(({ from }) => from)], [...pivot, ...all.map(({ to }) => to)]);
    this.hand.move(this.#pivot ? { ...change, shift: [0, 0] } : change);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    this.#pointers.delete(event.pointerId);
    this.#pivot = null;
    this.#hold();
  }

  /** From now on, changes are reckoned from where the pointers are. */
  #hold() {
    for (const pointer of this.#pointers.values()) pointer.from = pointer.to;
    this.hand.hold();
  }
}

/**
 * The rows of a grid, then its columns, as parts of a path.
 * @param {import('../model.js').Values} grid
 * @returns {string[]}
 */
function lines({ data, shape: [, , rows, columns] }) {
  const at = (/** @type {number} */ row, /** @type {number} */ column) =>
    [0, 1].map((axis) => data[(axis * rows + row) * columns + column].toFixed(3)).join(' ');
  const along = (/** @type {number} */ count, /** @type {(i: number) => string} */ point) =>
    `M${Array.from({ length: count }, (_, i) => point(i)).join('L')}`;
  return [...Array.from({ length: rows }, (_, row) => along(columns, (column) => at(row, column))),
    ...Array.from({ length: columns }, (_, column) => along(rows, (row) => at(row, column)))];
}
