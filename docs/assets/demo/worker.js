// The module worker that owns the page's one runtime. One request at a time: a session cannot run twice at once.
import { buildFor, hasWebGpu } from './backends.js';
import { DemoError, codeOf } from './errors.js';
import { compare, fetchModel } from './model.js';

/**
 * @typedef {typeof import('onnxruntime-web')} Ort
 * @typedef {import('onnxruntime-web').InferenceSession} Session
 * @typedef {import('./backends.js').Backend} Backend
 * @typedef {import('./model.js').Values} Values
 * @typedef {{name: string, type: 'uint8' | 'float32', data: Uint8Array | Float32Array, shape: readonly number[]}} Input
 * @typedef {{inputs: Input[], outputs: Record<string, number[]>, tolerance: Record<string, number>}} Canary
 *   inputs with the outputs that PyTorch gave, and how far off each may be
 * @typedef {{source: import('./model.js').Source, canary: Canary}} Model
 * @typedef {{id: number, backend: Backend, model: Model, inputs: Input[], fetches: string[]}} RunRequest
 * @typedef {{id: number, release: string[]}} ReleaseRequest the addresses of models
 * @typedef {{outputs: Record<string, Values>, milliseconds: number}} Result
 */

const MAX_SESSIONS = 4; // wasm memory never shrinks

/** @type {Map<string, Session>} by the model's address, oldest use first */
const sessions = new Map();
/** @type {{ort: Ort, providers: string[]} | undefined} */
let runtime;

/** @param {Backend} backend @returns {Promise<{ort: Ort, providers: string[]}>} */
async function start(backend) {
  if (backend === 'webgpu' && !(await hasWebGpu())) throw new DemoError('webgpu-unavailable');
  const { file, providers } = buildFor(backend);
  /** @type {Ort} */
  const ort = await import(new URL(`../ort/${file}`, import.meta.url).href).catch((error) => {
    throw new DemoError('runtime', error);
  });
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  return { ort, providers };
}

/** @param {Uint8Array} bytes known to be the right ones, so what fails is the runtime: no .wasm, or no memory */
async function open(bytes) {
  const { ort, providers } = /** @type {NonNullable<typeof runtime>} */ (runtime);
  try {
    return await ort.InferenceSession.create(bytes, { executionProviders: providers });
  } catch (error) {
    throw new DemoError('runtime', error);
  }
}

/** @param {Session} session @param {Input[]} inputs @param {string[]} fetches @returns {Promise<Result>} */
async function compute(session, inputs, fetches) {
  const { ort } = /** @type {NonNullable<typeof runtime>} */ (runtime);
  const feeds = Object.fromEntries(inputs.map(({ name, type, data, shape }) => (
    [name, new ort.Tensor(type, /** @type {any} */ (data), shape)])));
  const began = performance.now();
  const results = await session.run(feeds, fetches);
  const milliseconds = performance.now() - began;
  const outputs = Object.fromEntries(fetches.map((fetched) => {
    const { data: values, dims } = results[fetched];
    return [fetched, { data: /** @type {ArrayLike<number>} */ (values), shape: dims }];
  }));
  return { outputs, milliseconds };
}

/** @param {Model} model @returns {Promise<Session>} an open session; a new one first gets the canary right */
async function sessionOf({ source, canary }) {
  let session = sessions.get(source.url);
  if (session) {
    sessions.delete(source.url);
  } else {
    session = await open(await fetchModel(source));
    const { outputs } = await compute(session, canary.inputs, Object.keys(canary.outputs));
    const wrong = compare(outputs, canary.outputs, canary.tolerance);
    if (wrong) {
      await session.release();
      throw new DemoError('wrong-numbers', wrong);
    }
  }
  sessions.set(source.url, session);
  await release([...sessions.keys()].slice(0, -MAX_SESSIONS));
  return session;
}

/** @param {string[]} urls */
async function release(urls) {
  for (const url of urls) {
    const session = sessions.get(url);
    sessions.delete(url);
    await session?.release();
  }
}

/** @param {RunRequest | ReleaseRequest} request @returns {Promise<Result | null>} */
async function answer(request) {
  if ('release' in request) {
    await release(request.release);
    return null;
  }
  runtime ??= await start(request.backend);
  return compute(await sessionOf(request.model), request.inputs, request.fetches);
}

/** @type {Promise<void>} */
let queue = Promise.resolve();

self.addEventListener('message', ({ data: request }) => {
  queue = queue.then(async () => {
    try {
      self.postMessage({ id: request.id, result: await answer(request) });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      self.postMessage({ id: request.id, code: codeOf(error), detail });
    }
  });
});
