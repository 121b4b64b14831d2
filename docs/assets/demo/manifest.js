// What export/ wrote about one exported model, and how it is fetched.
import { DemoError, get, whole } from './errors.js';

/**
 * @typedef {{en: string, zh: string}} Text
 * @typedef {{name: string, shape: number[], type: string, title: Text, unit: Text, better: 'high' | 'low' | null}} Output
 * @typedef {{name: string, node: string, shape: number[], title: Text}} Tap
 * @typedef {{title: Text, default: number[], low: number, high: number, step: number}} Control
 * @typedef {{name: string, shape: number[], type: 'uint8' | 'float32', control: Control | null}} Input
 * @typedef {{text: Text, url: string | null}} Credit a licence, or a name, with a link
 * @typedef {{base64: string | null, file: string | null}} Data the bytes of an array, here or in a file
 * @typedef {{id: string, label: string, title: Text, source: string, credit: Credit[], image: string,
 *   pictures: Record<string, string>, inputs: Record<string, Data>,
 *   answer: {text: Text, detail: Text}, outputs: Record<string, number[]>, taps: Record<string, number[]>,
 *   extra: Record<string, any>}} Sample
 *   of an output with many values, `outputs` has every n-th
 * @typedef {Uint8Array | Float32Array} Values
 * @typedef {Record<string, Values>} Feeds inputs by name; a control that is left out stands at its default
 * @typedef {object} Manifest
 * @property {string} url its address: every path in it is relative to this
 * @property {string} [whole] of a short manifest: the whole one, whose address it takes
 * @property {string} variant
 * @property {string} task
 * @property {Text} title
 * @property {Text | null} note what the reader should know of its answers
 * @property {{file: string, sha256: string, bytes: number}} model
 * @property {Input[]} inputs
 * @property {Output[]} outputs
 * @property {{en: string[], zh: string[]}} labels
 * @property {Tap[]} taps
 * @property {Record<string, number>} tolerance
 * @property {Sample[]} samples
 * @property {{variant: string, title: Text, src: string}[]} siblings
 * @property {string | null} beside the manifest of a network that answers next to this one
 * @property {Record<string, any>} extra what only the task needs
 */

/** @type {Map<string, Promise<Manifest>>} */
const known = new Map();

/**
 * The manifest at an address, fetched once a page. A failure is forgotten, so that a second try can work.
 * @param {string} src relative to the page, or absolute
 * @returns {Promise<Manifest>}
 * @throws {import('./errors.js').DemoError} 'manifest' or 'offline'
 */
export function loadManifest(src) {
  const url = new URL(src, document.baseURI).href;
  let promise = known.get(url);
  if (!promise) {
    promise = read(url);
    known.set(url, promise);
    promise.catch(() => known.delete(url));
  }
  return promise;
}

/** @param {string} url @returns {Promise<Manifest>} */
async function read(url) {
  const response = await get(url, 'manifest');
  const manifest = await response.json().catch((error) => {
    throw new DemoError('manifest', error);
  });
  return { ...manifest, url: new URL(manifest.whole ?? '', url).href };
}

/**
 * The networks that the reader can choose among: the siblings, and the model itself where they leave it out.
 * @param {Manifest} manifest
 * @returns {{variant: string, title: Text, url: string}[]}
 */
export function family(manifest) {
  const all = manifest.siblings.map(({ variant, title, src }) => ({ variant, title, url: resolve(manifest, src) }));
  if (!all.some(({ variant }) => variant === manifest.variant)) {
    all.unshift({ variant: manifest.variant, title: manifest.title, url: manifest.url });
  }
  return all;
}

/**
 * Whether two networks take the same kind of input.
 * @param {Manifest} one
 * @param {Manifest} other
 */
export const alike = (one, other) => one.inputs.length === other.inputs.length
  && one.inputs.every(({ name, shape }, i) => name === other.inputs[i].name && `${shape}` === `${other.inputs[i].shape}`);

/**
 * Whether a control stands elsewhere than a sample asks for, or, where the sample says nothing, than at first.
 * @param {Manifest | null} manifest
 * @param {Feeds} sample
 * @param {Feeds | null} [feeds]
 */
export const isTuned = (manifest, sample, feeds) => Boolean(manifest?.inputs.some(({ name, control }) =>
  control?.default.some((value, i) =>
    feeds?.[name] && Math.fround(sample[name]?.[i] ?? value) !== Math.fround(feeds[name][i]))));

/** The network that answers next to this one, if there is one. @param {Manifest} manifest */
export const loadBeside = async (manifest) =>
  (manifest.beside ? loadManifest(resolve(manifest, manifest.beside)) : null);

/** @param {Manifest} manifest @param {string} path @returns {string} an absolute address */
export const resolve = (manifest, path) => new URL(path, manifest.url).href;

/**
 * A sample's inputs, exactly the bytes that PyTorch was given.
 * @param {Manifest} manifest
 * @param {Sample} sample
 * @returns {Promise<Feeds>}
 * @throws {import('./errors.js').DemoError} 'sample-missing' or 'offline'
 */
export async function sampleFeeds(manifest, sample) {
  const pairs = Object.entries(sample.inputs).map(async ([name, { base64, file }]) => {
    const bytes = file ? await whole(await get(resolve(manifest, file), 'sample-missing'))
      : Uint8Array.from(atob(base64 ?? ''), (char) => char.charCodeAt(0));
    const { type } = /** @type {Input} */ (manifest.inputs.find((input) => input.name === name));
    return [name, type === 'uint8' ? bytes : new Float32Array(bytes.buffer)];
  });
  return Object.fromEntries(await Promise.all(pairs));
}
