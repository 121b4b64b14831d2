// The answer in large type, how sure the network is, and what comes next.
import { percent } from '../bars.js';
import { h, write } from '../../shared/dom.js';
import { say } from '../strings.js';

/** @typedef {import('../manifest.js').Manifest} Manifest */

export class Answer {
  digit = h('span', { class: 'pd-digit' });
  who = h('span', { class: 'pd-who' });
  sure = h('span', { class: 'pd-sure' });
  next = h('span', { class: 'pd-next' });
  element = h('div', { class: 'pd-answer' }, this.digit, h('div', {}, this.who, this.sure, this.next));

  /** @param {import('../strings.js').Lang} lang */
  constructor(lang) {
    this.lang = lang;
  }

  /**
   * Nothing has been drawn.
   * @param {Manifest} manifest
   * @returns {string} the sentence that says it
   */
  blank({ title }) {
    write(this.digit, '·');
    write(this.who, say(this.lang, 'reads-as', { network: title[this.lang] }));
    write(this.sure, say(this.lang, 'reads-nothing'));
    write(this.next, '');
    return say(this.lang, 'announce-blank');
  }

  /**
   * @param {Manifest} manifest
   * @param {number[]} chances one a class, then that of none of them, if the network knows it
   * @param {number[]} order indices of `chances`, most likely first
   * @returns {string} the sentence that says it
   */
  show({ title, labels }, chances, [best, second]) {
    const { lang } = this;
    const network = title[lang];
    const name = (/** @type {number} */ i) => labels[lang][i] ?? say(lang, 'none-of-these');
    const chance = percent(chances[best], lang);
    const known = best < labels[lang].length;
    write(this.digit, labels[lang][best] ?? '?');
    write(this.who, say(lang, 'reads-as', { network }));
    write(this.sure, say(lang, known ? 'how-sure' : 'how-sure-none', { chance }));
    write(this.next, say(lang, 'then-comes', { label: name(second), chance: percent(chances[second], lang) }));
    if (!known) return say(lang, 'announce-none', { network });
    return say(lang, 'announce', { network, label: name(best), chance });
  }
}
