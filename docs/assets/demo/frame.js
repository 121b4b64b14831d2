// What every demo has around its task: networks to choose among, samples, back end, status, and one place for errors.
import { credit } from './credit.js';
import { h, write } from '../shared/dom.js';
import { family, resolve } from './manifest.js';
import { say } from './strings.js';

/**
 * @typedef {import('./backends.js').Backend} Backend
 * @typedef {import('./manifest.js').Manifest} Manifest
 * @typedef {object} Actions what the reader can ask of the demo
 * @property {(url: string) => void} network
 * @property {(id: string) => void} sample
 * @property {(backend: Backend) => void} backend
 * @typedef {{key: 'retry' | 'choose-again', act: () => void}} Remedy
 */

const QUIET = 700; // ms without a new result before it is read out
const LONGEST = 4000; // or since the first that was not, where they never stop: a camera

let count = 0; // keeps the names of radio groups apart when a page has several demos

export class Frame {
  /**
   * @param {Manifest} manifest
   * @param {import('./strings.js').Lang} lang
   * @param {{input: HTMLElement, result: HTMLElement}} task its two halves
   * @param {Actions} actions
   */
  constructor(manifest, lang, task, actions) {
    count += 1;
    this.lang = lang;
    this.actions = actions;
    this.networks = networks(manifest, lang, `pd-network-${count}`, actions.network);
    this.all = manifest.samples;
    this.samples = samples(manifest, lang, `pd-sample-${count}`, actions.sample);
    this.credit = h('p', { class: 'pd-credit' });
    this.select = h('select', { onchange: () => actions.backend(/** @type {Backend} */ (this.select.value)) },
      h('option', { value: 'wasm' }, say(lang, 'on-wasm')), h('option', { value: 'webgpu' }, say(lang, 'on-webgpu')));
    this.note = h('p', { class: 'pd-note' });
    this.time = h('span', { class: 'pd-time' });
    this.status = h('p', { class: 'pd-status', role: 'status', 'aria-live': 'polite' });
    this.alert = h('div', { class: 'pd-alert', role: 'alert' });
    this.speech = 0;
    /** Since when something is to be said. @type {number | null} */
    this.since = null;

    const line = h('div', { class: 'pd-line' }, this.status, this.time);
    const foot = h('div', { class: 'pd-foot' }, h('label', {}, `${say(lang, 'backend')} `, this.select),
      h('p', {}, say(lang, 'private')));
    this.element = h('div', { class: 'pd-frame' },
      h('div', { class: 'pd-input' }, task.input, this.alert, this.samples, this.credit),
      h('div', { class: 'pd-result' }, ...(this.networks ? [this.networks] : []), this.note, line, task.result), foot);
    this.#note(manifest);
  }

  /** @param {string | null} id null when the input is the reader's own */
  markSample(id) {
    for (const input of this.samples.querySelectorAll('input')) input.checked = input.value === id;
    const sample = this.all.find((one) => one.id === id);
    this.credit.replaceChildren(...(sample ? credit(sample, this.lang) : []));
  }

  /** Another network, with its own note, and its own samples where they are not the same. @param {Manifest} manifest */
  use(manifest) {
    this.#note(manifest);
    if (sources(this.samples).join() === manifest.samples.map(({ image }) => resolve(manifest, image)).join()) return;
    this.all = manifest.samples;
    count += 1;
    const fresh = samples(manifest, this.lang, `pd-sample-${count}`, this.actions.sample);
    this.samples.replaceWith(fresh);
    this.samples = fresh;
  }

  /** @param {Manifest} manifest */
  #note({ note }) {
    write(this.note, note?.[this.lang] ?? '');
    this.note.hidden = !note;
  }

  /** @param {string} url of the network's manifest @param {Backend} backend */
  mark(url, backend) {
    for (const input of this.networks?.querySelectorAll('input') ?? []) input.checked = input.value === url;
    this.select.value = backend;
  }

  /**
   * Says a sentence in the status line, once others have stopped coming.
   * @param {string} sentence
   * @param {number} [wait] milliseconds
   */
  tell(sentence, wait = QUIET) {
    clearTimeout(this.speech);
    this.since ??= performance.now();
    this.speech = window.setTimeout(() => {
      this.since = null;
      write(this.status, sentence);
    }, Math.min(wait, this.since + LONGEST - performance.now()));
  }

  /** @param {Backend} backend @param {number} milliseconds */
  took(backend, milliseconds) {
    write(this.time, say(this.lang, `took-${backend}`, { ms: milliseconds.toFixed(milliseconds < 10 ? 1 : 0) }));
  }

  /** @param {import('./errors.js').Code | null} code @param {Remedy} [remedy] */
  warn(code, remedy) {
    warn(this.alert, this.lang, code, remedy);
  }
}

/**
 * Says in a box what went wrong, with a button for the remedy and one that closes; without a code, empties it.
 * @param {HTMLElement} box
 * @param {import('./strings.js').Lang} lang
 * @param {import('./errors.js').Code | null} code
 * @param {Remedy} [remedy]
 */
export function warn(box, lang, code, remedy) {
  box.className = 'pd-alert';
  box.setAttribute('role', 'alert');
  box.dataset.code = code ?? '';
  box.dataset.remedy = remedy?.key ?? '';
  box.replaceChildren();
  if (!code) return;
  const act = () => { warn(box, lang, null); remedy?.act(); };
  box.append(h('p', {}, say(lang, code)),
    ...(remedy ? [h('button', { type: 'button', class: 'pd-button', onclick: act }, say(lang, remedy.key))] : []),
    h('button', { type: 'button', class: 'pd-close', 'aria-label': say(lang, 'dismiss'),
      onclick: () => warn(box, lang, null) }, '×'));
}

/**
 * @param {Manifest} manifest
 * @param {import('./strings.js').Lang} lang
 * @param {string} name
 * @param {(url: string) => void} choose
 * @returns {HTMLFieldSetElement | null} null when there is nothing to choose
 */
function networks(manifest, lang, name, choose) {
  const all = family(manifest);
  if (all.length < 2) return null;
  return h('fieldset', { class: 'pd-choice pd-networks' }, h('legend', {}, say(lang, 'networks')),
    ...all.map(({ variant, title, url }) => h('label', {},
      h('input', { type: 'radio', name, value: url, 'data-variant': variant, checked: variant === manifest.variant,
        onchange: () => choose(url) }), h('span', {}, title[lang]))));
}

/** @param {HTMLElement} element */
const sources = (element) => Array.from(element.querySelectorAll('img'), ({ src }) => src);

/**
 * @param {Manifest} manifest
 * @param {import('./strings.js').Lang} lang
 * @param {string} name
 * @param {(id: string) => void} choose
 */
function samples(manifest, lang, name, choose) {
  return h('fieldset', { class: 'pd-samples' }, h('legend', {}, say(lang, 'samples')),
    h('div', {}, ...manifest.samples.map(({ id, title, image }) => h('label', { title: title[lang] },
      h('input', { type: 'radio', name, value: id, onchange: () => choose(id) }),
      h('img', { src: resolve(manifest, image), alt: title[lang], width: 40, height: 40, loading: 'lazy' })))));
}
