// The one place that knows Pagefind: loads it, asks it, and gives back pages with the sections in which something was found.

import { fits, plan } from './query.js';

const SHOWN_PAGES = 8;
const SHOWN_SECTIONS = 3;
const EXCERPT_WORDS = { en: 24, zh: 50 };
const PATIENCE = 20_000; // milliseconds

/** @typedef {{ id: string, data: () => Promise<Data> }} Result */
/** @typedef {{ url: string, excerpt: string, meta: Record<string, string>, sub_results: Part[] }} Data */
/** @typedef {{ title: string, url: string, excerpt: string, weighted_locations: { balanced_score: number }[] }} Part */
/** @typedef {{ name: string, title: string, url: string, excerpt: string, sections: { title: string, url: string, excerpt: string }[] }} Page */

export class Engine {
  #root;
  #language;
  /** @type {any} */
  #pagefind = null;

  /** @param {string} root the address of the language's pages @param {string} language */
  constructor(root, language) {
    this.#root = root;
    this.#language = language.startsWith('zh') ? /** @type {const} */ ('zh') : /** @type {const} */ ('en');
  }

  get #folder() {
    return new URL('search/', this.#root).href;
  }

  async #load() {
    const folder = this.#folder;
    const { createInstance } = await import(new URL('pagefind.js', folder).href);
    return createInstance({
      basePath: folder,
      baseUrl: new URL(this.#root).pathname,
      excerptLength: EXCERPT_WORDS[this.#language],
      ranking: { metaWeights: { title: 10, full: 6, other: 4 } }, // export/search.py writes these
    });
  }

  /**
   * @param {string} query
   * @returns {Promise<{ count: number, pages: Page[] } | null>} null: too little to look for
   * @throws where a part of the index does not come, or not in time; the next query starts afresh
   */
  async find(query) {
    const wanted = plan(query);
    if (!wanted) return null;
    this.#pagefind ??= this.#load();
    const loading = this.#pagefind;
    let timer = 0;
    const late = new Promise((_, reject) => {
      timer = window.setTimeout(() => reject(new Error('no answer in time')), PATIENCE);
    });
    try {
      return await Promise.race([late, loading.then((/** @type {any} */ pagefind) => this.#ask(pagefind, query, wanted))]);
    } catch (error) {
      // This one would go on without what it has missed.
      if (this.#pagefind === loading) this.#pagefind = null;
      loading.then((/** @type {any} */ pagefind) => pagefind.destroy(), () => {});
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * @param {any} pagefind
   * @param {string} query
   * @param {NonNullable<ReturnType<typeof plan>>} wanted
   * @returns {Promise<{ count: number, pages: Page[] }>}
   */
  async #ask(pagefind, query, wanted) {
    /** @param {string} words @returns {Promise<Result[]>} */
    const ask = async (words) => (await pagefind.search(words)).results;
    const [named, exact, loose] = [await ask(wanted.name), wanted.exact ? await ask(wanted.exact) : [], await ask(wanted.loose)];
    // Only the last are in the order of how well they fit.
    const exactly = new Set(exact.map(({ id }) => id));
    const inOrder = loose.filter(({ id }) => exactly.has(id));
    const rest = wanted.enough && exact.length ? [] : loose;
    const found = [...new Map([...named, ...inOrder, ...exact, ...rest].map((result) => [result.id, result])).values()];
    // Pagefind says nothing of a part that did not come: it finds less.
    if (!found.length) await fetch(`${this.#folder}pagefind-entry.json?${Date.now()}`);
    const first = await Promise.all(found.slice(0, SHOWN_PAGES).map((result) => result.data()));
    const pages = first.filter(({ excerpt }) => fits(excerpt, query));
    return { count: pages.length ? found.length - first.length + pages.length : 0, pages: pages.map(shown) };
  }
}

/** How much of what was asked for a section holds, headings counting more. @param {Part} part */
const weight = ({ weighted_locations: places }) => places.reduce((sum, { balanced_score: score }) => sum + score, 0);

/** A page with the sections that fit best, in the page's order. @param {Data} data @returns {Page} */
function shown({ url, excerpt, meta, sub_results: parts }) {
  const isPage = (/** @type {Part} */ part) => !part.url.includes('#') || part.title === meta.title;
  const all = parts.filter((part) => !isPage(part));
  const best = new Set([...all].sort((a, b) => weight(b) - weight(a)).slice(0, SHOWN_SECTIONS));
  const own = parts.find(isPage)?.excerpt ?? (best.size ? '' : excerpt);
  return { name: meta.title, title: meta.full ?? '', url, excerpt: own, sections: all.filter((part) => best.has(part)) };
}
