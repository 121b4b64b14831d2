// Which build of the runtime runs where. Plain WebAssembly is the default; WebGPU only when the reader chooses it.
// The files lie beside this folder in ../ort/, and `wasmPaths` stays unset: each build then finds its own .wasm.

/** @typedef {'wasm' | 'webgpu'} Backend */
/** @typedef {{file: string, providers: string[]}} Build */

/** @type {Record<'wasm' | 'jspi' | 'asyncify', Build>} */
const BUILDS = {
  wasm: { file: 'ort.wasm.min.mjs', providers: ['wasm'] },
  jspi: { file: 'ort.jspi.min.mjs', providers: ['webgpu', 'wasm'] },
  asyncify: { file: 'ort.webgpu.min.mjs', providers: ['webgpu', 'wasm'] },
};

/**
 * The build for a back end: JavaScript promise integration where the browser has it, because it is 10 MB smaller.
 * @param {Backend} backend
 * @param {boolean} [suspending] whether WebAssembly.Suspending exists
 * @returns {Build}
 */
export function buildFor(backend, suspending = 'Suspending' in WebAssembly) {
  if (backend === 'wasm') return BUILDS.wasm;
  return suspending ? BUILDS.jspi : BUILDS.asyncify;
}

/**
 * iPhones and iPads crash in the WebGPU builds; an iPad says that it is a Mac, but a Mac has no touch screen.
 * @param {{userAgent: string, maxTouchPoints?: number}} who
 * @returns {boolean}
 */
export const isIos = ({ userAgent, maxTouchPoints = 0 }) =>
  /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);

/**
 * Whether WebGPU can be used here: an adapter was given, not only the interface.
 * @param {any} [scope] a navigator
 * @returns {Promise<boolean>}
 */
export async function hasWebGpu(scope = navigator) {
  if (isIos(scope) || !scope.gpu) return false;
  try {
    return (await scope.gpu.requestAdapter()) !== null;
  } catch {
    return false;
  }
}
