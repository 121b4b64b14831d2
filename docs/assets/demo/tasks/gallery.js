// The gallery: a dozen pictures in the order of their energy with the first input.
import { credits } from '../credit.js';
import { h, write } from '../../shared/dom.js';
import { DemoError } from '../errors.js';
import { resolve } from '../manifest.js';
import { say } from '../strings.js';
import { pixelsOf } from './sides.js';

export class Gallery {
  /**
   * @param {import('../manifest.js').Manifest} manifest
   * @param {import('../strings.js').Lang} lang
   * @param {(picture: {pixels: Uint8Array, title: string}) => void} onchoose
   * @param {(error: unknown, again: () => void) => void} onfail a picture did not come
   */
  constructor(manifest, lang, onchoose, onfail) {
    this.lang = lang;
    this.onchoose = onchoose;
    this.digits = Number(manifest.extra.digits);
    const channels = manifest.inputs[0].shape[3];
    /** @type {(import('../credit.js').Picture & {image: string})[]} */
    const pictures = manifest.extra.gallery;
    this.items = pictures.map(({ title, image }) => {
      const picture = h('img', { src: resolve(manifest, image), alt: '', width: 48, height: 48, loading: 'lazy' });
      const energy = h('span');
      const choose = () => picture.decode().then(() =>
        this.onchoose({ pixels: pixelsOf(picture, channels), title: title[lang] }), (error) => {
        onfail(new DemoError(navigator.onLine ? 'sample-missing' : 'offline', error), () => {
          picture.src = String(picture.src); // asks for it again
          choose();
        });
      });
      const button = h('button', { type: 'button', title: title[lang], onclick: choose }, picture, energy);
      return { title: title[lang], button, energy, item: h('li', {}, button) };
    });
    this.list = h('ol', {}, ...this.items.map(({ item }) => item));
    this.element = h('div', { class: `pd-gallery${channels === 1 ? ' pd-written' : ''}` },
      h('p', {}, say(lang, 'gallery')), this.list, h('p', {}, say(lang, 'gallery-press')),
      h('p', { class: 'pd-credit' }, ...credits(pictures, lang)));
  }

  /**
   * @param {ArrayLike<number> | null} energies one a picture; null when there is no first input
   * @param {number} threshold
   * @returns {string} what the nearest one is called
   */
  show(energies, threshold) {
    const order = this.items.map((_, i) => i).sort((a, b) => (energies ? energies[a] - energies[b] : a - b));
    order.forEach((i, place) => {
      const { title, button, energy, item } = this.items[i];
      const value = energies ? energies[i].toFixed(this.digits) : '';
      write(energy, value);
      button.setAttribute('aria-label', energies ? say(this.lang, 'gallery-item', { title, energy: value }) : title);
      button.classList.toggle('pd-below', Boolean(energies && energies[i] <= threshold));
      const there = this.list.children[place];
      if (there !== item) this.list.insertBefore(item, there);
    });
    return this.items[order[0]].title;
  }
}
