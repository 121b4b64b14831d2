// The networks of one demo, and which of them may be in the runtime's memory.
import { alike, family, loadBeside, loadManifest, sampleFeeds } from './manifest.js';
import { runtime } from './runtime.js';

/**
 * @typedef {import('./manifest.js').Manifest} Manifest
 * @typedef {import('./manifest.js').Feeds} Feeds
 */

export class Models {
  /** @type {Map<Manifest, number>} and how many workers had ended when each was opened */
  #open = new Map();

  /** Whether a run will not have to load anything first. @param {Manifest} manifest */
  has(manifest) {
    return this.#open.get(manifest) === runtime.ended;
  }

  /**
   * All outputs of a model, and the taps that are asked for.
   * @param {Manifest} manifest
   * @param {Feeds} feeds
   * @param {string[]} taps
   * @returns {Promise<import('./runtime.js').Result>}
   */
  run(manifest, feeds, taps) {
    return this.#fetch(manifest, feeds, [...manifest.outputs.map(({ name }) => name), ...taps]);
  }

  /**
   * What the blocks of a network give.
   * @param {Manifest} shown the network on show
   * @param {string[]} nodes blocks of the diagram; those without a tap are left out of the answer
   * @param {string | null} variant another member of its family, or one beside such a member, if not itself; one that
   *   takes another kind of input is not asked, but the network on show, for the blocks that both have
   * @param {(manifest: Manifest) => Feeds | null} feeds the input on show as a network takes it; null for the first sample
   * @returns {Promise<Record<string, import('./model.js').Values>>} by node
   */
  async taps(shown, nodes, variant, feeds) {
    const other = await relative(shown, variant);
    const manifest = alike(shown, other) ? other : shown;
    const taps = manifest.taps.filter(({ node }) => nodes.includes(node));
    if (!taps.length) return {};
    const names = taps.map(({ name }) => name);
    const given = feeds(manifest) ?? await sampleFeeds(manifest, manifest.samples[0]);
    const { outputs } = await this.#fetch(manifest, given, names);
    return Object.fromEntries(taps.map(({ node, name }) => [node, outputs[name]]));
  }

  /** Gives the memory back; the next run opens what it needs again. */
  release() {
    runtime.release([...this.#open.keys()]);
    this.#open.clear();
  }

  /** @param {Manifest} manifest @param {Feeds} feeds @param {string[]} names */
  async #fetch(manifest, feeds, names) {
    const result = await runtime.run(manifest, feeds, names);
    this.#open.set(manifest, runtime.ended);
    return result;
  }
}

/** @param {Manifest} shown @param {string | null} variant @returns {Promise<Manifest>} itself if there is no such one */
async function relative(shown, variant) {
  if (variant === null || variant === shown.variant) return shown;
  const all = family(shown);
  const own = all.find((member) => member.variant === variant);
  if (own) return loadManifest(own.url);
  for (const { url } of all) {
    const beside = await loadBeside(await loadManifest(url));
    if (beside?.variant === variant) return beside;
  }
  return shown;
}
