// What `make bench` times in the browser, on a page of its own: the site's path to an answer, the bare runtime on the
// same graph, and TensorFlow.js. All take turns, so that a busy moment hits them alike.
import { NETWORKS } from './tensorflow.js';

const SITE = new URL('./site/', location.href).href;
const ROUNDS = 8;
const ENOUGH = 400; // ms that a turn lasts, or one run
const PATIENCE = 60_000; // ms after which no further round, or sample, begins

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** @param {string} file */
const ours = (file) => import(`${SITE}assets/demo/${file}`);

/**
 * Everything about one network that needs a browser.
 * @param {{src: string, backend: string, rebuilt: boolean, bare: boolean}} what
 */
window.measure = async ({ src, backend, rebuilt, bare }) => {
  const { runtime } = await ours('runtime.js');
  const { loadManifest, sampleFeeds, resolve } = await ours('manifest.js');
  const { kept } = await ours('model.js');
  const manifest = await loadManifest(`${SITE}models/${src}`);
  const feeds = await sampleFeeds(manifest, manifest.samples[0]);
  const names = manifest.outputs.map(({ name }) => name);
  const taps = [...names, ...manifest.taps.map(({ name }) => name)];
  runtime.use(backend);
  const difference = {};
  const began = performance.now();
  for (const sample of manifest.samples) {
    if (performance.now() - began > PATIENCE) break; // without a graphics card WebGPU takes a minute for one
    const { outputs } = await runtime.run(manifest, await sampleFeeds(manifest, sample), names);
    for (const [name, values] of Object.entries(sample.outputs)) {
      const found = kept(outputs[name].data);
      values.forEach((value, i) => { difference[name] = Math.max(difference[name] ?? 0, Math.abs(value - found[i])); });
    }
  }
  const run = async (fetches) => (await runtime.run(manifest, feeds, fetches)).milliseconds;
  /** @type {Record<string, () => Promise<number>>} each gives the ms in its worker, as the page shows them; or 0 */
  const turns = { ours: () => run(names), ...(bare ? { taps: () => run(taps) } : {}) };
  const opened = bare ? await openBare(manifest, feeds, resolve, names) : null;
  if (opened) Object.assign(turns, { bare: opened.run, asked: opened.ask });
  if (rebuilt) turns.tensorflow = await rebuild(manifest, feeds);
  const times = Object.fromEntries(Object.keys(turns).flatMap((name) => [[name, []], [`${name} inside`, []]]));
  const start = performance.now();
  for (let round = 0; round < ROUNDS && (!round || performance.now() - start < PATIENCE); round += 1) {
    for (const [name, turn] of Object.entries(turns)) {
      await turn(); // warm again after the others
      const [whole, inside] = await repeat(turn);
      times[name].push(whole);
      times[`${name} inside`].push(inside);
    }
  }
  return { backend: runtime.backend, difference, sessions: opened?.sessions,
    ...Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)])) };
};

/**
 * The clock ticks in tenths of a millisecond: many runs are timed as one.
 * @param {() => Promise<number>} turn
 * @returns {Promise<[number, number]>} ms of a run, and what it says itself
 */
async function repeat(turn) {
  const began = performance.now();
  let [count, inside] = [0, 0];
  while (!count || performance.now() - began < ENOUGH) {
    inside += await turn();
    count += 1;
  }
  return [(performance.now() - began) / count, inside / count];
}

/**
 * The runtime alone: on the page, as its own documentation uses it, with the times of its first two sessions; and in a
 * worker that is asked for each run by a message, as the site's is.
 */
async function openBare(manifest, feeds, resolve, names) {
  const ort = await import(`${SITE}assets/ort/ort.wasm.min.mjs`);
  ort.env.wasm.numThreads = 1;
  const bytes = new Uint8Array(await (await fetch(resolve(manifest, manifest.model.file))).arrayBuffer());
  const sessions = [];
  let session;
  for (let i = 0; i < 2; i += 1) { // the first compiles the runtime's WebAssembly
    await session?.release();
    const began = performance.now();
    session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    sessions.push(performance.now() - began);
  }
  const inputs = manifest.inputs.map(({ name, type, shape, control }) => (
    [name, type, feeds[name] ?? Float32Array.from(control.default), shape]));
  const tensors = Object.fromEntries(inputs.map(([name, ...tensor]) => [name, new ort.Tensor(...tensor)]));
  const worker = new Worker('bare.js', { type: 'module' });
  const ask = (request) => new Promise((resolved) => {
    worker.onmessage = ({ data }) => resolved(data);
    worker.postMessage(request);
  });
  await ask({ bytes, inputs, names });
  return { sessions, run: () => session.run(tensors, names).then(() => 0), ask: () => ask({}) };
}

/** The network in TensorFlow.js, which first has to give the same answer. */
async function rebuild(manifest, feeds) {
  const { tf } = globalThis;
  tf.wasm.setWasmPaths(new URL('./tensorflow/', location.href).href);
  tf.wasm.setThreadsCount(1);
  await tf.setBackend('wasm');
  const folder = new URL(`./weights/${manifest.variant}`, location.href).href;
  const bytes = await (await fetch(`${folder}.bin`)).arrayBuffer();
  const weights = (await (await fetch(`${folder}.json`)).json()).map(({ shape, offset }) => (
    tf.tensor(new Float32Array(bytes, offset, shape.reduce((a, b) => a * b, 1)), shape)));
  const { output, build } = NETWORKS[manifest.variant];
  const run = async () => {
    const answer = tf.tidy(() => build(tf, weights, tf.tensor(feeds.pixels, manifest.inputs[0].shape)));
    const values = await answer.data();
    answer.dispose();
    return values;
  };
  const values = await run();
  const { compare } = await ours('model.js');
  const wrong = compare({ [output]: { data: values } }, { [output]: manifest.samples[0].outputs[output] }, manifest.tolerance);
  if (wrong) throw new Error(`TensorFlow.js: ${wrong}`);
  return () => run().then(() => 0);
}
