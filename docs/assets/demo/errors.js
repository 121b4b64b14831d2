// Everything that can go wrong has a code; the code is the key of its sentence in strings.js.

/**
 * @typedef {'manifest' | 'sample-missing' | 'model-missing' | 'model-damaged' | 'runtime' | 'offline' | 'wrong-numbers' | 'failed'
 *   | 'webgpu-unavailable' | 'webgpu-numbers' | 'webgpu-failed'
 *   | 'not-image' | 'empty-file' | 'too-large' | 'no-ink' | 'camera-denied' | 'camera-missing'} Code
 */

/** An error that the reader is told about, in their language. `detail` is for the console only. */
export class DemoError extends Error {
  /**
   * @param {Code} code
   * @param {unknown} [detail] what the machine said
   */
  constructor(code, detail) {
    super(detail instanceof Error ? detail.message : String(detail ?? ''));
    this.name = `DemoError ${code}`;
    this.code = code;
  }
}

/**
 * All bytes of an answer, which may still break off.
 * @param {Response} response
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {DemoError} 'offline'
 */
export async function whole(response) {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new DemoError('offline', error);
  }
}

/**
 * The code of whatever was thrown; what nobody foresaw is 'failed'.
 * @param {unknown} error
 * @returns {Code}
 */
export const codeOf = (error) => (error instanceof DemoError ? error.code : 'failed');

/**
 * `fetch` that tells an unreachable network from a missing file.
 * @param {string} url
 * @param {Code} missing the code for an answer that is not 2xx
 * @param {RequestCache} [cache]
 * @returns {Promise<Response>}
 * @throws {DemoError} 'offline' or `missing`
 */
export async function get(url, missing, cache = 'default') {
  let response;
  try {
    response = await fetch(url, { cache });
  } catch (error) {
    throw new DemoError('offline', error);
  }
  if (!response.ok) throw new DemoError(missing, `${response.status} ${url}`);
  return response;
}
