// <paper-demo src="…/lenet5.json" lang="zh">: a network that the reader can play with. When the reader comes to it, it
// takes the place of the static results inside it and shows what was computed beforehand; when a hand touches it, it
// starts the runtime.
import { codeOf } from './errors.js';
import { Frame, warn } from './frame.js';
import { latest } from './latest.js';
import { alike, isTuned, loadBeside, loadManifest, resolve, sampleFeeds } from './manifest.js';
import { Models } from './models.js';
import { runtime } from './runtime.js';
import { langOf, say } from './strings.js';
import { createTask } from './tasks/index.js';

/** @typedef {import('./manifest.js').Manifest} Manifest */
/** @typedef {'idle' | 'loading' | 'ready' | 'running' | 'error'} State */

const AWAY = 60_000; // ms off the screen after which the models' memory is given back
const NEAR = '0px 0px -10% 0px'; // in view: a tenth of the screen, so that a phone can draw the page's head first
const CONTROL = 'button, input, select, label, canvas';

export class PaperDemo extends HTMLElement {
  /** The network on show. @type {Manifest | null} */
  #manifest = null;
  /** The one that answers next to it. @type {Manifest | null} */
  #beside = null;
  /**
   * All that stands in the place of the static results.
   * @type {{frame: Frame, task: import('./tasks/index.js').Task} | null}
   */
  #view = null;
  /** The sample on show or on its way, or null for the reader's own input. @type {string | null} */
  #sample = null;
  /** The sample on show. @type {import('./manifest.js').Sample | null} */
  #loaded = null;
  /** Whether the reader has moved a control since the sample came, so that its known results are no longer true. */
  #isTuned = false;
  /** How many inputs, and choices, there have been: what was asked for before comes too late. */
  #inputs = 0;
  #choices = { sample: 0, network: 0 };
  #models = new Models();
  /** Why the last run failed. @type {import('./errors.js').Code | null} */
  #failure = null;
  #away = 0;
  #stop = new AbortController();
  #refresh = latest(() => this.#compute());
  #hasBegun = false;
  #isWaking = false;
  #watcher = new IntersectionObserver(([{ isIntersecting }]) => {
    clearTimeout(this.#away);
    if (isIntersecting) this.#begin();
    else this.#away = window.setTimeout(() => this.#leave(), AWAY);
  }, { rootMargin: NEAR });

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    for (const name of ['pointerdown', 'focusin']) {
      this.addEventListener(name, (event) => this.#wake(event), { signal });
    }
    runtime.addEventListener('backend', (event) => this.#moved(/** @type {CustomEvent} */ (event).detail), { signal });
    // Who comes by keyboard must find its controls on the way.
    document.addEventListener('focusin', () => this.#begin(), { signal });
    this.#watcher.observe(this);
  }

  disconnectedCallback() {
    this.#stop.abort();
    this.#watcher.disconnect();
    clearTimeout(this.#away);
    this.#leave();
  }

  #leave() {
    this.#view?.task.stop?.();
    this.#models.release();
  }

  /**
   * What the blocks of a network give for the input on show (for the first sample, if there is none).
   * @param {string[]} nodes blocks of the diagram; those without a tap are left out of the answer
   * @param {string | null} [variant] another than the one on show
   * @returns {Promise<Record<string, import('./model.js').Values>>} by node
   */
  async taps(nodes, variant = null) {
    const shown = this.#manifest ?? await loadManifest(this.getAttribute('src') ?? '');
    return this.#models.taps(shown, nodes, variant ?? shown.variant,
      (manifest) => this.#view?.task.feeds(manifest) ?? null);
  }

  async #begin() {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const lang = langOf(this);
    const results = [...this.childNodes];
    try {
      const manifest = await loadManifest(this.getAttribute('src') ?? '');
      const beside = await loadBeside(manifest);
      const task = await createTask({ lang, changed: () => this.#changed(), tuned: () => this.#tuned(),
        chosen: () => this.#choices.sample,
        refuse: (error, again, remedy = 'choose-again') => this.#say(error, remedy, again) }, manifest, beside);
      const frame = new Frame(manifest, lang, task, { network: (url) => this.#switch(url),
        sample: (id) => this.#choose(id), backend: (backend) => this.#move(backend) });
      [this.#manifest, this.#beside, this.#view] = [manifest, beside, { frame, task }];
      const [first] = manifest.samples;
      const feeds = await feedsOf(task, manifest, first, true);
      frame.element.inert = true; // a hand that is quicker than the first sample would draw under it
      this.replaceChildren(frame.element);
      await this.#put(first, feeds, true);
      frame.mark(manifest.url, runtime.backend);
      frame.tell(say(lang, 'idle'), 0);
      frame.element.inert = false;
      this.#state('idle');
    } catch (error) {
      // The static results stay, or come back; above them a sentence and a button.
      console.error(error);
      const box = document.createElement('div');
      [this.#manifest, this.#beside, this.#view] = [null, null, null];
      this.replaceChildren(box, ...results);
      warn(box, lang, codeOf(error), { key: 'retry', act: () => { box.remove(); this.#hasBegun = false; this.#begin(); } });
      this.#state('error');
    }
  }

  /** @param {Event} event */
  #wake(event) {
    const touched = event.target instanceof Element && event.target.closest(CONTROL);
    if (!touched || touched.closest('.pd-alert') || this.dataset.state !== 'idle' || !this.#view) return;
    if (!this.#sample || this.#view.task.feeds()) {
      this.#refresh();
    } else if (!this.#isWaking) { // a press is a touch and a focus
      this.#isWaking = true;
      this.#choose(this.#sample).finally(() => { this.#isWaking = false; });
    }
  }

  /** The reader changed the input. */
  #changed() {
    this.#inputs += 1;
    this.#sample = this.#loaded = null;
    this.#view?.frame.markSample(null);
    this.#accepted();
    this.#next();
  }

  /** The reader moved a control. */
  #tuned() {
    this.#isTuned = true;
    this.#next();
  }

  /** @param {string} id of a sample that the reader chose @returns {Promise<void>} */
  async #choose(id) {
    const [manifest, view] = [this.#manifest, this.#view];
    const sample = manifest?.samples.find((one) => one.id === id);
    if (!manifest || !sample || !view) return undefined;
    view.task.stop?.(); // a camera would give way to the sample only where that comes between two of its pictures
    const mine = (this.#inputs += 1);
    this.#choices.sample += 1;
    const isLate = () => mine !== this.#inputs;
    try {
      const feeds = await feedsOf(view.task, manifest, sample);
      if (isLate()) return undefined;
      if (manifest !== this.#manifest) return this.#choose(id); // for another network
      await this.#put(sample, feeds);
      if (isLate()) return undefined;
      this.#accepted();
      this.#next();
    } catch (error) {
      if (isLate()) return undefined;
      this.#sample = this.#loaded?.id ?? null;
      view.frame.markSample(this.#sample);
      this.#say(error, 'retry', () => this.#choose(id));
    }
    return undefined;
  }

  /**
   * Shows a sample with what is known of it beforehand.
   * @param {import('./manifest.js').Sample} sample
   * @param {import('./manifest.js').Feeds} feeds
   * @param {boolean} [example] whether it is there before the reader has asked for anything
   */
  async #put(sample, feeds, example) {
    const isAnswered = sample === this.#loaded && !this.#isTuned; // only its inputs were missing
    this.#sample = sample.id;
    this.#view?.frame.markSample(sample.id);
    await this.#view?.task.load(sample, feeds, example);
    if (this.#sample !== sample.id) return;
    this.#loaded = sample;
    this.#isTuned = isTuned(this.#manifest, feeds, this.#view?.task.feeds());
    if (this.#isTuned) this.#view?.task.show(null);
    else if (!isAnswered) this.#beforehand();
  }

  /** Whether the last run failed, and nothing else has been said since. */
  get #hasFailed() {
    return this.dataset.state === 'error' && this.#view?.frame.alert.dataset.code === this.#failure;
  }

  /** Another input has come: an offer to try again what did not come goes. That of a run that failed stays. */
  #accepted() {
    const { remedy } = this.#view?.frame.alert.dataset ?? {};
    if (remedy === 'retry' && !this.#hasFailed) this.#view?.frame.warn(null);
  }

  /** What was said of a file goes. What was said of the back end stays, and so does an offer to try again. */
  #next() {
    const { remedy } = this.#view?.frame.alert.dataset ?? {};
    if (this.dataset.state === 'error' && !this.#hasFailed) this.#state('idle'); // the reader has closed the message
    if (remedy === 'choose-again') this.#view?.frame.warn(null);
    return this.#refresh();
  }

  /** A sample's results are known before any run, as long as all controls stand where they stood then. */
  #beforehand() {
    if (this.#isTuned) return;
    const [outputs, beside] = [known(this.#manifest, this.#sample), known(this.#beside, this.#sample)];
    if (outputs) this.#view?.task.show(outputs, beside);
  }

  /**
   * Another network. It is given the input on show, unless it takes another kind or does not know the sample.
   * @param {string} url of its manifest
   */
  async #switch(url) {
    const view = this.#view;
    if (!view) return undefined;
    const mine = (this.#choices.network += 1);
    try {
      const manifest = await loadManifest(url);
      const beside = await loadBeside(manifest);
      const [first] = manifest.samples;
      const known = !this.#sample || manifest.samples.some(({ id }) => id === this.#sample);
      const stays = this.#manifest && alike(this.#manifest, manifest) && known;
      const feeds = stays ? null : await feedsOf(view.task, manifest, first);
      if (mine !== this.#choices.network) return undefined; // another one meanwhile
      [this.#manifest, this.#beside] = [manifest, beside];
      view.task.use(manifest, beside);
      view.frame.use(manifest);
      view.frame.mark(url, runtime.backend);
      if (feeds) await this.#put(first, feeds, true);
      else this.#beforehand();
    } catch (error) { // the network before goes on
      if (mine !== this.#choices.network) return undefined;
      view.frame.mark(this.#manifest?.url ?? '', runtime.backend);
      return this.#say(error, 'retry', () => this.#switch(url));
    }
    return this.#again();
  }

  /** @param {import('./backends.js').Backend} backend chosen by the reader */
  #move(backend) {
    runtime.use(backend);
    this.#refresh();
  }

  /** The page's back end changed: by a choice in any demo, or because WebGPU failed. @param {any} detail */
  #moved({ backend, reason }) {
    if (!this.#view) return;
    this.#view.frame.mark(this.#manifest?.url ?? '', backend);
    if (this.dataset.state === 'idle') return;
    if (reason) this.#view.frame.warn(reason);
    else this.#again();
  }

  async #compute() {
    const [manifest, other, view] = [this.#manifest, this.#beside, this.#view];
    if (!manifest || !view) return;
    const { frame, task } = view;
    const feeds = task.feeds();
    if (!feeds || this.dataset.state === 'error') { // an error waits for "Try again", but no old answer may stay
      if (this.#sample && !this.#isTuned) return; // its known results are true, or it is still on its way
      const sentence = task.show(null);
      frame.tell(feeds || this.#sample ? '' : sentence); // which says that there is no input
      if (this.dataset.state !== 'error' && !this.#sample) this.#state('ready');
      return;
    }
    this.#state(this.#models.has(manifest) ? 'running' : 'loading');
    if (this.dataset.state === 'loading') {
      frame.tell(say(frame.lang, 'loading'), 0);
      if (!this.#sample) task.show(null); // what stands there answers something else
    }
    const asked = this.#sample;
    try {
      const { outputs, milliseconds, backend } = await this.#answer(manifest, task, feeds, task.taps());
      const beside = other ? (await this.#answer(other, task, feeds, [])).outputs : undefined;
      this.#state('ready');
      // Another network or sample, or cleared meanwhile.
      if (manifest !== this.#manifest || asked !== this.#sample || !task.feeds()) return;
      this.dataset.backend = backend;
      frame.took(backend, milliseconds);
      frame.tell(task.show(outputs, beside));
      const models = [manifest, ...(other ? [other] : [])].map((each) => resolve(each, each.model.file));
      const detail = { outputs, beside, milliseconds, backend, variant: manifest.variant, models, sample: this.#sample };
      this.dispatchEvent(new CustomEvent('result', { bubbles: true, detail }));
    } catch (error) {
      this.#fail(error, () => this.#again());
    }
  }

  /**
   * One run of the network, or as many as the task needs for its answer.
   * @param {Manifest} manifest
   * @param {import('./tasks/index.js').Task} task
   * @param {import('./manifest.js').Feeds} feeds
   * @param {string[]} taps
   * @returns {Promise<import('./runtime.js').Result>} with the milliseconds of all runs
   */
  async #answer(manifest, task, feeds, taps) {
    if (!task.compute) return this.#models.run(manifest, feeds, taps);
    /** @type {Omit<import('./runtime.js').Result, 'outputs'>} */
    const all = { milliseconds: 0, backend: runtime.backend };
    const outputs = await task.compute(async (each) => {
      const { outputs, milliseconds, backend } = await this.#models.run(manifest, each, taps);
      all.milliseconds += milliseconds;
      all.backend = backend;
      return outputs;
    }, feeds, manifest);
    return { outputs, ...all };
  }

  /** Forgets an error and tries anew. */
  #again() {
    if (this.dataset.state === 'error') this.#state('idle');
    this.#view?.frame.warn(null);
    return this.#refresh();
  }

  /** @param {unknown} error @param {() => void} again */
  #fail(error, again) {
    this.#say(error, 'retry', again);
    this.#failure = codeOf(error);
    if (!this.#sample || this.#isTuned) this.#view?.task.show(null); // what stands there answered something else
    this.#view?.frame.tell('', 0);
    this.#state('error');
  }

  /** @param {unknown} error @param {'retry' | 'choose-again'} key @param {() => void} act */
  #say(error, key, act) {
    console.warn(error);
    this.#view?.frame.warn(codeOf(error), { key, act });
  }

  /** @param {State} state */
  #state(state) {
    this.dataset.state = state;
  }
}

/**
 * The inputs of a sample; none if the task can show it without them.
 * @param {import('./tasks/index.js').Task} task
 * @param {Manifest} manifest
 * @param {import('./manifest.js').Sample} sample
 * @param {boolean} [example]
 * @returns {Promise<import('./manifest.js').Feeds>}
 */
async function feedsOf(task, manifest, sample, example = false) {
  return (task.reads?.(example) ?? true) ? sampleFeeds(manifest, sample) : {};
}

/**
 * What PyTorch answered to a sample, without the outputs that are too large to be known whole.
 * @param {Manifest | null} manifest
 * @param {string | null} id of the sample
 * @returns {import('./tasks/index.js').Outputs | undefined}
 */
function known(manifest, id) {
  const sample = manifest?.samples.find((one) => one.id === id);
  if (!manifest || !sample) return undefined;
  const values = { ...sample.outputs, ...sample.taps };
  return Object.fromEntries([...manifest.outputs, ...manifest.taps]
    .filter(({ name, shape }) => values[name]?.length === shape.reduce((a, b) => a * b, 1))
    .map(({ name, shape }) => [name, { data: values[name], shape }]));
}
