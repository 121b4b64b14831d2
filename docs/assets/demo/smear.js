// A blood smear drawn anew: red cells, white cells and platelets at random, and where they are.
// Stained things take light away, so all is multiplied with what lies below. Sizes as in export/drawings/blood.py.
import { context, h } from '../shared/dom.js';

/** @typedef {{x: number, y: number, radius: number, squeeze: number, turn: number, label: number}} Cell */

const [RED, WHITE, PLATELET] = [1, 2, 3];
const RADII = { [RED]: [21, 29], [WHITE]: [38, 46], [PLATELET]: [7, 10] };
const TRIES = 300; // then there is no room for more

/**
 * @param {number} width
 * @param {number} height
 * @param {() => number} random uniform in 0..1
 * @returns {{picture: ImageData, boxes: number[][], labels: number[]}} the cells of which enough can be seen
 */
export function drawSmear(width, height, random) {
  const cells = place(width, height, random);
  const drawing = context(h('canvas', { width, height }));
  drawing.fillStyle = 'rgb(203 205 201)';
  drawing.fillRect(0, 0, width, height);
  drawing.globalCompositeOperation = 'multiply';
  drawing.filter = 'blur(0.8px)';
  for (const cell of cells) draw(drawing, cell, random);
  const picture = drawing.getImageData(0, 0, width, height);
  for (let i = 0; i < picture.data.length; i += 4) {
    const grain = 7 * (random() + random() - 1);
    for (let k = 0; k < 3; k += 1) picture.data[i + k] += grain;
  }
  const seen = cells.map((cell) => ({ cell, ...bounds(cell, width, height) })).filter(({ part }) => part >= 0.4);
  return { picture, boxes: seen.map(({ box }) => box), labels: seen.map(({ cell }) => cell.label) };
}

/** White cells first, then red ones, which may overlap by as much as chance has it. @returns {Cell[]} */
function place(/** @type {number} */ width, /** @type {number} */ height, /** @type {() => number} */ random) {
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + (high - low) * random();
  const apart = between(0.6, 1.05);
  const wanted = [[WHITE, between(0, 2.5)], [RED, between(4, 28)], [PLATELET, between(0, 6)]];
  /** @type {Cell[]} */
  const cells = [];
  for (const [label, number] of wanted) {
    const [low, high] = RADII[label];
    for (let tries = 0, left = Math.round(number); left > 0 && tries < TRIES; tries += 1) {
      const radius = between(low, high);
      const margin = label === RED ? -0.3 * radius : radius;
      const [x, y] = [between(margin, width - margin), between(margin, height - margin)];
      const near = label === RED ? apart : 1.05;
      if (cells.some((other) => Math.hypot(x - other.x, y - other.y) < near * (radius + other.radius))) continue;
      cells.push({ x, y, radius, label, squeeze: between(0.82, 1), turn: between(0, Math.PI) });
      left -= 1;
    }
  }
  return cells;
}

/** @param {CanvasRenderingContext2D} drawing @param {Cell} cell @param {() => number} random */
function draw(drawing, { x, y, radius, squeeze, turn, label }, random) {
  drawing.save();
  drawing.translate(x, y);
  drawing.rotate(turn);
  drawing.scale(radius, radius * squeeze);
  if (label === RED) {
    const shades = drawing.createRadialGradient(0, 0, 0, 0, 0, 1);
    const pale = 0.3 + 0.5 * random(); // thinner in the middle
    const shade = (/** @type {number} */ part) => `rgb(${[18, 72, 74].map((most) => 255 - most * part).join(' ')})`;
    for (const [at, part] of [[0, 1 - pale], [0.3, 1 - pale], [0.65, 1], [0.88, 1.1], [1, 1]]) shades.addColorStop(at, shade(part));
    disc(drawing, 0, 0, 1, shades);
  } else if (label === PLATELET) {
    disc(drawing, 0, 0, 1, 'rgb(176 150 232)');
    for (let i = 0; i < 5; i += 1) disc(drawing, 0.9 * (random() - 0.5), 0.9 * (random() - 0.5), 0.35, 'rgb(205 175 240)');
  } else {
    disc(drawing, 0, 0, 1, 'rgb(226 212 248)');
    for (let i = 0; i < 60; i += 1) {
      const [angle, out] = [2 * Math.PI * random(), 0.9 * Math.sqrt(random())];
      disc(drawing, out * Math.cos(angle), out * Math.sin(angle), 0.07, 'rgb(232 218 248)');
    }
    const lobes = 1 + Math.floor(3 * random());
    drawing.globalCompositeOperation = 'darken'; // lobes of one nucleus are no darker where they meet
    for (let i = 0; i < lobes; i += 1) {
      const out = lobes > 1 ? 0.38 : 0;
      disc(drawing, out * Math.cos(2.2 * i), out * Math.sin(2.2 * i), lobes > 1 ? 0.44 : 0.66, 'rgb(92 74 178)');
    }
  }
  drawing.restore();
}

/** @param {CanvasRenderingContext2D} drawing @param {number} x @param {number} y @param {number} radius @param {string | CanvasGradient} fill */
function disc(drawing, x, y, radius, fill) {
  drawing.fillStyle = fill;
  drawing.beginPath();
  drawing.arc(x, y, radius, 0, 2 * Math.PI);
  drawing.fill();
}

/**
 * The box around what the picture has of a cell, and what part of the whole box that is.
 * @param {Cell} cell @param {number} width @param {number} height
 */
export function bounds({ x, y, radius, squeeze, turn }, width, height) {
  const across = radius * Math.hypot(Math.cos(turn), squeeze * Math.sin(turn));
  const down = radius * Math.hypot(Math.sin(turn), squeeze * Math.cos(turn));
  const box = [Math.max(0, x - across), Math.max(0, y - down), Math.min(width, x + across), Math.min(height, y + down)];
  const part = (Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1])) / (4 * across * down);
  return { box, part };
}
