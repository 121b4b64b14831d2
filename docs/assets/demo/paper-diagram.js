// <paper-diagram demo="#demo" variant="lenet5">: the static SVG inside it becomes one whose blocks can be pressed.
// A block shows its row of the page's layer table and, for the input of the demo, its live feature maps.
import { h } from '../shared/dom.js';
import { codeOf } from './errors.js';
import { warn } from './frame.js';
import { latest } from './latest.js';
import { diverging, layout, paint, range, scale, short } from './maps.js';
import { langOf, say } from './strings.js';

/** @typedef {import('./paper-demo.js').PaperDemo} PaperDemo */

let count = 0;

export class PaperDiagram extends HTMLElement {
  /** The block on show. @type {SVGAElement | HTMLAnchorElement | null} */
  #node = null;
  #stop = new AbortController();
  #panel = h('aside', { class: 'pd-panel', hidden: true, tabindex: -1 });
  #maps = h('div', { class: 'pd-maps' });
  #repaint = latest(() => this.#show());

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    if (!this.#panel.id) this.#panel.id = `pd-panel-${(count += 1)}`;
    for (const node of this.#nodes) {
      node.setAttribute('role', 'button');
      node.setAttribute('aria-expanded', 'false');
      node.setAttribute('aria-controls', this.#panel.id);
    }
    this.append(this.#panel);
    this.addEventListener('click', (event) => this.#press(event), { signal });
    this.addEventListener('keydown', (event) => this.#key(event), { signal });
    this.#demo?.addEventListener('result', () => this.#node && this.#repaint(), { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  /** @returns {NodeListOf<SVGAElement>} */
  get #nodes() {
    return this.querySelectorAll('a[data-node]');
  }

  get #demo() {
    const selector = this.getAttribute('demo');
    return /** @type {PaperDemo | null} */ (selector && document.querySelector(selector));
  }

  /** @param {Event} event */
  #press(event) {
    const node = event.target instanceof Element && event.target.closest('a[data-node]');
    if (!node || !this.contains(node) || this.#panel.contains(node)) return;
    event.preventDefault();
    if (node === this.#node) this.#close();
    else this.#open(/** @type {SVGAElement} */ (node));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape' && this.#node) this.#close();
    // A link answers to Enter by itself; a button answers to the space bar too.
    else if (event.key === ' ' && event.target instanceof SVGAElement) this.#press(event);
  }

  /** @param {SVGAElement} node */
  #open(node) {
    this.#node?.setAttribute('aria-expanded', 'false');
    this.#node = node;
    node.setAttribute('aria-expanded', 'true');
    const lang = langOf(this);
    const found = document.getElementById(`layer-${this.getAttribute('variant')}-${node.dataset.node}`);
    const row = found instanceof HTMLTableRowElement ? found : null;
    const title = row?.cells[0].textContent ?? node.querySelector('title')?.textContent ?? node.dataset.node ?? '';
    const close = h('button', { type: 'button', class: 'pd-close', 'aria-label': say(lang, 'close'),
      onclick: () => this.#close() }, '×');
    const source = node.dataset.source;
    this.#panel.setAttribute('aria-label', say(lang, 'panel-label', { title }));
    this.#panel.replaceChildren(close, h('p', { class: 'pd-panel-title' }, title), ...(row ? [facts(row)] : []),
      ...(source ? [h('p', {}, h('a', { href: source }, say(lang, 'source')))] : []), this.#maps);
    this.#panel.hidden = false;
    this.#panel.focus({ preventScroll: true });
    this.#maps.replaceChildren(h('p', { role: 'status' }, say(lang, 'maps-loading')));
    this.#repaint().then(() => this.#uncover(node));
  }

  /**
   * On a phone the panel lies over the diagram: the pressed block must stay in sight above it.
   * @param {SVGAElement} node
   */
  #uncover(node) {
    const [block, panel] = [node.getBoundingClientRect(), this.#panel.getBoundingClientRect()];
    if (node === this.#node && panel.left < block.right && panel.top < block.bottom) node.scrollIntoView();
  }

  #close() {
    const node = this.#node;
    this.#node = null;
    node?.setAttribute('aria-expanded', 'false');
    if (this.#panel.contains(document.activeElement)) node?.focus();
    this.#panel.hidden = true;
  }

  /** Fetches and paints the maps of the block on show. */
  async #show() {
    const [node, lang] = [this.#node, langOf(this)];
    const name = node?.dataset.node;
    if (!name || !this.#demo) return;
    try {
      const { [name]: values } = await this.#demo.taps([name], this.getAttribute('variant'));
      if (node !== this.#node) return;
      this.#maps.replaceChildren(...(values ? picture(values, lang) : [h('p', {}, say(lang, 'maps-none'))]));
    } catch (error) {
      console.error(error);
      if (node !== this.#node) return;
      const box = h('div');
      this.#maps.replaceChildren(box);
      warn(box, lang, codeOf(error), { key: 'retry', act: () => this.#repaint() });
    }
  }
}

/** The table's row as pairs of heading and value, links and all. @param {HTMLTableRowElement} row */
function facts(row) {
  const heads = row.closest('table')?.tHead?.rows[0]?.cells ?? [];
  return h('dl', {}, ...Array.from(row.cells).slice(1).map((cell, i) =>
    h('div', {}, h('dt', {}, heads[i + 1]?.textContent ?? ''), h('dd', {}, ...cell.cloneNode(true).childNodes))));
}

/**
 * The maps, the scale of their colours, and a sentence that says both.
 * @param {import('./model.js').Values} values
 * @param {import('./strings.js').Lang} lang
 */
function picture({ data: all, shape }, lang) {
  const [number] = shape; // more than one where a block works on region proposals, say
  const data = number > 1 ? Array.prototype.slice.call(all, 0, all.length / number) : all;
  const grid = layout(shape);
  const { low, high, most } = range(data);
  const count = data.length;
  const whole = grid.maps > 1 || shape.length > 2 && count !== shape[1]
    ? say(lang, 'maps-caption', grid) : say(lang, 'vector-caption', { count });
  const caption = number > 1 ? whole + say(lang, 'first-of', { number }) : whole;
  const canvas = h('canvas', { class: 'pd-pixels', role: 'img',
    'aria-label': say(lang, 'maps-alt', { caption, low: short(low), high: short(high) }) });
  paint(canvas, data, grid, (value) => diverging(value, most));
  const legend = scale();
  legend.show(most);
  // Whole screen pixels a value, about 320 in all, but no mosaic of ten tiles.
  canvas.style.setProperty('--width', `${canvas.width * Math.min(16, Math.max(2, Math.floor(320 / canvas.width)))}px`);
  return [canvas, legend.element, h('p', {}, caption)];
}
