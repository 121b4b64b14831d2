// Whose pictures are and under which licence: the parts that the manifest has of it, with their links.
import { h } from '../shared/dom.js';

/** @typedef {{title: import('./manifest.js').Text, credit: import('./manifest.js').Credit[]}} Picture */

/**
 * What a picture is called, whose it is and under which licence.
 * @param {Picture} picture
 * @param {import('./strings.js').Lang} lang
 * @returns {(Node | string)[]}
 */
export function credit({ title, credit: parts }, lang) {
  return [`${title[lang]}${lang === 'en' ? ': ' : '：'}`, ...linked(parts, lang)];
}

/**
 * The same of many pictures, each licence once: with the picture's name if it is that of one picture only.
 * @param {Picture[]} pictures
 * @param {import('./strings.js').Lang} lang
 * @returns {(Node | string)[]}
 */
export function credits(pictures, lang) {
  /** @type {Map<string, Picture[]>} */
  const groups = new Map();
  for (const picture of pictures) {
    const licence = JSON.stringify(picture.credit);
    groups.set(licence, [...(groups.get(licence) ?? []), picture]);
  }
  return [...groups.values()].flatMap(([first, ...others], i) => [i ? (lang === 'en' ? '; ' : '；') : '',
    ...(others.length ? linked(first.credit, lang) : credit(first, lang))]);
}

/** @param {import('./manifest.js').Credit[]} parts @param {import('./strings.js').Lang} lang */
function linked(parts, lang) {
  return parts.flatMap(({ text, url }, i) => [i ? (lang === 'en' ? ', ' : '，') : '',
    url ? h('a', { href: url, rel: 'external' }, text[lang]) : text[lang]]);
}
