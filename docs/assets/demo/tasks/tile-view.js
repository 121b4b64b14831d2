// A picture with its tiles over it, of which one is chosen; and what the network sees of that one (Figure 2 of the paper).
import { describe, h, write } from '../../shared/dom.js';
import { paintGrey } from '../maps.js';
import { say } from '../strings.js';
import { tiles, windowOf } from '../tiling.js';

/** @typedef {import('../tiling.js').Grey} Grey */

let count = 0; // keeps the names of radio groups apart

export class TileView {
  /** @type {import('../tiling.js').Tile[]} */
  tiles = [];
  #chosen = 0;
  /** @type {{picture: Grey, plan: import('../tiling.js').Plan} | null} */
  #view = null;
  #canvas = h('canvas', { class: 'pd-micrograph' });
  #radios = h('div', {});
  #seen = h('canvas', { class: 'pd-micrograph' });
  #frame = h('i', { 'aria-hidden': 'true' });
  #note = h('figcaption');

  /** @param {import('../strings.js').Lang} lang @param {() => void} onchoose another tile */
  constructor(lang, onchoose) {
    count += 1;
    this.lang = lang;
    this.onchoose = onchoose;
    this.group = `pd-tile-${count}`;
    const grid = h('fieldset', { class: 'pd-grid', hidden: true }, h('legend', {}, say(lang, 'tile-choose')), this.#radios);
    const figure = h('figure', { class: 'pd-tile', hidden: true },
      h('div', { class: 'pd-window' }, this.#seen, this.#frame), this.#note);
    const box = h('input', { type: 'checkbox', onchange: () => { grid.hidden = figure.hidden = !box.checked; } });
    this.picture = h('div', { class: 'pd-layers' }, this.#canvas, grid);
    this.element = h('div', { class: 'pd-tile-side' }, h('label', { class: 'pd-check' }, box, say(lang, 'tile-show')), figure);
  }

  /** What the picture is. @param {string} text */
  name(text) {
    describe(this.#canvas, text);
  }

  /** @param {Grey} picture @param {import('../tiling.js').Plan} plan */
  show(picture, plan) {
    this.#view = { picture, plan };
    this.tiles = tiles(picture.height, picture.width, plan);
    paintGrey(this.#canvas, picture);
    this.picture.style.setProperty('--ratio', String(picture.width / picture.height));
    this.#choose(0);
    this.#radios.replaceChildren(...this.tiles.map((_, number) => this.#radio(number)));
  }

  /** The input of a tile. @param {number} [number] the chosen one's if left out @param {Grey} [picture] in another contrast */
  window(number = this.#chosen, picture = this.#view?.picture) {
    if (!this.#view || !picture) throw new Error('there is no picture');
    return windowOf(picture, this.tiles[number], this.#view.plan);
  }

  /** @param {number} number */
  #radio(number) {
    const { top, left, rows, columns } = this.tiles[number];
    const { width, height } = /** @type {{picture: Grey}} */ (this.#view).picture;
    const values = { number: number + 1, count: this.tiles.length };
    const label = h('label', {}, h('input', { type: 'radio', name: this.group, checked: number === this.#chosen,
      'aria-label': say(this.lang, 'tile-number', values), onchange: () => { this.#choose(number); this.onchoose(); } }));
    Object.assign(label.style, { top: `${(100 * top) / height}%`, left: `${(100 * left) / width}%`,
      height: `${(100 * rows) / height}%`, width: `${(100 * columns) / width}%` });
    return label;
  }

  /** @param {number} number */
  #choose(number) {
    const { tile, border } = /** @type {{plan: import('../tiling.js').Plan}} */ (this.#view).plan;
    this.#chosen = number;
    paintGrey(this.#seen, { data: this.window(), height: tile, width: tile });
    this.#frame.style.inset = `${(100 * border) / tile}%`;
    const text = say(this.lang, 'tile-note',
      { number: number + 1, count: this.tiles.length, side: tile, inner: tile - 2 * border });
    describe(this.#seen, text);
    write(this.#note, text);
  }
}
