// The page's side of the runtime: one worker for all demos, started by the first run and not before.
import { isIos } from './backends.js';
import { DemoError } from './errors.js';
import { resolve, sampleFeeds } from './manifest.js';

/**
 * @typedef {import('./backends.js').Backend} Backend
 * @typedef {import('./manifest.js').Manifest} Manifest
 * @typedef {import('./worker.js').Result & {backend: Backend}} Result
 * @typedef {{resolve: (result: any) => void, reject: (error: unknown) => void}} Waiting
 */

/** Codes after which the worker is not to be used again; it is ended, and the next run starts a fresh one. */
const FATAL = ['runtime', 'failed', 'webgpu-unavailable'];

/** @type {Partial<Record<import('./errors.js').Code, import('./errors.js').Code>>} */
const ON_WEBGPU = { 'webgpu-unavailable': 'webgpu-unavailable', 'wrong-numbers': 'webgpu-numbers',
  runtime: 'webgpu-failed', failed: 'webgpu-failed' };

/** Fires 'backend' (detail: {backend, reason}) when the back end changes; `reason` is a Code, or null for a choice. */
class Runtime extends EventTarget {
  /** @type {Backend} */
  backend = 'wasm';
  /** How many workers have ended, and all models in their memory with them. */
  ended = 0;
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #next = 0;

  /**
   * @param {Backend} backend used by every demo of the page from the next run on
   * @param {import('./errors.js').Code | null} [reason]
   */
  use(backend, reason = null) {
    if (backend === this.backend) return;
    this.#end(new DemoError('failed', 'the back end was changed'));
    this.backend = backend;
    this.dispatchEvent(new CustomEvent('backend', { detail: { backend, reason } }));
  }

  /**
   * Runs a model once. What fails on WebGPU is run again on WebAssembly, and 'backend' says why.
   * @param {Manifest} manifest
   * @param {import('./manifest.js').Feeds} feeds
   * @param {string[]} fetches names of outputs and taps
   * @returns {Promise<Result>}
   * @throws {DemoError}
   */
  async run(manifest, feeds, fetches) {
    const { backend } = this;
    try {
      if (backend === 'webgpu' && isIos(navigator)) throw new DemoError('webgpu-unavailable');
      const model = await describe(manifest);
      return { ...await this.#ask({ backend, model, inputs: inputs(manifest, feeds), fetches }), backend };
    } catch (error) {
      if (this.backend !== backend) return this.run(manifest, feeds, fetches); // changed meanwhile
      const code = error instanceof DemoError ? error.code : 'failed';
      if (FATAL.includes(code)) this.#end(error);
      const reason = ON_WEBGPU[code];
      // Without a network the runtime cannot come either; that is what the reader can mend.
      if (backend === 'wasm' || !reason) throw code === 'runtime' && !navigator.onLine ? new DemoError('offline', error) : error;
      console.warn(error);
      this.use('wasm', reason);
      return this.run(manifest, feeds, fetches);
    }
  }

  /** Gives the memory of models back. @param {Manifest[]} manifests */
  release(manifests) {
    if (!this.#worker || !manifests.length) return;
    this.#ask({ release: manifests.map((manifest) => resolve(manifest, manifest.model.file)) }).catch(() => {});
  }

  /** @param {object} request @returns {Promise<any>} */
  #ask(request) {
    this.#worker ??= this.#start();
    const id = (this.#next += 1);
    this.#worker.postMessage({ id, ...request });
    return new Promise((resolved, reject) => this.#waiting.set(id, { resolve: resolved, reject }));
  }

  #start() {
    const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data: { id, result, code, detail } }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (!code) waiting?.resolve(result);
      else waiting?.reject(new DemoError(code, detail));
    });
    // The worker's own script is missing or broke.
    worker.addEventListener('error', (event) => this.#end(new DemoError('runtime', event.message)));
    return worker;
  }

  /** @param {unknown} error for whoever still waits */
  #end(error) {
    if (this.#worker) this.ended += 1;
    this.#worker?.terminate();
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

/**
 * What the graph takes, in the types it takes.
 * @param {Manifest} manifest
 * @param {import('./manifest.js').Feeds} feeds
 * @returns {import('./worker.js').Input[]}
 */
function inputs(manifest, feeds) {
  return manifest.inputs.map(({ name, type, shape, control }) => (
    { name, type, shape, data: feeds[name] ?? Float32Array.from(control?.default ?? []) }));
}

/** @type {WeakMap<Manifest, Promise<import('./worker.js').Model>>} */
const described = new WeakMap();

/** @param {Manifest} manifest @returns {Promise<import('./worker.js').Model>} */
function describe(manifest) {
  const known = described.get(manifest);
  if (known) return known;
  const [first] = manifest.samples;
  const source = { url: resolve(manifest, manifest.model.file), sha256: manifest.model.sha256,
    bytes: manifest.model.bytes };
  const promise = sampleFeeds(manifest, first).then((feeds) => (
    { source, canary: { inputs: inputs(manifest, feeds), outputs: first.outputs, tolerance: manifest.tolerance } }));
  described.set(manifest, promise);
  promise.catch(() => described.delete(manifest)); // so that a second try can work
  return promise;
}

export const runtime = new Runtime();
