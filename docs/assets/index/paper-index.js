// <paper-index>: the complete list of papers is inside it already; this adds filters, an order, and find-as-you-type.
// The state is in the address, so that a filtered view can be linked.

import { carry, h } from '../shared/dom.js';
import { FILTERS, ORDERS, comparison, matches, parse } from './filter.js';

/** @typedef {import('./filter.js').State} State */

const PAUSE = 250; // ms: a browser refuses an address that changes with every letter

class PaperIndex extends HTMLElement {
  /** @type {State} */
  #state = {};
  #typing = 0;
  /** @type {HTMLFormElement} */
  #form = /** @type {any} */ (h('form', { class: 'lp-filters', role: 'search' }));
  #count = h('p', { class: 'lp-count', role: 'status' });
  #reset = h('button', { type: 'reset', class: 'lp-button' });
  /** The list in one piece, for another order than the sources'. */
  #flat = h('ul', { class: 'lp-index', hidden: true });

  connectedCallback() {
    if (this.#form.isConnected) return;
    const find = h('input', { type: 'search', name: 'find', autocomplete: 'off', spellcheck: 'false' });
    const selects = FILTERS.map((name) => this.#label(name, this.#select(name, this.#choices(name))));
    const orders = ORDERS.map((order) => /** @type {[string, string]} */ ([order, this.#text(order)]));
    this.#reset.append(this.#text('reset'));
    this.#form.append(this.#label('find', find), ...selects,
      this.#label('sort', this.#select('sort', orders, this.#text('order'))),
      h('div', { class: 'lp-found' }, this.#count, this.#reset));
    this.prepend(this.#form, this.#flat);
    this.#form.setAttribute('aria-label', this.#text('find'));
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    this.#form.addEventListener('input', () => this.#read());
    this.#form.addEventListener('reset', () => setTimeout(() => this.#read()));
    window.addEventListener('popstate', () => this.#restore());
    this.#restore();
  }

  /** @param {string} name */
  #text(name) {
    return this.getAttribute(`data-text-${name}`) ?? name;
  }

  /** @returns {HTMLLIElement[]} each paper once, in the sources' order */
  get #papers() {
    const all = /** @type {NodeListOf<HTMLLIElement>} */ (this.querySelectorAll('li[data-slug]:not([data-copy])'));
    return [...new Map([...all].reverse().map((item) => [item.dataset.slug, item])).values()].reverse();
  }

  /** The values that occur, with what they are called. @param {string} name @returns {[string, string][]} */
  #choices(name) {
    if (name === 'status') return [['ready', this.#text('ready')], ['planned', this.#text('planned')]];
    const found = new Map(this.#papers.map(({ dataset }) => [dataset[name] ?? '', dataset[`${name}Text`] ?? dataset[name] ?? '']));
    return [...found].sort(([a], [b]) => (name === 'year' ? Number(b) - Number(a) : 0));
  }

  /** @param {string} name @param {[string, string][]} choices @param {string} [rest] */
  #select(name, choices, rest = this.#text('any')) {
    return h('select', { name }, h('option', { value: '' }, rest),
      ...choices.map(([value, text]) => h('option', { value }, text)));
  }

  /** @param {string} name @param {HTMLElement} control */
  #label(name, control) {
    return h('label', {}, `${this.#text(name)} `, control);
  }

  /** The address decides, as far as it names what there is to choose. */
  #restore() {
    clearTimeout(this.#typing);
    this.#state = parse(location.search);
    carry(location.search);
    for (const name of [...FILTERS, 'find', 'sort']) {
      const control = /** @type {HTMLInputElement | HTMLSelectElement} */ (this.#form.elements.namedItem(name));
      control.value = this.#state[name] ?? '';
      if (control instanceof HTMLSelectElement && control.selectedIndex < 0) {
        control.value = '';
        delete this.#state[name];
      }
    }
    this.#show();
  }

  /** The controls decide, and the address follows. */
  #read() {
    const data = new FormData(this.#form);
    const query = new URLSearchParams([...data].map(([name, value]) => [name, String(value)]).filter(([, value]) => value));
    const search = query.size ? `?${query}` : '';
    this.#state = parse(search);
    carry(search);
    this.#show();
    clearTimeout(this.#typing);
    this.#typing = window.setTimeout(() => {
      history.replaceState(history.state, '', `${location.pathname}${search}${location.hash}`);
    }, PAUSE);
  }

  #show() {
    this.#reset.hidden = !Object.keys(this.#state).length;
    const ordered = Boolean(this.#state.sort);
    const papers = this.#papers;
    const shown = papers.filter(({ dataset }) => matches(dataset, this.#state));
    for (const list of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('.lp-index'))) {
      if (list === this.#flat) continue;
      for (const item of /** @type {Iterable<HTMLElement>} */ (list.children)) item.hidden = !matches(item.dataset, this.#state);
      list.hidden = ordered || [...list.children].every((item) => /** @type {HTMLElement} */ (item).hidden);
    }
    this.#headings(ordered);
    this.#flat.hidden = !ordered;
    const compare = comparison(this.#state.sort ?? '');
    const copies = ordered ? shown.sort((a, b) => compare(a.dataset, b.dataset)).map((item) => item.cloneNode(true)) : [];
    for (const copy of copies) /** @type {HTMLElement} */ (copy).dataset.copy = '';
    this.#flat.replaceChildren(...copies);
    const found = this.#text('found').replace('{count}', String(shown.length)).replace('{total}', String(papers.length));
    this.#count.textContent = shown.length ? found : this.#text('none');
  }

  /** A heading goes with all the lists under it. @param {boolean} ordered */
  #headings(ordered) {
    const children = /** @type {HTMLElement[]} */ ([...this.children]);
    children.forEach((heading, i) => {
      if (!/^H[23]$/.test(heading.tagName)) return;
      const end = children.findIndex((other, j) => j > i && (other.tagName === heading.tagName || other.tagName === 'H2'));
      const under = children.slice(i + 1, end < 0 ? undefined : end).filter(({ tagName }) => tagName === 'UL');
      heading.hidden = ordered || under.every(({ hidden }) => hidden);
    });
  }
}

customElements.define('paper-index', PaperIndex);
