// The probability of one class while the digit is turned all the way round: where the answer holds, and where it does not.
import { describe, h, svg, write } from '../../shared/dom.js';
import { say } from '../strings.js';

/**
 * @typedef {import('../manifest.js').Feeds} Feeds
 * @typedef {import('../manifest.js').Manifest} Manifest
 * @typedef {{key: string, chances: number[][]}} Round at each angle, the probability of each class
 */

const STEP = 5;
export const ANGLES = Array.from({ length: 360 / STEP + 1 }, (_, i) => i * STEP - 180);
const UPRIGHT = ANGLES.indexOf(0);
const QUIET = 250; // ms without a change before all angles are computed
const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [400, 160, 44, 20, 24];
const TICKS = [-180, -90, 0, 90, 180];

/** @param {number} angle */
const x = (angle) => LEFT + ((angle + 180) / 360) * (WIDTH - LEFT - 18);
/** @param {number} chance */
const y = (chance) => TOP + (1 - chance) * (HEIGHT - BOTTOM - TOP);

/**
 * How far the digit can be turned either way before a probability falls to one half.
 * @param {readonly number[]} chances at ANGLES
 * @returns {[number, number] | null} null when it is there even upright
 */
export function holds(chances) {
  if (!(chances[UPRIGHT] > 0.5)) return null;
  let [low, high] = [UPRIGHT, UPRIGHT];
  while (low > 0 && chances[low - 1] > 0.5) low -= 1;
  while (high < ANGLES.length - 1 && chances[high + 1] > 0.5) high += 1;
  return [ANGLES[low], ANGLES[high]];
}

export class Turns {
  /** By variant. @type {Map<string, Round>} */
  #known = new Map();
  #isQuiet = true;
  #timer = 0;

  /**
   * @param {import('../strings.js').Lang} lang
   * @param {number} limit degrees beyond which no digit was turned in training
   * @param {() => void} due all angles are wanted now
   */
  constructor(lang, limit, due) {
    this.lang = lang;
    this.limit = limit;
    this.due = due;
    this.text = h('p');
    this.picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    describe(this.picture, say(lang, 'turns'));
    this.legend = h('div');
    this.button = h('button', { type: 'button', class: 'pd-button', 'aria-expanded': 'false',
      onclick: () => this.#toggle() }, say(lang, 'turns'));
    this.figure = h('div', { hidden: true }, this.text, this.picture, this.legend);
    this.element = h('div', { class: 'pd-turns' }, this.button, this.figure);
  }

  get #isOpen() {
    return !this.figure.hidden;
  }

  #toggle() {
    this.figure.hidden = this.#isOpen;
    this.button.setAttribute('aria-expanded', String(this.#isOpen));
    if (this.#isOpen) this.due();
  }

  /** The reader changed something; once nothing changes any more, all angles are wanted again. */
  touch() {
    if (!this.#isOpen) return;
    this.#isQuiet = false;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => { this.#isQuiet = true; this.due(); }, QUIET);
  }

  /**
   * Runs a network at every angle, if that is wanted and not known.
   * @param {string} variant
   * @param {Feeds} given
   * @param {() => Feeds | null} feeds as they are at any moment: when they change, it stops
   * @param {(feeds: Feeds) => Promise<import('./index.js').Outputs>} run
   */
  async compute(variant, given, feeds, run) {
    const key = keyOf(given);
    if (!this.#isOpen || !this.#isQuiet || this.#known.get(variant)?.key === key) return;
    const chances = [];
    for (const angle of ANGLES) {
      const { probabilities } = await run({ ...given, angle: Float32Array.of(angle) });
      if (keyOf(feeds()) !== key) return;
      chances.push(Array.from(probabilities.data));
    }
    this.#known.set(variant, { key, chances });
  }

  /**
   * @param {Manifest[]} networks the first is the transformer's
   * @param {Feeds | null} feeds those on show
   * @param {string | null} label the class that is followed; null for what the first network makes of the upright digit
   */
  show(networks, feeds, label) {
    if (!this.#isOpen) return;
    const { lang, limit } = this;
    const rounds = networks.map(({ variant }) => this.#known.get(variant));
    const key = keyOf(feeds);
    const [first] = rounds;
    this.element.classList.toggle('pd-stale', rounds.some((round) => round?.key !== key));
    if (!first || !feeds) return write(this.text, say(lang, feeds ? 'turns-computing' : 'turns-nothing'));
    const labels = networks[0].labels[lang];
    const upright = first.chances[UPRIGHT];
    const place = label === null ? upright.indexOf(Math.max(...upright)) : labels.indexOf(label);
    const curves = rounds.map((round) => round?.chances.map((chances) => chances[place]) ?? []);
    const sentences = networks.map(({ title }, i) => this.#sentence(title[lang], holds(curves[i])));
    write(this.text, say(lang, 'turns-text', { label: labels[place], limit }));
    describe(this.picture, sentences.join(lang === 'en' ? ' ' : ''));
    this.picture.replaceChildren(...this.#axes(), ...curves.map((curve, i) => svg('path', { class: `pd-curve pd-curve-${i}`,
      d: curve.map((chance, k) => `${k ? 'L' : 'M'}${x(ANGLES[k]).toFixed(1)} ${y(chance).toFixed(1)}`).join('') })),
    svg('path', { class: 'pd-now', d: `M${x(feeds.angle[0])} ${y(1)}V${y(0)}` }));
    return this.legend.replaceChildren(...sentences.map((sentence, i) => h('p', { class: `pd-key pd-curve-${i}` }, sentence)));
  }

  /** @param {string} network @param {[number, number] | null} range */
  #sentence(network, range) {
    const { lang } = this;
    if (!range) return say(lang, 'turns-never', { network });
    const [low, high] = range.map((angle) => String(angle).replace('-', '−'));
    return say(lang, range[1] - range[0] === 360 ? 'turns-always' : 'turns-holds', { network, low, high });
  }

  #axes() {
    const { lang, limit } = this;
    const beyond = [[-180, -limit], [limit, 180]].map(([from, to]) => svg('g', {},
      svg('rect', { class: 'pd-beyond', x: x(from), y: y(1), width: x(to) - x(from), height: y(0) - y(1) }),
      svg('text', { x: (x(from) + x(to)) / 2, y: TOP - 7 }, say(lang, 'turns-beyond'))));
    const levels = [0, 0.5, 1].map((chance) => svg('g', {},
      svg('path', { class: 'pd-level', d: `M${x(-180)} ${y(chance)}H${x(180)}` }),
      svg('text', { class: 'pd-end', x: LEFT - 6, y: y(chance) + 4 }, `${100 * chance}${lang === 'zh' ? '%' : '\u00a0%'}`)));
    const ticks = TICKS.map((angle) => svg('text', { x: x(angle), y: HEIGHT - 6 }, `${angle}°`.replace('-', '−')));
    return [...beyond, ...levels, ...ticks];
  }
}

/** What the probabilities at all angles depend on. @param {Feeds | null} feeds */
const keyOf = (feeds) => (feeds ? [feeds.pixels, feeds.scale, feeds.shift, feeds.squash].join('|') : '');
