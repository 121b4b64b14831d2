// What one network, or several side by side, make of the same input: the probability of each class.
import { percent } from './bars.js';
import { h, write } from '../shared/dom.js';
import { say } from './strings.js';

/** The place of the largest. @param {ArrayLike<number>} values */
export const top = (values) => Array.from(values).reduce((best, value, i) => (value > values[best] ? i : best), 0);

/**
 * A row a class and a column a network; above each column its answer in large type.
 * @param {import('./manifest.js').Manifest[]} networks
 * @param {import('./strings.js').Lang} lang
 */
export function chances(networks, lang) {
  const heads = networks.map(({ title }) => ({ label: h('b'), chance: h('span'), title: title[lang] }));
  const rows = networks[0].labels[lang].map((name) => {
    const cells = networks.map(() => ({ bar: h('span', { class: 'pd-bar' }), value: h('span') }));
    const row = h('tr', {}, h('th', { scope: 'row' }, name), ...cells.map(({ bar, value }) =>
      h('td', {}, h('span', { class: 'pd-track', 'aria-hidden': 'true' }, bar), value)));
    return { row, cells };
  });
  const element = h('table', { class: 'pd-chances' }, h('caption', {}, say(lang, 'chances')),
    h('thead', {}, h('tr', {}, h('td'), ...heads.map(({ label, chance, title }) =>
      h('th', { scope: 'col' }, h('span', {}, title), label, chance)))),
    h('tbody', {}, ...rows.map(({ row }) => row)));
  return {
    element,
    /** @param {(ArrayLike<number> | null)[]} all the probabilities of each network */
    show(all) {
      all.forEach((values, column) => {
        const best = values ? top(values) : -1;
        write(heads[column].label, values ? networks[column].labels[lang][best] : '·');
        write(heads[column].chance, values ? percent(values[best], lang) : '');
        rows.forEach(({ cells }, i) => {
          const { bar, value } = cells[column];
          bar.style.setProperty('--start', '0');
          bar.style.setProperty('--length', String(values?.[i] ?? 0));
          write(value, values ? percent(values[i], lang) : '');
          bar.closest('td')?.classList.toggle('pd-best', i === best);
        });
      });
    },
  };
}
