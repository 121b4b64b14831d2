// Before a model is trusted: its bytes are the ones that were exported, and here it computes what PyTorch computed.
import { DemoError, get, whole } from './errors.js';

/** @typedef {{url: string, sha256: string, bytes: number}} Source */
/** @typedef {{data: ArrayLike<number>, shape: readonly number[]}} Values an output */

/**
 * The checked bytes of a model. A damaged copy in the browser's cache gets one second chance from the server.
 * @param {Source} source
 * @returns {Promise<Uint8Array>}
 * @throws {DemoError} 'model-missing', 'model-damaged' or 'offline'
 */
export async function fetchModel(source) {
  for (const cache of /** @type {const} */ (['default', 'reload'])) {
    const response = await get(source.url, 'model-missing', cache);
    const bytes = await whole(response);
    if (await isIntact(bytes, source)) return bytes;
  }
  throw new DemoError('model-damaged', source.url);
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {Source} source @returns {Promise<boolean>} */
async function isIntact(bytes, source) {
  if (bytes.length !== source.bytes) return false;
  if (!crypto.subtle) return true; // only on secure origins and localhost
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') === source.sha256;
}

const [WHOLE, SOME] = [256, 64]; // as in export/manifest.py

/**
 * Of many values every n-th, as a sample keeps them; all of few.
 * @param {ArrayLike<number>} values
 * @returns {number[]}
 */
export function kept(values) {
  const every = values.length > WHOLE ? Math.ceil(values.length / SOME) : 1;
  return Array.from({ length: Math.ceil(values.length / every) }, (_, i) => Number(values[i * every]));
}

/**
 * The output that is further off than it may be, in words, or null when all are right. NaN is never right.
 * @param {Record<string, Values>} got
 * @param {Record<string, number[]>} wanted as a sample keeps them
 * @param {Record<string, number>} tolerance
 * @returns {string | null}
 */
export function compare(got, wanted, tolerance) {
  for (const [name, values] of Object.entries(wanted)) {
    const found = kept(got[name]?.data ?? []);
    const allowed = tolerance[name] ?? 0;
    if (found.length !== values.length) return `${name}: ${found.length || 'no'} values, not ${values.length}`;
    for (let i = 0; i < values.length; i += 1) {
      const off = Math.abs(found[i] - values[i]);
      if (!(off <= allowed)) return `${name}[${i}]: ${found[i]}, not ${values[i]} within ${allowed}`;
    }
  }
  return null;
}
