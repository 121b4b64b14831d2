// What is asked of the index, and what is made of its answers. No page is needed here, so that Node can test it.

const CHINESE = /[\u3400-\u9fff]/;
const WIDE = /[\u3000-\u303f\uff00-\uffef]/; // punctuation that brings its own space
const QUOTE = /[“”‘’…—]/; // of both scripts
const OPEN = '\ue000'; // a mark, while it is text
const CLOSE = '\ue001';

/**
 * The words of a query: a Chinese character is one.
 * @param {string} query
 * @returns {string[]}
 */
export function words(query) {
  return query.normalize('NFKC').replace(/["“”\u3000-\u303f]/g, ' ').replace(/[\u3400-\u9fff]/g, ' $& ').trim().split(/\s+/).filter(Boolean);
}

/**
 * The queries to be put: for a page of this name or title, for the words in this order, for the words anywhere; and
 * whether the second is enough, as a Chinese term that is found needs no pages that have its characters somewhere.
 * @param {string} query
 * @returns {{ name: string, exact: string | null, loose: string, enough: boolean } | null} null: too little to look for
 */
export function plan(query) {
  const found = words(query);
  const loose = found.join(' ');
  if (!loose || (loose.length < 2 && !CHINESE.test(loose))) return null;
  const name = `"${oneWord(loose)}"`;
  return { name, exact: found.length > 1 ? `"${loose}"` : null, loose, enough: CHINESE.test(loose) };
}

/** Only letters and digits. @param {string} text */
const bare = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** A name as export/search.py writes it, in one word that no text has. @param {string} name */
const oneWord = (name) =>
  `lp${bare(name).replace(/[^\0-\x7f]/gu, (character) =>
    (character.codePointAt(0) ?? 0).toString(16).replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16))))}`;

/** Whether no space stands between two characters. @param {string} a @param {string} b */
const touch = (a, b) =>
  WIDE.test(a) || WIDE.test(b) || (CHINESE.test(a) && (CHINESE.test(b) || QUOTE.test(b))) || (QUOTE.test(a) && CHINESE.test(b));

/**
 * The text without the spaces that make each Chinese character a word of the index; marks that touch then become one.
 * @param {string} text
 */
export function tidy(text) {
  return text.trim().replace(/(\S)(\ue001?) +(\ue000?)(?=(\S))/g, (all, before, close, open, after) => {
    if (!touch(before, after)) return all;
    return close && open ? before : before + close + open;
  });
}

/**
 * An excerpt as runs of text, marked or not.
 * @param {string} excerpt HTML of which only `<mark>` matters
 * @returns {{ text: string, marked: boolean }[]}
 */
export function runs(excerpt) {
  const text = excerpt.replaceAll('<mark>', OPEN).replaceAll('</mark>', CLOSE).replace(/<[^>]*>/g, '');
  return tidy(unescape(text)).split(/(\ue000[^\ue001]*\ue001)/).filter(Boolean)
    .map((run) => ({ text: run.replace(/[\ue000\ue001]/g, ''), marked: run.startsWith(OPEN) }));
}

/** @param {string} text */
function unescape(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
    .replaceAll('&#x27;', "'").replaceAll('&amp;', '&');
}

/**
 * Whether what is marked has to do with the query: for a word that it does not know the index offers one that begins alike.
 * @param {string} excerpt @param {string} query
 */
export function fits(excerpt, query) {
  const plain = (/** @type {string} */ text) => bare(text.normalize('NFD'));
  const starts = words(query).map((word) => plain(word).slice(0, 3)).filter(Boolean);
  const marked = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)].map((match) => plain(match[1]));
  return !marked.length || marked.some((mark) => starts.some((start) => mark.includes(start)));
}
