// On every page: what is read is kept for reading without a network, and <save-offline> keeps a whole paper.
import { ask, begin, possible } from './keeper.js';
import { say } from './strings.js';

/** @typedef {import('./keeper.js').State} State */
/** @typedef {import('./keeper.js').Failure} Failure */

const ready = begin();
const lang = document.documentElement.lang;

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 9.95e6 ? 1 : 0);

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = text;
  element.addEventListener('click', act);
  return element;
}

/** @param {string} name @param {string} text */
function span(name, text) {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = text;
  return element;
}

/** <save-offline slug="lenet">: a button, then progress, then the saved state, or a sentence on what went wrong. */
class SaveOffline extends HTMLElement {
  connectedCallback() {
    if (!possible) {
      this.remove();
      return;
    }
    this.#offer();
    ready.then((running) => (running ? this.#look() : undefined)).catch(() => {});
  }

  get #slug() {
    return this.getAttribute('slug') ?? '';
  }

  /** @param {string} state @param {...Node} parts */
  #show(state, ...parts) {
    const focused = this.contains(document.activeElement);
    this.dataset.state = state;
    this.replaceChildren(...parts);
    if (focused) this.querySelector('button')?.focus();
  }

  async #look() {
    const state = await ask('state', this.#slug);
    if (this.dataset.state === 'idle') this.#settle(state);
  }

  /** @param {State} state */
  #settle({ saved, bytes }) {
    const size = { megabytes: megabytes(bytes) };
    if (!saved) return this.#offer(span('so-size', say(lang, 'size', size)));
    const text = span('so-text', say(lang, 'saved', size));
    text.setAttribute('role', 'status');
    return this.#show('saved', text, button(say(lang, 'remove'), () => this.#remove()));
  }

  /** @param {...Node} size */
  #offer(...size) {
    this.#show('idle', button(say(lang, 'save'), () => this.#save()), ...size);
  }

  async #save() {
    const bar = document.createElement('progress');
    const text = span('so-text', say(lang, 'saving', { done: '0', megabytes: '…' }));
    bar.setAttribute('aria-label', say(lang, 'save'));
    this.#show('saving', bar, text);
    // Asks the browser not to throw it away when room gets short. Whatever the answer is, or if it never comes, it is
    // saved now.
    navigator.storage?.persist?.().catch(() => false);
    try {
      this.#settle(await ask('save', this.#slug, (done, bytes) => {
        bar.max = bytes;
        bar.value = done;
        text.textContent = say(lang, 'saving', { done: megabytes(done), megabytes: megabytes(bytes) });
      }));
    } catch (failure) {
      this.#fail(/** @type {Failure} */ (failure), () => this.#save());
    }
  }

  async #remove() {
    try {
      this.#settle(await ask('remove', this.#slug));
    } catch (failure) {
      this.#fail(/** @type {Failure} */ (failure), () => this.#remove());
    }
  }

  /** @param {Failure} failure @param {() => void} again */
  #fail(failure, again) {
    const text = span('so-text', say(lang, failure));
    text.setAttribute('role', 'alert');
    text.dataset.code = failure;
    this.#show('failed', text, button(say(lang, 'retry'), again));
  }
}

/** The server has another version, and this page needs something of its own that is not here. */
function announce() {
  if (document.querySelector('.so-notice')) return;
  const notice = document.createElement('div');
  notice.className = 'so-notice';
  notice.setAttribute('role', 'alert');
  notice.append(span('so-text', say(lang, 'updated')), button(say(lang, 'reload'), () => location.reload()));
  document.body.append(notice);
}

if (possible) navigator.serviceWorker.addEventListener('message', ({ data }) => data.type === 'outdated' && announce());
if (possible) navigator.serviceWorker.startMessages();
if (!customElements.get('save-offline')) customElements.define('save-offline', SaveOffline);
