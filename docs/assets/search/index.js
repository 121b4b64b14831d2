// <site-search>: opens the search by click, `/`, Ctrl-K or Cmd-K. Without JavaScript it is the link inside it, to the
// list of papers. The box, the engine and the index are loaded when they are asked for.

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

class SiteSearch extends HTMLElement {
  /** @type {Promise<import('./box.js').SearchBox> | null} */
  #box = null;

  connectedCallback() {
    const link = this.querySelector('a');
    if (!link) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = link.className;
    button.title = link.title;
    button.ariaLabel = link.ariaLabel;
    button.append(...link.childNodes);
    button.setAttribute('aria-haspopup', 'dialog');
    button.setAttribute('aria-keyshortcuts', '/ Control+K Meta+K');
    button.addEventListener('click', () => this.#open(link.href));
    link.replaceWith(button);
    document.addEventListener('keydown', (event) => {
      const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
      const letter = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (event.defaultPrevented || event.isComposing || !(slash || letter) || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      this.#open(link.href);
    });
  }

  /** @param {string} papers the list of papers: where to go when search fails */
  async #open(papers) {
    try {
      this.#box ??= import('./box.js').then(({ SearchBox }) => SearchBox.make(this, papers));
      (await this.#box).open();
    } catch {
      this.#box = null;
      location.assign(papers);
    }
  }
}

customElements.define('site-search', SiteSearch);
