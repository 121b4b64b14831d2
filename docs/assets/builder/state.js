// What a list is, and how it stands in the address: nothing of the page in here.

/**
 * @typedef {object} Paper one line of lists/papers.json
 * @property {string} slug
 * @property {string} name what everybody calls it
 * @property {string} title in the language of the page
 * @property {string} original the paper's own title, empty where it is the same
 * @property {string[]} authors
 * @property {string} venue
 * @property {number} year
 * @property {string} url absolute, of its page on this site
 * @property {string} bibtex the whole entry
 * @property {string} find what else it is found by
 * @property {boolean} ready whether it can be tried
 *
 * @typedef {{ papers: string[], title: string, format: Format }} State
 * @typedef {'markdown' | 'html' | 'latex' | 'bibtex'} Format
 * @typedef {{ key: 'bad-unknown' | 'bad-twice' | 'bad-title' | 'bad-long', values: Record<string, string | number> }} Problem
 */

/** @type {Format[]} */
export const FORMATS = ['markdown', 'html', 'latex', 'bibtex'];
export const LONGEST_TITLE = 200;
export const LONGEST_ADDRESS = 8000;
const NAMED = 5; // of the wrong slugs, this many are named

/** A title is one line. @param {string} text */
export const tidy = (text) => text.replace(/\s+/g, ' ').trim();

/** Cut between characters, never inside one. @param {string} text @param {number} length */
const cut = (text, length) => [...text].slice(0, length).join('');

/**
 * What the address says, as far as it makes sense, and a note for each thing that does not.
 * @param {string} search such as `?papers=lenet,resnet&title=Week+1`
 * @param {(slug: string) => boolean} known
 * @returns {{ state: State, problems: Problem[] }}
 */
export function parse(search, known) {
  /** @type {Problem[]} */
  const problems = [];
  if (search.length > LONGEST_ADDRESS) problems.push({ key: 'bad-long', values: { limit: LONGEST_ADDRESS } });
  const query = new URLSearchParams(search.slice(0, LONGEST_ADDRESS));
  const wanted = query.getAll('papers').join(',').split(',').map(tidy).filter(Boolean);
  const unknown = [...new Set(wanted.filter((slug) => !known(slug)))];
  if (unknown.length) {
    const names = unknown.slice(0, NAMED).map((slug) => cut(slug, 40));
    problems.push({ key: 'bad-unknown', values: { names: names.join(', ') + (unknown.length > NAMED ? ' …' : '') } });
  }
  const papers = [...new Set(wanted.filter(known))];
  if (papers.length + wanted.filter((slug) => !known(slug)).length < wanted.length) problems.push({ key: 'bad-twice', values: {} });
  const asked = tidy(query.get('title') ?? ''), title = tidy(cut(asked, LONGEST_TITLE));
  if (title !== asked) problems.push({ key: 'bad-title', values: { limit: LONGEST_TITLE } });
  const format = FORMATS.find((name) => name === query.get('format')) ?? FORMATS[0];
  return { state: { papers, title, format }, problems };
}

/**
 * The query that `parse` reads, without what is at rest; empty for an empty list.
 * @param {State} state
 */
export function serialise({ papers, title, format }) {
  const parts = papers.length ? [`papers=${papers.join(',')}`] : [];
  const line = tidy(cut(tidy(title), LONGEST_TITLE));
  if (line) parts.push(`title=${encodeURIComponent(line)}`);
  if (format !== FORMATS[0]) parts.push(`format=${format}`);
  return parts.length ? `?${parts.join('&')}` : '';
}

/**
 * The list with one paper moved up (−1) or down (+1), as far as there is room.
 * @param {string[]} papers
 * @param {string} slug
 * @param {number} by
 */
export function moved(papers, slug, by) {
  const from = papers.indexOf(slug), to = from + by;
  if (from < 0 || to < 0 || to >= papers.length) return papers;
  const rest = papers.filter((other) => other !== slug);
  return [...rest.slice(0, to), slug, ...rest.slice(to)];
}

/**
 * Whether a paper answers to what was typed: every word must occur, in any case; accents do not matter.
 * @param {Paper} paper
 * @param {string} typed
 */
export function answers(paper, typed) {
  const text = plain([paper.slug, paper.name, paper.title, paper.original, ...paper.authors, paper.venue, paper.year, paper.find].join(' '));
  return plain(typed).split(/\s+/).every((word) => text.includes(word));
}

/**
 * The papers that answer, those first whose name begins with what was typed.
 * @param {Paper[]} papers
 * @param {string} typed
 */
export function found(papers, typed) {
  const start = plain(typed).trim();
  const first = (/** @type {Paper} */ paper) => Number(Boolean(start) && plain(paper.name).startsWith(start));
  return papers.filter((paper) => answers(paper, typed)).sort((a, b) => first(b) - first(a));
}

/** @param {string} text */
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
