// A pad with its tools: undo, clear, and image files. What the network is given of the ink is the task's affair.
import { h } from '../shared/dom.js';
import { files } from './files.js';
import { inkOf } from './ink.js';
import { Pad } from './pad.js';
import { centreInk } from './pixels.js';
import { say } from './strings.js';

/**
 * @typedef {object} Options of a sheet that is not for a digit
 * @property {string} [label] what the pad is, for those who do not see it
 * @property {string} [invitation] in the pad, until somebody draws
 * @property {number} [pen] its width, a fraction of the pad's side
 * @property {(ink: ArrayLike<number>, height: number, width: number) => Uint8Array} [place] ink as the graph takes it
 */

export class Sheet {
  /** A sample's own, or worked out when asked for. @type {Uint8Array | null | undefined} */
  #pixels;

  /**
   * @param {import('./tasks/index.js').Host} host is told of every change by the reader
   * @param {Options} [options] by default those for a digit, centred as MNIST has it
   */
  constructor(host, { label, invitation, pen, place = centreInk } = {}) {
    const { lang } = host;
    this.place = place;
    this.pad = new Pad(label ?? say(lang, 'draw-pad'), () => this.#changed(host), pen);
    this.undo = h('button', { type: 'button', class: 'pd-button', onclick: () => this.pad.undo() }, say(lang, 'undo'));
    this.clear = h('button', { type: 'button', class: 'pd-button', onclick: () => this.pad.clear() }, say(lang, 'clear'));
    this.invitation = h('span', { class: 'pd-invitation', 'aria-hidden': 'true' }, invitation ?? say(lang, 'draw-here'));
    const door = files(host, (photograph) => {
      this.pad.load({ picture: inkOf(photograph) });
      this.#changed(host);
    });
    this.elements = [h('div', { class: 'pd-pad' }, this.pad.canvas, this.invitation),
      h('div', { class: 'pd-tools' }, this.undo, this.clear, ...door.elements)];
    /** For the element around the pad and all that belongs to it. */
    this.listeners = { ...door.listeners, onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) };
    this.#refresh();
  }

  /**
   * @param {{extra: Record<string, any>}} sample with strokes, if there are any
   * @param {import('./manifest.js').Feeds} feeds
   * @param {boolean} [example] gives way to the first stroke
   */
  load({ extra: { strokes, width } }, feeds, example = false) {
    const data = /** @type {Uint8Array} */ (feeds.pixels);
    const side = Math.sqrt(data.length);
    this.#pixels = data;
    this.pad.load({ example, ...(strokes ? { strokes, width } : { picture: { data, width: side, height: side } }) });
    this.#refresh();
  }

  /** Ink 0..255 as the graph takes it; null when there is none. @returns {Uint8Array | null} */
  get pixels() {
    if (this.#pixels === undefined) {
      const { data, width, height } = this.pad.ink();
      this.#pixels = data.some((ink) => ink > 0) ? this.place(data, height, width) : null;
    }
    return this.#pixels;
  }

  /** @param {import('./tasks/index.js').Host} host */
  #changed(host) {
    this.#pixels = undefined;
    this.#refresh();
    host.changed();
  }

  #refresh() {
    // Not `disabled`, which would throw a keyboard's focus away.
    this.undo.setAttribute('aria-disabled', String(!this.pad.canUndo));
    this.clear.setAttribute('aria-disabled', String(this.pad.isBlank));
    this.invitation.hidden = !this.pad.isUntouched;
    this.invitation.classList.toggle('pd-over', !this.pad.isBlank);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== 'z' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.pad.undo();
  }
}
