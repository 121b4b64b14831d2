// <list-builder>: pick papers, put them in order, take the list away as text. The state is the address.

import { carry, h, write } from '../shared/dom.js';
import { EXTENSIONS, WRITERS } from './formats.js';
import { FORMATS, LONGEST_TITLE, found, moved, parse, serialise, tidy } from './state.js';
import { say } from './strings.js';

/** @typedef {import('./state.js').Paper} Paper */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Format} Format */
/** @typedef {keyof typeof import('./strings.js').STRINGS} Key */

class ListBuilder extends HTMLElement {
  /** @type {State} */
  #state = { papers: [], title: '', format: 'markdown' };
  /** @type {Map<string, Paper>} */
  #papers = new Map();
  /** @type {{ title: string, papers: string[] }[]} */
  #lists = [];
  /** @type {Element[]} what is there without JavaScript */
  #fallback = [];
  /** @type {'en' | 'zh'} */
  #lang = 'en';
  #typing = 0;

  connectedCallback() {
    if (this.#fallback.length) return;
    this.#lang = this.lang === 'zh' ? 'zh' : 'en';
    this.#fallback = [...this.children];
    window.addEventListener('popstate', () => this.#papers.size && this.#restore());
    void this.#load();
  }

  /** @param {Key} key @param {Record<string, string | number>} [values] */
  #say(key, values) {
    return say(this.#lang, key, values);
  }

  async #load() {
    this.replaceChildren(h('p', { role: 'status' }, this.#say('loading')));
    try {
      const answer = await fetch(this.getAttribute('src') ?? '');
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      /** @type {{ papers: Paper[], lists: { title: string, papers: string[] }[] }} */
      const { papers, lists } = await answer.json();
      this.#papers = new Map(papers.map((paper) => [paper.slug, paper]));
      this.#lists = lists;
    } catch {
      const retry = h('button', { type: 'button', class: 'lp-button', onclick: () => this.#load() }, this.#say('retry'));
      this.replaceChildren(h('p', { role: 'alert', class: 'lb-problem' }, this.#say('load-failed'), ' ', retry), ...this.#fallback.slice(1));
      return;
    }
    this.#build();
    this.#restore();
  }

  // -------------------------------------------------------------------------------------------------------- the parts

  #problems = h('div', { class: 'lb-problems', role: 'alert' });
  #find = h('input', { type: 'search', id: 'lb-find', autocomplete: 'off', spellcheck: 'false' });
  #count = h('p', { class: 'lb-small', role: 'status' });
  #picks = h('ul', { class: 'lb-picks' });
  #title = h('input', { type: 'text', id: 'lb-title', maxlength: LONGEST_TITLE, autocomplete: 'off' });
  #chosen = h('ol', { class: 'lb-chosen' });
  #empty = h('div', { class: 'lb-empty' });
  #said = h('p', { class: 'lb-small', role: 'status' });
  #tools = h('p', { class: 'lp-actions' });
  #output = h('section', { class: 'lb-output', 'aria-labelledby': 'lb-output' });
  #tabs = h('div', { class: 'lb-tabs', role: 'tablist' });
  #text = h('textarea', { id: 'lb-text', readonly: true, rows: 10, spellcheck: 'false', tabindex: 0 });
  #copied = h('p', { class: 'lb-small', role: 'status' });
  #save = h('button', { type: 'button', class: 'lp-button' });

  #build() {
    const button = (/** @type {Key} */ key, /** @type {() => void} */ onclick) => h('button', { type: 'button', class: 'lp-button', onclick }, this.#say(key));
    for (const paper of this.#papers.values()) this.#picks.append(this.#pick(paper));
    this.#find.addEventListener('input', () => this.#search());
    this.#find.addEventListener('keydown', (event) => this.#keyOfFind(event));
    this.#picks.addEventListener('keydown', (event) => this.#keyOfPicks(event));
    this.#title.addEventListener('input', () => this.#typed());
    this.#title.placeholder = this.#say('title-hint');
    this.#empty.append(h('p', {}, this.#say('empty')), h('ul', {}, ...this.#lists.map(({ title, papers }) =>
      h('li', {}, h('a', { href: serialise({ papers, title, format: 'markdown' }) }, title)))));
    this.#tools.append(button('link', () => this.#copyLink()), button('clear', () => this.#clear()));
    for (const format of FORMATS) {
      this.#tabs.append(h('button', { type: 'button', role: 'tab', id: `lb-${format}`, 'aria-controls': 'lb-panel',
        onclick: () => this.#change({ format }) }, this.#say(format)));
    }
    this.#tabs.setAttribute('aria-label', this.#say('output'));
    this.#tabs.addEventListener('keydown', (event) => this.#keyOfTabs(event));
    this.#save.addEventListener('click', () => this.#download());
    this.#output.append(h('h2', { id: 'lb-output' }, this.#say('output')), this.#tabs,
      h('div', { id: 'lb-panel', role: 'tabpanel' }, this.#text,
        h('p', { class: 'lp-actions' }, button('copy', () => this.#copy()), this.#save), this.#copied));
    this.replaceChildren(this.#problems, h('div', { class: 'lb-columns' },
      h('section', { 'aria-labelledby': 'lb-pick' }, h('h2', { id: 'lb-pick' }, this.#say('pick')),
        h('label', { for: 'lb-find' }, this.#say('find')), this.#find, this.#count, this.#picks),
      h('section', { 'aria-labelledby': 'lb-list' }, h('h2', { id: 'lb-list' }, this.#say('list')),
        h('label', { for: 'lb-title' }, this.#say('title')), this.#title, this.#empty, this.#chosen, this.#said, this.#tools)), this.#output);
    this.#search();
  }

  /** A paper to be picked: pressed while it is in the list. @param {Paper} paper */
  #pick({ slug, name, year, title, ready }) {
    const mark = ready ? [h('span', { class: 'lp-ready' }, this.#say('ready'))] : [];
    const button = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => this.#toggle(slug) },
      h('strong', {}, name), ' ', h('time', {}, String(year)), ' ', ...mark, h('span', { class: 'lb-of' }, title));
    return h('li', { 'data-slug': slug }, button);
  }

  /** A paper of the list with what moves it. @param {Paper} paper @param {number} at */
  #entry({ slug, name, year, title }, at) {
    const move = (/** @type {Key & ('up' | 'down')} */ key, /** @type {number} */ by, /** @type {boolean} */ disabled) =>
      h('button', { type: 'button', class: `lb-${key}`, 'aria-label': this.#say(key, { name }), title: this.#say(key, { name }), disabled,
        onclick: () => this.#move(slug, by) });
    return h('li', { 'data-slug': slug },
      h('span', { class: 'lb-what' }, h('a', { href: new URL(`../../papers/${slug}/`, location.href).href }, name), ' ',
        h('time', {}, String(year)), h('span', { class: 'lb-of' }, title)),
      h('span', { class: 'lb-moves' }, move('up', -1, at === 0), move('down', 1, at === this.#state.papers.length - 1),
        h('button', { type: 'button', class: 'lb-drop', 'aria-label': this.#say('drop', { name }), title: this.#say('drop', { name }),
          onclick: () => this.#toggle(slug) })));
  }

  // -------------------------------------------------------------------------------------------------------- the state

  /** The address decides. */
  #restore() {
    clearTimeout(this.#typing);
    const { state, problems } = parse(location.search, (slug) => this.#papers.has(slug));
    this.#state = state;
    this.#title.value = state.title;
    this.#problems.replaceChildren(...problems.map(({ key, values }) => h('p', { class: 'lb-problem' }, this.#say(key, values))));
    this.#show();
  }

  /** The reader decides, and the address follows. @param {Partial<State>} change */
  #change(change) {
    this.#state = { ...this.#state, ...change };
    this.#show();
    this.#address();
  }

  #address() {
    clearTimeout(this.#typing);
    history.replaceState(history.state, '', `${location.pathname}${serialise(this.#state)}`);
    carry(serialise(this.#state));
  }

  /** A browser refuses an address that changes with every letter of a long title. */
  #typed() {
    this.#state = { ...this.#state, title: tidy(this.#title.value) };
    this.#write();
    clearTimeout(this.#typing);
    this.#typing = window.setTimeout(() => this.#address(), 250);
  }

  /** @param {string} slug */
  #toggle(slug) {
    const at = this.#state.papers.indexOf(slug), name = this.#papers.get(slug)?.name ?? slug;
    const inside = this.#chosen.contains(document.activeElement);
    const papers = at < 0 ? [...this.#state.papers, slug] : this.#state.papers.filter((other) => other !== slug);
    this.#change({ papers });
    write(this.#said, at < 0 ? this.#say('said-added', { name, number: papers.length }) : this.#say('said-dropped', { name }));
    if (inside) this.#focus(papers[Math.min(at, papers.length - 1)], '.lb-drop');
  }

  /** @param {string} slug @param {number} by */
  #move(slug, by) {
    const papers = moved(this.#state.papers, slug, by);
    this.#change({ papers });
    write(this.#said, this.#say('said-moved', { name: this.#papers.get(slug)?.name ?? slug, number: papers.indexOf(slug) + 1, count: papers.length }));
    this.#focus(slug, by < 0 ? '.lb-up' : '.lb-down');
  }

  /** Keep the keyboard where it was; at the end of the list its other button, without a list the search. @param {string | undefined} slug @param {string} what */
  #focus(slug, what) {
    const buttons = `[data-slug="${slug}"] :is(${what}, .lb-up, .lb-down):not(:disabled)`;
    const entry = this.#chosen.querySelector(`[data-slug="${slug}"] ${what}:not(:disabled)`) ?? this.#chosen.querySelector(buttons);
    (/** @type {HTMLElement | null} */ (entry) ?? this.#find).focus();
  }

  /** As a step of its own, so that the browser's back button undoes it. */
  #clear() {
    this.#address();
    history.pushState(null, '', location.pathname);
    this.#restore();
    carry(serialise(this.#state));
    write(this.#said, this.#say('said-cleared'));
    this.#find.focus();
  }

  // ------------------------------------------------------------------------------------------------------- what shows

  #show() {
    const { papers, format } = this.#state;
    for (const item of this.#picks.children) {
      const slug = /** @type {HTMLElement} */ (item).dataset.slug ?? '';
      item.firstElementChild?.setAttribute('aria-pressed', String(papers.includes(slug)));
    }
    const known = papers.flatMap((slug) => this.#papers.get(slug) ?? []);
    this.#chosen.replaceChildren(...known.map((paper, at) => this.#entry(paper, at)));
    this.#empty.hidden = papers.length > 0;
    this.#chosen.hidden = this.#tools.hidden = this.#output.hidden = papers.length === 0;
    for (const tab of /** @type {Iterable<HTMLElement>} */ (this.#tabs.children)) {
      const selected = tab.id === `lb-${format}`;
      tab.setAttribute('aria-selected', String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    this.querySelector('#lb-panel')?.setAttribute('aria-labelledby', `lb-${format}`);
    this.#text.setAttribute('aria-label', this.#say('text', { format: this.#say(format) }));
    write(this.#save, this.#say('download', { file: this.#file }));
    this.#write();
    carry(serialise(this.#state));
  }

  #write() {
    const { papers, title, format } = this.#state;
    const known = papers.flatMap((slug) => this.#papers.get(slug) ?? []);
    this.#text.value = known.length ? WRITERS[format](known, title, this.#lang) : '';
    write(this.#copied, '');
  }

  #search() {
    const shown = found([...this.#papers.values()], this.#find.value).map(({ slug }) => slug);
    const items = new Map([...this.#picks.children].map((item) => [/** @type {HTMLElement} */ (item).dataset.slug ?? '', /** @type {HTMLElement} */ (item)]));
    for (const [slug, item] of items) item.hidden = !shown.includes(slug);
    this.#picks.append(...shown.flatMap((slug) => items.get(slug) ?? []));
    this.#picks.scrollTop = 0;
    const key = shown.length === items.size ? 'found-all' : shown.length ? 'found-some' : 'found-none';
    write(this.#count, this.#say(key, { count: shown.length, total: items.size }));
  }

  /** @returns {HTMLButtonElement[]} */
  get #shown() {
    return [...this.#picks.querySelectorAll('li:not([hidden]) button')].map((button) => /** @type {HTMLButtonElement} */ (button));
  }

  /** Enter adds the first paper found; the arrow goes into the list. @param {KeyboardEvent} event */
  #keyOfFind(event) {
    if (event.isComposing || !['Enter', 'ArrowDown'].includes(event.key)) return;
    event.preventDefault();
    if (event.key === 'ArrowDown') this.#shown[0]?.focus();
    else if (this.#find.value.trim()) {
      this.#shown.find((button) => button.getAttribute('aria-pressed') === 'false')?.click();
      this.#find.select();
    }
  }

  /** @param {KeyboardEvent} event */
  #keyOfPicks(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const shown = this.#shown, at = shown.findIndex((button) => button === document.activeElement) + step;
    (shown[at] ?? (at < 0 ? this.#find : undefined))?.focus();
  }

  /** @param {KeyboardEvent} event */
  #keyOfTabs(event) {
    const at = FORMATS.indexOf(this.#state.format);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: FORMATS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const format = FORMATS[(to + FORMATS.length) % FORMATS.length];
    this.#change({ format });
    /** @type {HTMLElement | null} */ (this.querySelector(`#lb-${format}`))?.focus();
  }

  // ------------------------------------------------------------------------------------------------------- taking away

  get #file() {
    return `${this.#say('file')}.${EXTENSIONS[this.#state.format]}`;
  }

  async #copy() {
    const done = await copied(this.#text.value);
    if (!done) this.#text.select();
    write(this.#copied, this.#say(done ? 'copied' : 'copy-failed'));
  }

  async #copyLink() {
    this.#address();
    if (await copied(location.href)) write(this.#said, this.#say('link-copied'));
    else write(this.#said, location.href);
  }

  #download() {
    const url = URL.createObjectURL(new Blob([this.#text.value], { type: 'text/plain;charset=utf-8' }));
    h('a', { href: url, download: this.#file }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

/** @param {string} text */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

customElements.define('list-builder', ListBuilder);
