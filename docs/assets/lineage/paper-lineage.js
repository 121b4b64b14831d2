// <paper-lineage>: the map is inside it already, complete and linked. This lets the neighbours of a paper stand out while
// the reader points at it or has the focus on it, and says the same in words, taken from the list below the map.

import { edge, neighbourhood, touches } from './neighbours.js';

class PaperLineage extends HTMLElement {
  /** @type {SVGAElement[]} */
  #nodes = [];
  /** @type {{element: Element, edge: import('./neighbours.js').Edge}[]} lines and arrow heads */
  #edges = [];
  /** @type {string | null} slug of the paper that stands out */
  #shown = null;
  /** Whether the finger that is down now found its paper standing out already: then the tap follows the link. */
  #again = false;
  #touch = false;
  /** @type {HTMLElement | null} */
  #panel = null;
  /** @type {Node[]} */
  #hint = [];

  connectedCallback() {
    if (this.#panel) return;
    this.#panel = this.querySelector('.lp-map__panel');
    if (!this.#panel) return;
    this.#panel.hidden = false;
    this.#hint = [...this.#panel.childNodes];
    this.#nodes = [...this.querySelectorAll('a[data-paper]')].map((node) => /** @type {SVGAElement} */ (node));
    this.#edges = [...this.querySelectorAll('[data-earlier]')].map((element) =>
      ({ element, edge: edge(/** @type {SVGElement} */ (element).dataset) }));
    this.addEventListener('pointerover', (event) => {
      if (event.pointerType === 'touch' || this.#panel?.contains(/** @type {Node} */ (event.target))) return;
      this.#show(paperOf(event.target) ?? this.#focused());
    });
    this.addEventListener('pointerleave', (event) => {
      if (event.pointerType !== 'touch') this.#show(this.#focused());
    });
    this.addEventListener('focusin', (event) => {
      const paper = paperOf(event.target);
      if (!paper) return;
      this.#show(paper);
      if (!this.#touch) this.#uncover(/** @type {SVGAElement} */ (event.target));
    });
    this.addEventListener('focusout', (event) => {
      if (!this.#touch && !this.contains(/** @type {Node | null} */ (event.relatedTarget))) this.#show(null);
    });
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#show(null);
    });
    // A finger cannot point without pressing: the first tap shows the neighbours, the second follows the link.
    document.addEventListener('pointerdown', (event) => {
      const paper = this.contains(/** @type {Node} */ (event.target)) ? paperOf(event.target) : null;
      this.#touch = event.pointerType === 'touch';
      this.#again = paper !== null && paper === this.#shown;
      if (this.#touch && !paper && !this.#panel?.contains(/** @type {Node} */ (event.target))) this.#show(null);
    });
    this.addEventListener('click', (event) => {
      const paper = paperOf(event.target);
      if (!paper || !this.#touch) return;
      if (!this.#again) event.preventDefault();
      this.#touch = false;
      this.#show(paper);
    });
  }

  /** @returns {string | null} */
  #focused() {
    return this.contains(document.activeElement) ? paperOf(document.activeElement) : null;
  }

  /**
   * Let a paper and its neighbours stand out, or none.
   * @param {string | null} paper slug
   */
  #show(paper) {
    if (paper === this.#shown) return;
    this.#shown = paper;
    this.classList.toggle('is-showing', paper !== null);
    const near = paper === null ? new Set() : neighbourhood(this.#edges.map(({ edge }) => edge), paper);
    for (const node of this.#nodes) {
      node.classList.toggle('is-near', near.has(node.dataset.paper));
      node.classList.toggle('is-shown', node.dataset.paper === paper);
    }
    for (const { element, edge } of this.#edges) {
      element.classList.toggle('is-near', paper !== null && touches(edge, paper));
    }
    const entry = paper && document.getElementById(`lineage-${paper}`);
    this.#panel?.replaceChildren(...(entry ? entry.cloneNode(true).childNodes : this.#hint));
    this.#panel?.scrollTo(0, 0);
  }

  /**
   * Scroll a paper out from under the panel.
   * @param {Element} node
   */
  #uncover(node) {
    const covered = node.getBoundingClientRect().bottom + 12 - (this.#panel?.getBoundingClientRect().top ?? Infinity);
    if (covered > 0) window.scrollBy(0, covered);
  }
}

/**
 * The slug of the paper whose card this is.
 * @param {EventTarget | null} target
 * @returns {string | null}
 */
function paperOf(target) {
  const node = target instanceof Element ? target.closest('a[data-paper]') : null;
  return /** @type {SVGAElement | null} */ (node)?.dataset.paper ?? null;
}

customElements.define('paper-lineage', PaperLineage);
