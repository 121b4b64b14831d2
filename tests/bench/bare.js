// The runtime alone in a worker that is asked for each run by a message: what waking up costs is not the site's doing.
import * as ort from './site/assets/ort/ort.wasm.min.mjs';

ort.env.wasm.numThreads = 1;
let session;
let tensors;
let fetches;

self.addEventListener('message', async ({ data: { bytes, inputs, names } }) => {
  if (bytes) {
    session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    tensors = Object.fromEntries(inputs.map(([name, ...tensor]) => [name, new ort.Tensor(...tensor)]));
    fetches = names;
    self.postMessage(0);
    return;
  }
  const began = performance.now();
  await session.run(tensors, fetches);
  self.postMessage(performance.now() - began);
});
