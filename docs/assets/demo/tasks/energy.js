// The verdict, and why: the pair's energy on a scale that the threshold divides. The reader may move the threshold.
import { h, write } from '../../shared/dom.js';
import { say } from '../strings.js';

export class Energy {
  /**
   * @param {import('../manifest.js').Manifest} manifest
   * @param {import('../strings.js').Lang} lang
   * @param {() => void} onmove the threshold has another value
   */
  constructor({ title, labels, extra }, lang, onmove) {
    this.lang = lang;
    this.labels = labels[lang];
    this.own = Number(extra.threshold);
    this.most = Number(extra.most);
    /** An energy in writing. @param {number} value */
    this.written = (value) => value.toFixed(extra.digits);
    this.threshold = this.own;
    this.sign = h('span', { class: 'pd-digit', 'aria-hidden': 'true' });
    this.sure = h('span', { class: 'pd-sure' });
    this.next = h('span', { class: 'pd-next' });
    this.pin = h('span', { class: 'pd-pin' });
    this.others = h('div', { class: 'pd-others' });
    this.shown = h('output', { 'aria-live': 'off' });
    this.slider = h('input', { type: 'range', min: 0, max: this.most, step: 10 ** -extra.digits,
      oninput: () => this.#move(Number(this.slider.value), onmove) });
    this.reset = h('button', { type: 'button', class: 'pd-button',
      onclick: () => this.#move(this.own, onmove) }, say(lang, 'reset'));
    const who = h('span', { class: 'pd-who' }, say(lang, 'says-of-both', { network: title[lang] }));
    this.element = h('div', { class: 'pd-energy' },
      h('div', { class: 'pd-answer' }, this.sign, h('div', {}, who, this.sure, this.next)),
      h('p', {}, say(lang, 'energy')),
      h('div', { class: 'pd-axis', 'aria-hidden': 'true' }, this.others, this.pin),
      h('div', { class: 'pd-threshold' }, h('label', {}, this.slider, h('span', {}, say(lang, 'threshold')), this.shown),
        this.reset));
    this.show(null);
  }

  /** @param {number} value @param {() => void} onmove */
  #move(value, onmove) {
    this.threshold = value;
    onmove();
  }

  /**
   * @param {number | null} energy of the pair, null when there is none
   * @param {ArrayLike<number>} [gallery] the energies that are marked beside it
   * @returns {string} the verdict in words
   */
  show(energy, gallery = []) {
    const { lang, threshold } = this;
    const place = (/** @type {number} */ value) => String(Math.min(1, value / this.most));
    const same = energy !== null && energy <= threshold;
    const answer = energy === null ? say(lang, 'announce-half') : this.labels[same ? 0 : 1];
    write(this.sign, energy === null ? '·' : same ? '=' : '≠');
    write(this.sure, energy === null ? say(lang, 'says-nothing') : answer);
    write(this.next, energy === null ? '' : say(lang, same ? 'below' : 'above', { energy: this.written(energy) }));
    write(this.pin, energy === null ? '' : this.written(energy));
    this.pin.hidden = energy === null;
    this.pin.style.setProperty('--place', place(energy ?? 0));
    this.others.replaceChildren(...Array.from(gallery, (value) => {
      const mark = h('i');
      mark.style.setProperty('--place', place(value));
      return mark;
    }));
    this.element.style.setProperty('--threshold', place(threshold));
    this.slider.value = String(threshold);
    this.slider.setAttribute('aria-valuetext', say(lang, 'threshold-value', { threshold: this.written(threshold), answer }));
    write(this.shown, this.written(threshold));
    this.reset.setAttribute('aria-disabled', String(threshold === this.own));
    return answer;
  }
}
