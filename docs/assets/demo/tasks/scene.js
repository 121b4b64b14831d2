// A picture with something drawn over it: boxes as SVG, a map of small values, and one place that can be chosen.
import { context, h, svg } from '../../shared/dom.js';

/**
 * @typedef {ArrayLike<number>} Box left, upper, right, lower edge in pixels of the picture
 * @typedef {object} Mark a box to be drawn
 * @property {Box} box
 * @property {string} kind its class in the style sheet
 * @property {number} [strength] 0..1, how strongly it is drawn
 * @property {string} [text] stands at its upper left corner
 */

export class Scene {
  #drawing = svg('svg');
  #heat = h('canvas', { class: 'pd-heat', 'aria-hidden': 'true' });

  /**
   * @param {HTMLCanvasElement} picture
   * @param {{width: number, height: number, label: string}} size of the picture in pixels, and what it is called
   * @param {(x: number, y: number) => void} onplace a place was clicked or tapped
   * @param {(x: number, y: number) => void} onstep an arrow key, as a direction
   */
  constructor(picture, { width, height, label }, onplace, onstep) {
    this.#drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#drawing.setAttribute('aria-hidden', 'true');
    this.element = h('div', { class: 'pd-scene', tabindex: 0, role: 'application', 'aria-label': label,
      onclick: (/** @type {MouseEvent} */ event) => {
        const box = this.element.getBoundingClientRect();
        onplace(((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height);
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!step) return;
        event.preventDefault();
        onstep(step[0], step[1]);
      } });
    this.element.style.setProperty('--ratio', String(width / height));
    picture.replaceWith(this.element);
    this.element.append(picture, this.#heat, this.#drawing);
  }

  /** @param {Mark[]} marks the last one on top */
  draw(marks) {
    this.#drawing.replaceChildren(...marks.flatMap(({ box, kind, strength = 1, text }) => {
      const [left, top, right, bottom] = Array.from(box);
      const rectangle = svg('rect', { class: `pd-box ${kind}`, x: left, y: top, width: right - left,
        height: bottom - top, opacity: strength });
      if (!text) return [rectangle];
      return [rectangle, svg('text', { class: `pd-box-text ${kind}`, x: left + 2, y: Math.max(top, 0) + 8 }, text)];
    }));
  }

  /**
   * @param {{data: ArrayLike<number>, width: number, height: number} | null} map of values 0..1; null takes it away
   */
  heat(map) {
    this.#heat.hidden = !map;
    if (!map) return;
    Object.assign(this.#heat, { width: map.width, height: map.height });
    const image = new ImageData(map.width, map.height);
    for (let i = 0; i < map.data.length; i += 1) image.data.set([217, 60, 20, Math.round(255 * map.data[i])], 4 * i);
    context(this.#heat).putImageData(image, 0, 0);
  }
}
