// Task name in the manifest -> its module, loaded when a page has such a demo.

/**
 * @typedef {import('../manifest.js').Manifest} Manifest
 * @typedef {import('../manifest.js').Sample} Sample
 * @typedef {import('../manifest.js').Feeds} Feeds
 * @typedef {Record<string, import('../model.js').Values>} Outputs
 * @typedef {object} Host what a task may ask of its demo
 * @property {import('../strings.js').Lang} lang
 * @property {() => void} changed the reader changed the input
 * @property {() => void} tuned the reader moved a control; the input is the same
 * @property {() => number} chosen how many samples the reader has chosen so far, for an input that is long in coming
 * @property {(error: unknown, again: () => void, remedy?: 'choose-again' | 'retry') => void} refuse
 *   an input was no good; `again` lets the reader choose another
 * @typedef {object} Task one kind of input and one kind of result
 * @property {HTMLElement} input
 * @property {HTMLElement} result
 * @property {(manifest: Manifest, beside: Manifest | null) => void} use shows results of these models from now on
 * @property {(example: boolean) => boolean} [reads] whether it needs the inputs of a sample to show it, or of an example
 *   (left out: always); without them, `load` is given none
 * @property {(sample: Sample, feeds: Feeds, example?: boolean) => void | Promise<void>} load puts a sample in place of the input; an
 *   example is there before the reader has asked for anything, and gives way to the first thing that they draw
 * @property {(manifest?: Manifest) => Feeds | null} feeds the inputs for the graph, of the network on show or of one that is
 *   alike; null when there is nothing to compute, or an example that was shown without them
 * @property {(run: (feeds: Feeds) => Promise<Outputs>, feeds: Feeds, manifest: Manifest) => Promise<Outputs>} [compute]
 *   where one run of a network is not enough for an answer: runs it as often as it needs to
 * @property {() => string[]} taps those that the result always shows
 * @property {(outputs: Outputs | null, beside?: Outputs) => string} show
 *   paints a result, or none, with that of the network beside it; returns the sentence that says it
 * @property {() => void} [stop] lets go of what must not go on unseen, such as a camera
 */

/** @type {Record<string, () => Promise<{create: (host: Host, manifest: Manifest, beside: Manifest | null) => Task}>>} */
const TASKS = {
  classify: () => import('./classify.js'),
  compare: () => import('./compare.js'),
  detect: () => import('./detect.js'),
  draw: () => import('./draw.js'),
  segment: () => import('./segment.js'),
  transform: () => import('./transform.js'),
};

/**
 * @param {Host} host
 * @param {Manifest} manifest names the task
 * @param {Manifest | null} beside of a network that answers next to it
 * @returns {Promise<Task>}
 */
export async function createTask(host, manifest, beside) {
  const { create } = await TASKS[manifest.task]();
  return create(host, manifest, beside);
}
