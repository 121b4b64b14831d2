// One row a class: name, bar, score, probability. Rows keep their places; the answer is warm, the others quiet.
import { h, write } from '../shared/dom.js';

/**
 * Where the bar of each value begins and ends, as fractions of a track that always holds zero.
 * @param {ArrayLike<number>} values
 * @returns {{start: number, length: number}[]}
 */
export function spans(values) {
  const all = Array.from(values);
  const low = Math.min(0, ...all);
  const width = Math.max(0, ...all) - low || 1;
  return all.map((value) => ({ start: (Math.min(0, value) - low) / width, length: Math.abs(value) / width }));
}

/**
 * A probability in per cent, never rounded to certainty; English sets a space that does not break before the sign.
 * @param {number} part 0..1
 * @param {import('./strings.js').Lang} lang
 */
export function percent(part, lang) {
  const sign = lang === 'zh' ? '%' : '\u00a0%';
  if (part < 0.001) return `<0.1${sign}`;
  if (part > 0.999) return `>99.9${sign}`;
  return `${(100 * part).toFixed(1)}${sign}`;
}

/** A score in at most four digits. @param {number} value */
export const score = (value) => value.toFixed(Math.abs(value) < 100 ? 1 : 0).replace('-', '−');

export class Bars {
  /**
   * @param {{caption: string, columns: [string, string, string]}} titles of the table and of class, score, probability
   * @param {string[]} labels
   * @param {string | null} rest the row of what is none of the classes
   * @param {import('./strings.js').Lang} lang
   */
  constructor({ caption, columns }, labels, rest, lang) {
    this.lang = lang;
    this.rows = [...labels, ...(rest ? [rest] : [])].map((label, i) => {
      const bar = h('span', { class: 'pd-bar' });
      const [value, chance] = [h('td', { class: 'pd-number' }), h('td', { class: 'pd-number' })];
      const head = i < labels.length
        ? [h('th', { scope: 'row' }, label), h('td', { class: 'pd-track', 'aria-hidden': 'true' }, bar)]
        : [h('th', { scope: 'row', colspan: 2 }, label)];
      return { row: h('tr', {}, ...head, value, chance), bar, value, chance };
    });
    const heads = h('tr', {}, h('th', { scope: 'col' }, columns[0]), h('th', { scope: 'col', colspan: 2 }, columns[1]),
      h('th', { scope: 'col' }, columns[2]));
    this.element = h('table', { class: 'pd-bars' }, h('caption', {}, caption), h('thead', {}, heads),
      h('tbody', {}, ...this.rows.map(({ row }) => row)));
  }

  /**
   * @param {ArrayLike<number> | null} scores null empties the rows
   * @param {ArrayLike<number>} chances one a row, the row of the rest included
   * @param {number} best index of the row that is the answer
   */
  show(scores, chances, best) {
    const places = scores ? spans(scores) : [];
    this.rows.forEach(({ row, bar, value, chance }, i) => {
      const place = places[i];
      row.classList.toggle('pd-best', i === best);
      bar.style.setProperty('--start', String(place?.start ?? 0));
      bar.style.setProperty('--length', String(place?.length ?? 0));
      write(value, scores && place ? score(scores[i]) : '');
      write(chance, scores ? percent(chances[i], this.lang) : '');
    });
  }
}
