// What a network makes of a micrograph: its probability map over the picture, what is counted and measured in it, and what
// the reader can set: how it is looked at, the threshold, and which skip connections there are.
import { percent } from '../bars.js';
import { context, describe, h, write } from '../../shared/dom.js';
import { BLUE, WARM, paintGrey } from '../maps.js';
import { dial } from '../sliders.js';
import { say } from '../strings.js';
import { measure, parts } from '../tiling.js';

/**
 * @typedef {import('../manifest.js').Manifest} Manifest
 * @typedef {import('../tiling.js').Grey} Grey
 * @typedef {import('../tiling.js').Tile} Tile
 * @typedef {{mask: Uint8Array, count: number, kind: string}} Truth what is known of a picture, and what its objects are
 * @typedef {import('../strings.js').Key} Key
 * @typedef {'probability' | 'objects' | 'errors' | 'change'} Look
 */

/** Ways to look at an answer: what each is called, and what its colours mean. @type {Record<Look, [Key, Key]>} */
const LOOKS = {
  probability: ['look-probability', 'legend-probability'],
  objects: ['look-objects', 'legend-objects'],
  errors: ['look-errors', 'legend-errors'],
  change: ['look-change', 'legend-change'],
};

const PART = { low: 0, high: 1, step: 0.01 };

let count = 0; // keeps the names of radio groups apart

export class Verdict {
  /** What is known of the picture. @type {Truth | null} */
  known = null;
  /** With the connections as they are set. @type {Float32Array | null} */
  probability = null;
  /** With all of them. @type {Float32Array | null} */
  #whole = null;
  /** @type {Grey | null} */
  #picture = null;
  /** @type {Look} */
  #look = 'probability';

  #canvas = h('canvas', { class: 'pd-micrograph' });
  #overlay = h('canvas', { class: 'pd-micrograph pd-overlay', 'aria-hidden': 'true' });
  #bar = h('progress', { hidden: true });
  #layers = h('div', { class: 'pd-layers' }, this.#canvas, this.#overlay, this.#bar);
  #table = h('table', { class: 'pd-measures' });

  /** @param {Manifest} manifest @param {import('../strings.js').Lang} lang @param {() => void} oncut of a connection */
  constructor(manifest, lang, oncut) {
    count += 1;
    this.manifest = manifest;
    this.lang = lang;
    const control = manifest.inputs.find(({ name }) => name === 'skips')?.control;
    const usual = control?.default ?? [];
    /** A factor for each connection that can be cut. */
    this.skips = Float32Array.from(usual);
    const boxes = usual.map((_, level) => h('label', { class: 'pd-check' }, h('input', { type: 'checkbox', checked: true,
      onchange: (/** @type {any} */ { target }) => { this.skips[level] = Number(target.checked); oncut(); } }),
    say(lang, level ? 'skip-level' : 'skip-finest', { level: level + 1, part: 2 ** level })));
    this.opacity = dial(say(lang, 'opacity'), PART, 0.6, () => this.#repaint());
    this.threshold = dial(say(lang, 'threshold'), PART, manifest.extra.threshold, () => this.#repaint());
    const looks = /** @type {Look[]} */ (Object.keys(LOOKS)).filter((look) => look !== 'change' || usual.length);
    this.looks = looks.map((look) => {
      const input = h('input', { type: 'radio', name: `pd-look-${count}`, value: look, checked: look === this.#look,
        onchange: () => { this.#look = look; this.#repaint(); } });
      return { look, input, element: h('label', {}, input, h('span', {}, say(lang, LOOKS[look][0]))) };
    });
    this.#bar.setAttribute('aria-label', say(lang, 'progress'));
    this.legend = h('p', { class: 'pd-caption' });
    this.element = h('div', { class: 'pd-answer-side pd-verdict' },
      this.#layers,
      h('fieldset', { class: 'pd-choice pd-looks' }, h('legend', {}, say(lang, 'look')), ...this.looks.map(({ element }) => element)),
      this.legend, h('div', { class: 'pd-sliders' }, this.threshold.element, this.opacity.element), this.#table,
      ...(control ? [h('fieldset', { class: 'pd-skips' }, h('legend', {}, control.title[lang]), h('div', {}, ...boxes))] : []));
  }

  /** What is known of the picture, if its objects are those that the network was trained to find. */
  get truth() {
    return this.known?.kind === this.manifest.extra.kind ? this.known : null;
  }

  /** Whether a connection is cut. */
  get isCut() {
    return this.skips.some((factor) => factor !== 1);
  }

  /** Whether it is unknown what the network says with all its connections, to which a cut one is compared. */
  get lacksWhole() {
    return this.isCut && !this.#whole;
  }

  /** @param {Manifest} manifest of another network */
  use(manifest) {
    this.manifest = manifest;
    this.threshold.set(manifest.extra.threshold);
  }

  /** A picture of which nothing has been said. @param {Grey} picture */
  begin(picture) {
    this.#picture = picture;
    this.probability = this.#whole = null;
    paintGrey(this.#canvas, picture);
    Object.assign(this.#overlay, { width: picture.width, height: picture.height });
    describe(this.#canvas, say(this.lang, 'map-alt', { label: this.manifest.labels[this.lang][1] }));
    this.#layers.style.setProperty('--ratio', String(picture.width / picture.height));
    this.#bar.hidden = true;
    this.#repaint();
  }

  /** @param {number} done @param {number} all */
  progress(done, all) {
    Object.assign(this.#bar, { value: done, max: all });
    this.#bar.hidden = false;
  }

  /** The answer so far. @param {Float32Array} probability @param {Tile} place of what is new in it */
  grow(probability, place) {
    this.#paint(probability, place);
  }

  /** @param {Float32Array} probability @param {boolean} whole with all connections */
  settle(probability, whole) {
    this.#bar.hidden = true;
    if (whole) this.#whole = probability;
    if (!whole || !this.isCut) this.probability = probability;
    this.#repaint();
  }

  /** What is to be read out. */
  sentence() {
    const found = this.probability && this.#judge(this.probability);
    if (!found) return '';
    const values = { network: this.manifest.title[this.lang], label: this.manifest.labels[this.lang][1], count: found.count };
    if (found.error === undefined) return say(this.lang, 'announce-objects', values);
    return say(this.lang, 'announce-objects-error', { ...values, error: percent(found.error, this.lang) });
  }

  #repaint() {
    const picture = this.#picture;
    if (!picture) return;
    for (const { look, input } of this.looks) {
      input.disabled = (look === 'errors' && !this.truth) || (look === 'change' && !this.isCut);
      if (input.disabled && this.#look === look) this.#look = 'probability';
    }
    for (const { look, input } of this.looks) input.checked = look === this.#look;
    this.#overlay.style.opacity = String(this.opacity.value);
    write(this.legend, say(this.lang, LOOKS[this.#look][1], { label: this.manifest.labels[this.lang][1] }));
    const { width, height } = picture;
    if (this.probability) this.#paint(this.probability, { top: 0, left: 0, rows: height, columns: width });
    else context(this.#overlay).clearRect(0, 0, width, height);
    this.#count();
  }

  /** @param {Float32Array} probability @param {Tile} place */
  #paint(probability, { top, left, rows, columns }) {
    const { width } = /** @type {Grey} */ (this.#picture);
    const image = new ImageData(columns, rows);
    const colour = this.#colours();
    for (let i = 0; i < rows * columns; i += 1) {
      const at = (top + Math.floor(i / columns)) * width + left + (i % columns);
      const [[red, green, blue], alpha] = colour(probability[at], at);
      image.data[4 * i] = red;
      image.data[4 * i + 1] = green;
      image.data[4 * i + 2] = blue;
      image.data[4 * i + 3] = alpha;
    }
    context(this.#overlay).putImageData(image, left, top);
  }

  /** @returns {(value: number, at: number) => [number[], number]} the colour of a pixel by its probability and place */
  #colours() {
    if (this.#look === 'probability') return (value) => [WARM, Math.round(255 * value)];
    const threshold = this.threshold.value; // once: to ask an element is slow
    if (this.#look === 'objects') return (value) => [WARM, value > threshold ? 255 : 0];
    const mask = this.#look === 'errors' ? this.truth?.mask : null;
    const whole = this.#whole;
    return (value, at) => {
      const answered = value > threshold;
      const expected = mask ? Boolean(mask[at]) : (whole?.[at] ?? 0) > threshold;
      return [answered ? WARM : BLUE, answered === expected ? 0 : 255];
    };
  }

  /** @param {Float32Array} probability @returns {{count: number, error?: number, dice?: number}} */
  #judge(probability) {
    const { height, width } = /** @type {Grey} */ (this.#picture);
    const threshold = this.threshold.value;
    const mask = Uint8Array.from(probability, (value) => Number(value > threshold));
    return { count: parts(mask, height, width), ...(this.truth && measure(mask, this.truth.mask)) };
  }

  #count() {
    const { lang, truth } = this;
    const now = this.probability && this.#judge(this.probability);
    const before = this.isCut && this.#whole ? this.#judge(this.#whole) : null;
    const columns = [now, ...(this.isCut ? [before] : [])];
    const rows = [
      { name: say(lang, 'objects', { label: this.manifest.labels[lang][1] }), of: (/** @type {any} */ found) => found.count,
        known: truth?.count ?? '' },
      ...(truth ? [{ name: say(lang, 'pixel-error'), of: (/** @type {any} */ found) => percent(found.error, lang), known: '' },
        { name: say(lang, 'dice'), of: (/** @type {any} */ found) => found.dice.toFixed(3), known: '' }] : []),
    ];
    const heads = [say(lang, this.isCut ? 'as-set' : 'answered'), ...(this.isCut ? [say(lang, 'uncut')] : []),
      ...(truth ? [say(lang, 'true')] : [])];
    const strange = this.known && !truth;
    this.#table.replaceChildren(h('caption', {}, say(lang, strange ? 'measures-strange' : 'measures')),
      h('thead', {}, h('tr', {}, h('td'), ...heads.map((text) => h('th', { scope: 'col' }, text)))),
      h('tbody', {}, ...rows.map(({ name, of, known }) => h('tr', {}, h('th', { scope: 'row' }, name),
        ...columns.map((found) => h('td', {}, found ? String(of(found)) : '·')),
        ...(truth ? [h('td', {}, String(known))] : [])))));
  }
}
