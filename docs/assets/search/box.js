// The search box: a dialog with a combobox. The arrow keys choose, Enter follows, Escape closes; the list is made of links.

import { h } from '../shared/dom.js';
import { Engine } from './engine.js';
import { runs, tidy } from './query.js';
import { say } from './strings.js';

const PAUSE = 150; // milliseconds without a key before anything is asked

export class SearchBox {
  #engine;
  #papers;
  #input = h('input', {
    type: 'text', inputmode: 'search', enterkeyhint: 'go', role: 'combobox', autocomplete: 'off', autocapitalize: 'off',
    spellcheck: 'false', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'lp-search-list',
    'aria-label': this.#say('search'), placeholder: this.#say('placeholder'),
  });
  #status = h('p', { class: 'lp-search__status', role: 'status' }, this.#say('hint'));
  #list = h('div', { class: 'lp-search__list', id: 'lp-search-list', role: 'listbox', 'aria-label': this.#say('results') });
  #dialog = h('dialog', { class: 'lp-search', 'aria-label': this.#say('search') });
  #timer = 0;
  #asked = 0;
  #shown = '';
  /** What is on its way for it. @type {Promise<void>} */
  #pending = Promise.resolve();
  #chosen = -1;

  /** A box with its style. @param {HTMLElement} element @param {string} papers */
  static async make(element, papers) {
    const style = h('link', { rel: 'stylesheet', href: new URL('../css/search.css', import.meta.url).href });
    await new Promise((resolve, reject) => {
      style.addEventListener('load', resolve);
      style.addEventListener('error', reject);
      document.head.append(style);
    });
    return new SearchBox(element, papers);
  }

  /** @param {HTMLElement} element it says where the language's pages are @param {string} papers the list of all papers */
  constructor(element, papers) {
    const root = new URL(element.dataset.root ?? '.', document.baseURI).href;
    this.#engine = new Engine(root.replace(/\/?$/, '/'), document.documentElement.lang);
    this.#papers = papers;
    const close = h('button', { type: 'button', class: 'lp-search__close', onclick: () => this.#dialog.close() }, this.#say('close'));
    this.#dialog.append(h('div', { class: 'lp-search__bar', role: 'search' }, this.#input, close), this.#status, this.#list);
    this.#input.addEventListener('input', (event) => /** @type {InputEvent} */ (event).isComposing || this.#soon());
    this.#input.addEventListener('compositionend', () => this.#soon());
    this.#input.addEventListener('keydown', (event) => this.#key(event));
    this.#list.addEventListener('click', (event) => {
      if (event.target instanceof Element && event.target.closest('a') && !event.ctrlKey && !event.metaKey) this.#dialog.close();
    });
    // The dialog fills its own box, so that a click on itself is one beside it.
    this.#dialog.addEventListener('click', (event) => event.target === this.#dialog && this.#dialog.close());
    document.body.append(this.#dialog);
  }

  /** @param {Parameters<typeof say>[1]} key @param {Record<string, string | number>} [values] */
  #say(key, values) {
    return say(document.documentElement.lang, key, values);
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#input.select();
  }

  get #options() {
    return /** @type {HTMLAnchorElement[]} */ ([...this.#list.children]);
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#search(), PAUSE);
  }

  /** @returns {Promise<void>} when the list is that of what has been typed so far */
  #search() {
    clearTimeout(this.#timer);
    const query = this.#input.value.trim();
    if (query !== this.#shown) {
      this.#shown = query;
      this.#pending = this.#find(query);
    }
    return this.#pending;
  }

  /** @param {string} query */
  async #find(query) {
    const asked = ++this.#asked;
    if (!this.#options.length) this.#tell(this.#say('searching'));
    try {
      const found = await this.#engine.find(query);
      if (asked === this.#asked) this.#show(query, found);
    } catch (error) {
      console.warn('search:', error);
      if (asked !== this.#asked) return;
      this.#shown = '';
      this.#fill([]);
      this.#tell(`${this.#say(navigator.onLine ? 'failed' : 'offline')} `, h('a', { href: this.#papers }, this.#say('papers')));
    }
  }

  /** @param {string} query @param {Awaited<ReturnType<Engine['find']>>} found */
  #show(query, found) {
    const pages = found?.pages ?? [];
    this.#fill(pages.flatMap((page) => [
      option(page.url, 'lp-search__page', tidy(page.name), tidy(page.title), page.excerpt),
      ...page.sections.map((part) => option(part.url, 'lp-search__section', tidy(part.title), '', part.excerpt)),
    ]));
    if (!found) return this.#tell(this.#say('hint'));
    const key = found.count === 0 ? 'none' : found.count === 1 ? 'one' : found.count > pages.length ? 'some' : 'all';
    this.#tell(this.#say(key, { count: found.count, query }));
  }

  /** @param {HTMLElement[]} options */
  #fill(options) {
    this.#list.replaceChildren(...options);
    this.#list.scrollTop = 0;
    this.#input.setAttribute('aria-expanded', String(options.length > 0));
    options.forEach((item, i) => item.addEventListener('pointermove', () => this.#chosen === i || this.#choose(i, false)));
    this.#choose(options.length ? 0 : -1);
  }

  /** @param {...(Node | string)} content */
  #tell(...content) {
    this.#status.replaceChildren(...content);
  }

  /** @param {number} index @param {boolean} [scroll] */
  #choose(index, scroll = true) {
    this.#chosen = index;
    this.#options.forEach((item, i) => {
      item.id = `lp-search-${i}`;
      item.setAttribute('aria-selected', String(i === index));
    });
    if (index < 0) return this.#input.removeAttribute('aria-activedescendant');
    this.#input.setAttribute('aria-activedescendant', `lp-search-${index}`);
    if (scroll) this.#options[index].scrollIntoView({ block: 'nearest' });
  }

  /** @param {KeyboardEvent} event */
  async #key(event) {
    if (event.isComposing || event.keyCode === 229) return; // the keys are the input method's
    const count = this.#options.length;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && count) {
      event.preventDefault();
      this.#choose((this.#chosen + (event.key === 'ArrowDown' ? 1 : -1) + count) % count);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      await this.#search(); // what has just been typed, not what was found for its beginning
      this.#options[this.#chosen]?.click();
    }
  }
}

/** @param {string} url @param {string} kind @param {string} name @param {string} title @param {string} excerpt */
function option(url, kind, name, title, excerpt) {
  const text = runs(excerpt).map((run) => (run.marked ? h('mark', {}, run.text) : run.text));
  return h('a', { href: url, role: 'option', class: kind, tabindex: -1, 'aria-selected': 'false' },
    h('span', { class: 'lp-search__name' }, h('b', {}, name), ...(title ? [' ', h('span', {}, title)] : [])),
    ...(text.length ? [h('span', { class: 'lp-search__excerpt' }, ...text)] : []));
}
