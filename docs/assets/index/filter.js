// What <paper-index> shows of the list, and in which order: nothing of the page in here.

/** @typedef {Record<string, string>} State by the names of the controls; a control at rest is left out */

export const FILTERS = ['task', 'year', 'demo', 'status'];
export const ORDERS = ['newest', 'oldest', 'name'];

/**
 * What the address says, and nothing else it may hold.
 * @param {string} search such as `?task=detection&find=yolo`
 * @returns {State}
 */
export function parse(search) {
  const entries = [...new URLSearchParams(search)].filter(([name, value]) =>
    value && (name === 'sort' ? ORDERS.includes(value) : [...FILTERS, 'find'].includes(name)));
  return Object.fromEntries(entries);
}

/**
 * Whether a paper is to be shown. Every word that was typed must occur, in any case.
 * @param {DOMStringMap | State} paper the entry's `data-` attributes
 * @param {State} state
 */
export function matches(paper, state) {
  const text = (paper.find ?? '').toLowerCase();
  return FILTERS.every((name) => !state[name] || paper[name] === state[name])
    && (state.find ?? '').toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/**
 * @param {string} order
 * @returns {(a: DOMStringMap | State, b: DOMStringMap | State) => number}
 */
export function comparison(order) {
  const name = (/** @type {DOMStringMap | State} */ a, /** @type {DOMStringMap | State} */ b) =>
    (a.slug ?? '').localeCompare(b.slug ?? '');
  if (order === 'name') return name;
  const sign = order === 'newest' ? -1 : 1;
  return (a, b) => sign * (Number(a.year) - Number(b.year)) || name(a, b);
}
