// The page's side of the service worker: it is started once the page is there, and told what the page has loaded.

/** @typedef {{saved: boolean, bytes: number}} State */
/** @typedef {'full' | 'network' | 'outdated' | 'refused'} Failure */

const ROOT = new URL('../../', import.meta.url).href;
const SILENCE = 300_000; // ms: a worker that the browser has ended does not answer; its largest file takes a while
const PLAIN_RUNTIME = ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

/** Not over plain HTTP, and not while somebody is writing: `make dev` wants the newest page every time. */
const writing = document.querySelector('script[src="/__live.js"]') !== null;
export const possible = window.isSecureContext && 'serviceWorker' in navigator && !writing;

/** Whether it is to be started without being asked for. */
const welcome = possible && !(/** @type {any} */ (navigator).connection?.saveData);

/** @type {Promise<ServiceWorker> | undefined} */
let starting;

/** The worker at work. @returns {Promise<ServiceWorker>} @throws where the browser refuses, or a file did not come */
export function start() {
  starting ??= register();
  starting.catch(() => {
    starting = undefined; // another time
  });
  return starting;
}

/** @returns {Promise<ServiceWorker>} */
async function register() {
  const registration = await navigator.serviceWorker.register(`${ROOT}sw.js`, { scope: ROOT, updateViaCache: 'none' });
  if (registration.active) return registration.active;
  const worker = registration.installing ?? registration.waiting;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (worker?.state === 'activated') resolve(worker);
      if (!worker || worker.state === 'redundant') reject(new Error('the worker was not installed'));
    };
    worker?.addEventListener('statechange', look);
    look();
  });
}

/** The one in charge, which may have changed since. */
const current = async () => navigator.serviceWorker.controller ?? start();

/** @param {string[]} urls what is in use here and is to be kept */
async function visited(urls) {
  (await current()).postMessage({ type: 'visited', urls, hash: await own });
}

/** The hash of this page as it was loaded, which the browser still has; the server may have another one soon. */
async function hashOfPage() {
  try {
    const page = await fetch(location.href, { cache: 'force-cache' });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await page.arrayBuffer()));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  } catch {
    return '';
  }
}

/**
 * @param {'state' | 'save' | 'remove'} type
 * @param {string} slug
 * @param {(done: number, bytes: number) => void} [progress]
 * @returns {Promise<State>}
 * @throws {Failure}
 */
export async function ask(type, slug, progress = () => {}) {
  const worker = await current().catch(() => {
    throw navigator.onLine ? 'refused' : 'network';
  });
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    let timer = 0;
    const listen = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => reject('network'), SILENCE);
    };
    listen();
    port1.onmessage = ({ data }) => {
      listen();
      if (data.done !== undefined) progress(data.done, data.bytes);
      else if (data.error) reject(data.error);
      else resolve(data);
    };
    worker.postMessage({ type, slug }, [port2]);
  });
}

/** @returns {Promise<void>} when the page has loaded and has nothing else to do */
const rest = () => new Promise((resolve) => {
  const idle = () => ('requestIdleCallback' in window ? requestIdleCallback(() => resolve(), { timeout: 2000 }) : setTimeout(resolve, 500));
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle, { once: true });
});

/** Starts the worker when the page is at rest, and tells it what the page is made of. @returns {Promise<boolean>} */
export async function begin() {
  if (writing) await dismiss();
  if (!welcome) return false;
  // A demo at work: its networks and the runtime were fetched by its worker, perhaps before this one was there.
  addEventListener('result', (event) => {
    const { detail: { models, backend } } = /** @type {CustomEvent} */ (event);
    const runtime = backend === 'wasm' ? PLAIN_RUNTIME.map((name) => `${ROOT}assets/ort/${name}`) : [];
    const urls = [...models, ...runtime].filter((url) => !told.has(url));
    for (const url of urls) told.add(url);
    if (urls.length) visited(urls).catch(() => {});
  });
  navigator.serviceWorker.addEventListener('controllerchange', watch);
  own = rest().then(hashOfPage);
  await own;
  try {
    await start();
    watch();
    // A page that comes back from the browser's memory may have been forgotten.
    addEventListener('pageshow', ({ persisted }) => persisted && watch());
    return true;
  } catch (error) {
    console.info('Pages are not kept for offline use:', error);
    return false;
  }
}

/** @type {Set<string>} */
const told = new Set();

/** @type {Promise<string>} */
let own = Promise.resolve('');
/** @type {Set<string>} */
const loaded = new Set([location.href.split('#')[0]]);
let watching = false;

/** Tells the worker what this page has loaded without it, and goes on to load. */
function watch() {
  const tell = () => visited([...loaded]).catch(() => {});
  let timer = window.setTimeout(tell);
  if (watching) return;
  watching = true;
  new PerformanceObserver((entries) => {
    for (const { name } of entries.getEntries()) loaded.add(name);
    clearTimeout(timer);
    timer = window.setTimeout(tell, 200);
  }).observe({ type: 'resource', buffered: true });
}

/** Ends the worker that an earlier `make serve` left at this address. */
async function dismiss() {
  const registration = await navigator.serviceWorker?.getRegistration(ROOT);
  await registration?.unregister();
}
