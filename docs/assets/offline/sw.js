// The service worker: what was read or saved works without the network, and a page never mixes two versions of the site.
//
// A version is a list of paths with the hash of each file (offline.json; export/offline.py writes both), kept in a cache
// named by the version. The files themselves lie in one cache, each under its hash, and are checked on the way in and on
// the way out: versions share what has not changed, and nothing can get into a version that does not belong to it. Every
// page goes on with the version it was loaded with. A page of an unknown version is left to the network.

const VERSION = '@version@';
const LIMIT = 150e6; // bytes kept of what was only read; what has not been used for longest goes first
const MOST = 2000; // and files
const PATIENCE = 4000; // ms that a page already kept waits for the network

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const ROOT = scope.registration.scope;
const PREFIX = `live-papers ${new URL(ROOT).pathname} `; // an origin may hold other sites
const FILES = `${PREFIX}files`;
const RECORD = `${ROOT}offline-record`;
const FRESH = 60_000; // ms in which a page may not have a window yet

/**
 * @typedef {{hash: string, bytes: number, group: string}} Entry
 * @typedef {{papers: string[], files: Map<string, Entry>}} List
 * @typedef {object} Memory
 * @property {Record<string, [string, number]>} clients version of each window and worker, and since when; '' for the network's
 * @property {Record<string, number>} used when each group was used last
 * @property {string[]} saved papers that the reader asked to keep
 */

/** The bytes on the server are of another version. */
class Outdated extends Error {}

// ------------------------------------------------------------------------------------------------------- what is kept

/** @param {string} hash */
const key = (hash) => `${ROOT}offline-file/${hash}`;
const store = () => caches.open(FILES);

/** @param {BufferSource} bytes */
async function hashOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, VERSION.length);
}

/** @type {Map<string, Promise<List>>} */
const lists = new Map();

/** The list of a version, from its cache. @param {string} version @returns {Promise<List>} */
function listOf(version) {
  let list = lists.get(version);
  if (!list) {
    list = readList(version);
    lists.set(version, list);
    list.catch(() => lists.delete(version));
  }
  return list;
}

/** @param {string} version @returns {Promise<List>} */
async function readList(version) {
  const cache = await caches.open(PREFIX + version);
  const address = `${ROOT}offline.json`;
  let bytes = await (await cache.match(address))?.arrayBuffer().catch(() => undefined);
  if (!bytes || await hashOf(bytes) !== version) {
    ({ bytes } = await download(address, version));
    await cache.put(address, new Response(bytes)).catch(() => {}); // full: this once, and not kept
  }
  const { papers, groups } = JSON.parse(new TextDecoder().decode(bytes));
  const files = new Map();
  for (const [group, members] of Object.entries(groups)) {
    for (const [path, [hash, bytes]] of Object.entries(members)) files.set(path, { hash, bytes, group });
  }
  return { papers, files };
}

/**
 * A file from the network, or the browser's own cache if that has the right one.
 * @param {string} url
 * @param {string} hash
 * @returns {Promise<{bytes: ArrayBuffer, headers: Headers}>}
 * @throws {Outdated | TypeError}
 */
async function download(url, hash) {
  for (const cache of /** @type {const} */ (['default', 'reload'])) {
    const response = await fetch(url, { cache, credentials: 'same-origin' });
    const bytes = await response.arrayBuffer();
    if (response.ok && await hashOf(bytes) === hash) return { bytes, headers: response.headers };
  }
  throw new Outdated(url);
}

/** @param {string} hash @param {ArrayBuffer} bytes @param {Headers} headers @returns {Promise<Response>} */
async function keep(hash, bytes, headers) {
  const kept = new Headers(headers);
  for (const name of ['content-encoding', 'content-length']) kept.delete(name);
  const response = new Response(bytes, { headers: kept });
  await (await store()).put(key(hash), response.clone());
  return response;
}

/** A file as it was kept; one that the disk has damaged is thrown away. @param {string} hash @returns {Promise<Response | null>} */
async function find(hash) {
  const cache = await store();
  const found = await cache.match(key(hash));
  const bytes = await found?.arrayBuffer().catch(() => undefined);
  if (bytes && await hashOf(bytes) === hash) return new Response(bytes, { headers: found?.headers });
  if (found) await cache.delete(key(hash));
  return null;
}

/** @param {string} path */
const addressOf = (path) => ROOT + path.replace(/(^|\/)index\.html$/, '$1');

/** A file of a version, kept from now on. @param {string} path @param {Entry} entry @returns {Promise<Response>} */
async function obtain(path, { hash }) {
  const found = await find(hash);
  if (found) return found;
  const { bytes, headers } = await download(addressOf(path), hash);
  return keep(hash, bytes, headers).catch(() => new Response(bytes, { headers })); // full: this once, and not kept
}

/**
 * Keeps files, a few at a time.
 * @param {[string, Entry][]} entries
 * @param {(bytes: number) => void} [progress]
 */
async function keepAll(entries, progress = () => {}) {
  const cache = await store();
  const waiting = [...entries];
  const take = async () => {
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [path, { hash, bytes: size }] = next;
        if (!(await cache.match(key(hash)))) {
          const { bytes, headers } = await download(addressOf(path), hash);
          await keep(hash, bytes, headers);
        }
        progress(size);
      }
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  for (const taken of await Promise.allSettled([take(), take(), take(), take()])) {
    if (taken.status === 'rejected') throw taken.reason; // when nothing is on its way any more
  }
}

/** @param {List} list @param {(entry: Entry, path: string) => boolean} wanted @returns {[string, Entry][]} */
const select = (list, wanted) => [...list.files].filter(([path, entry]) => wanted(entry, path));

// --------------------------------------------------------------------------------------------------------- the record

/** @returns {Promise<Memory>} */
async function readRecord() {
  const found = await (await caches.open(`${PREFIX}record`)).match(RECORD);
  return { clients: {}, used: {}, saved: [], ...await found?.json().catch(() => ({})) };
}

/** One change after the other, also when two versions of this worker are about. @param {(record: Memory) => void} change */
const write = (change) => navigator.locks.request(`${PREFIX}record`, async () => {
  const record = await readRecord();
  change(record);
  await (await caches.open(`${PREFIX}record`)).put(RECORD, new Response(JSON.stringify(record)));
});

/** Versions of clients, as far as known since this worker was started. @type {Map<string, string | Promise<string>>} */
const known = new Map();

/** @param {string} id @param {string} version */
function assign(id, version) {
  known.set(id, version);
  return write((record) => {
    record.clients[id] = [version, Date.now()];
  }).catch(() => {}); // no room: known as long as this worker lives
}

/**
 * The version of the page or worker that asks; '' when it is the network's.
 * @param {string} id
 * @returns {Promise<string>}
 */
async function versionOf(id) {
  const soon = known.get(id);
  if (soon !== undefined) return soon;
  const { clients } = await readRecord();
  const version = clients[id]?.[0];
  if (version !== undefined) known.set(id, version);
  return version ?? '';
}

/** When a group was marked as used last, since this worker was started. @type {Map<string, number>} */
const marked = new Map();

/** @param {string} group */
async function use(group) {
  if (Date.now() - (marked.get(group) ?? 0) < FRESH) return;
  marked.set(group, Date.now());
  await write((record) => {
    record.used[group] = Date.now();
  });
}

/** Throws away what no version needs, and of what was only read what exceeds the limits. */
async function tidy() {
  if (scope.registration.installing || scope.registration.waiting) return; // its files belong to nobody yet
  const open = new Set((await scope.clients.matchAll({ type: 'all', includeUncontrolled: true })).map(({ id }) => id));
  await write(({ clients }) => {
    for (const [id, [, since]] of Object.entries(clients)) {
      if (!open.has(id) && Date.now() - since > FRESH) delete clients[id];
    }
  });
  const { clients, used, saved } = await readRecord();
  const versions = new Set([VERSION, ...Object.values(clients).map(([version]) => version).filter(Boolean)]);
  const current = await listOf(VERSION);
  const wanted = new Set(select(current, ({ group }) => group === '/shell' || isSaved(group, saved)).map(([, { hash }]) => hash));
  for (const name of await caches.keys()) {
    const version = name.slice(PREFIX.length);
    if (!name.startsWith(PREFIX) || version === 'files' || version === 'record') continue;
    if (!versions.has(version)) await caches.delete(name);
    else if (version !== VERSION) for (const { hash } of (await filesIn(version)).values()) wanted.add(hash);
  }
  const cache = await store();
  const kept = new Map((await cache.keys()).map((request) => [request.url.slice(key('').length), request]));
  /** @type {Map<string, Map<string, number>>} hash and size of what was read, by group */
  const read = new Map();
  for (const [, { hash, bytes, group }] of select(current, ({ hash }) => kept.has(hash) && !wanted.has(hash))) {
    read.set(group, (read.get(group) ?? new Map()).set(hash, bytes));
  }
  let [bytes, count] = [0, 0];
  for (const [, files] of [...read].sort(([a], [b]) => (used[b] ?? 0) - (used[a] ?? 0))) {
    for (const size of files.values()) bytes += size;
    count += files.size;
    if (bytes > LIMIT || count > MOST) break; // a group goes as a whole: half a page is of no use
    for (const hash of files.keys()) wanted.add(hash);
  }
  await Promise.all([...kept].filter(([hash]) => !wanted.has(hash)).map(([, request]) => cache.delete(request)));
}

/** @param {string} version @returns {Promise<Map<string, Entry>>} none where its list is damaged and cannot be had again */
const filesIn = (version) => listOf(version).then(({ files }) => files, () => new Map());

/** With a paper goes what every paper needs, and the search, which is small beside it. @param {string} group @param {string[]} saved */
const isSaved = (group, saved) =>
  saved.includes(group) || (saved.length > 0 && (group === '/runtime' || group === '/formulas' || isSearch(group)));

/** @param {string} group */
const isSearch = (group) => group.endsWith('/search');

// ------------------------------------------------------------------------------------------------------------ its life

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));

/**
 * The shell, and the new form of what the reader has: only then does this version take over. If the network fails before,
 * the version that is complete stays, and the browser tries again at the next page.
 */
async function install() {
  const list = await listOf(VERSION);
  const { saved } = await readRecord();
  await keepAll(select(list, ({ group }) => group === '/shell' || isSaved(group, saved)));
  const kept = new Set((await (await store()).keys()).map(({ url }) => url));
  const had = new Set();
  for (const name of await caches.keys()) {
    const version = name.slice(PREFIX.length);
    if (!name.startsWith(PREFIX) || [VERSION, 'files', 'record'].includes(version)) continue;
    for (const [path, { hash }] of await filesIn(version)) if (kept.has(key(hash))) had.add(steady(path));
  }
  await keepAll(select(list, (_, path) => had.has(steady(path)))).catch((error) => {
    if (!isFull(error)) throw error; // what was only read gives way
  });
  await scope.skipWaiting();
}

/** A path without the hash that some names carry, which another version changes. @param {string} path */
const steady = (path) => path.replace(/[._][0-9a-f]{7,}(?=\.\w+$)/, '');

/** @param {unknown} error */
const isFull = (error) => error instanceof DOMException && error.name === 'QuotaExceededError';

// ------------------------------------------------------------------------------------------------------------ requests

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(ROOT)) return;
  event.respondWith(request.mode === 'navigate' ? page(event) : part(event));
});

/** @param {string} url @returns {string} its path in the list */
function pathOf(url) {
  const { origin, pathname } = new URL(url);
  let path = (origin + pathname).slice(ROOT.length);
  try {
    path = decodeURIComponent(path);
  } catch { /* no path of ours */ }
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

/** A page: from the network where there is one, else as it was kept. @param {FetchEvent} event @returns {Promise<Response>} */
async function page(event) {
  const { request, resultingClientId: id } = event;
  const list = await listOf(VERSION).catch(() => null);
  if (!list) { // it was damaged, and the server has another version or none
    await assign(id, '');
    return fetch(request);
  }
  const path = pathOf(request.url);
  const entry = list.files.get(path);
  const kept = entry && await find(entry.hash);
  /** @param {string} version */
  const began = async (version) => {
    await assign(id, version);
    event.waitUntil((entry && version ? use(entry.group) : Promise.resolve()).then(tidy).catch(() => {}));
  };
  try {
    const response = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : undefined);
    if (kept && response.status >= 500) throw new TypeError(response.statusText);
    if (!response.ok || !entry) {
      await began('');
      return response;
    }
    const bytes = await response.arrayBuffer();
    const right = await hashOf(bytes) === entry.hash;
    await began(right ? VERSION : '');
    if (right && !kept) event.waitUntil(keep(entry.hash, bytes, response.headers).catch(() => {}));
    return new Response(bytes, { headers: response.headers });
  } catch {
    await began(VERSION);
    if (kept) return kept;
    if (!entry && list.files.has(`${path}/index.html`)) return Response.redirect(`${request.url}/`);
    return unavailable(list);
  }
}

/** The page that says, in both languages, that this one is not here. @param {List} list */
async function unavailable(list) {
  const entry = list.files.get('offline.html');
  if (!entry) return Response.error();
  const text = await (await obtain('offline.html', entry)).text();
  // It stands in for an address of any depth.
  const body = text.replace(/(<meta charset[^>]*>)/, `$1<base href="${new URL(ROOT).pathname}">`);
  return new Response(body, { status: 503, headers: { 'content-type': 'text/html; charset=utf-8' } });
}

/** What a page or its worker asks for. @param {FetchEvent} event @returns {Promise<Response>} */
async function part(event) {
  const { request, clientId, resultingClientId } = event;
  const version = await versionOf(clientId || resultingClientId);
  if (resultingClientId && clientId && version) event.waitUntil(assign(resultingClientId, version)); // a worker's script
  // Of the server's version, not what the browser has from an earlier one.
  if (!version) return fetch(request, request.cache === 'default' ? { cache: 'no-cache' } : undefined);
  try {
    const list = await listOf(version);
    const path = pathOf(request.url);
    const entry = list.files.get(path);
    if (!entry) return await fetch(request);
    const response = request.cache === 'reload'
      ? await download(request.url, entry.hash).then(({ bytes, headers }) => new Response(bytes, { headers }))
      : await obtain(path, entry);
    event.waitUntil(use(entry.group).catch(() => {}));
    // Which parts of the search are needed depends on the words: once it is used, all of them are kept.
    if (isSearch(entry.group) && path.endsWith('/pagefind.js')) {
      event.waitUntil(keepAll(select(list, ({ group }) => group === entry.group)).catch(() => {}));
    }
    return response;
  } catch (error) {
    if (!(error instanceof Outdated)) return Response.error();
    event.waitUntil(tell(version));
    return new Response('', { status: 410, statusText: 'Updated' });
  }
}

/** The pages of a version learn that the server has another one. @param {string} version */
async function tell(version) {
  for (const client of await scope.clients.matchAll()) {
    if (await versionOf(client.id) === version) client.postMessage({ type: 'outdated' });
  }
}

// ----------------------------------------------------------------------------------------------- what the pages ask for

scope.addEventListener('message', (event) => {
  const { type, slug, urls, hash } = event.data;
  const [port] = event.ports;
  /** @param {Promise<unknown>} work */
  const answer = (work) => event.waitUntil(work.then((result) => port.postMessage(result), (error) => {
    port.postMessage({ error: isFull(error) ? 'full' : error instanceof Outdated ? 'outdated' : 'network' });
  }));
  if (type === 'visited') {
    event.waitUntil(visited(/** @type {WindowClient} */ (event.source), urls, hash).then(tidy).catch(() => {}));
  }
  if (type === 'state') answer(state(slug));
  if (type === 'save') answer(save(slug, port));
  if (type === 'remove') answer(remove(slug).then(() => state(slug)));
});

/**
 * What a page has loaded so far, for pages that were there before this worker.
 * @param {WindowClient} client
 * @param {string[]} urls
 * @param {string} hash of the page itself, by which one of an unknown version joins this one; '' if it could not be had
 */
async function visited(client, urls, hash) {
  const list = await listOf(VERSION);
  const path = pathOf(client.url);
  const own = list.files.get(path);
  if (!own) return;
  if (!(await versionOf(client.id))) {
    if (!hash.startsWith(own.hash)) {
      // If the server has what this worker has, the page is an old one, and what it asks for next would not belong to it.
      if (hash && await download(addressOf(path), own.hash).catch(() => null)) client.postMessage({ type: 'outdated' });
      return;
    }
    await assign(client.id, VERSION);
  }
  if (await versionOf(client.id) !== VERSION) return;
  const paths = urls.filter((url) => url.startsWith(ROOT)).map(pathOf);
  await keepAll(select(list, (_, name) => name === path || paths.includes(name)));
  await use(own.group);
}

/** @param {List} list @param {string} slug */
const filesOf = (list, slug) => select(list, ({ group }) => isSaved(group, [slug]));

/** @param {[string, Entry][]} entries */
const sum = (entries) => entries.reduce((total, [, { bytes }]) => total + bytes, 0);

/** @param {string} slug @returns {Promise<{saved: boolean, bytes: number}>} */
async function state(slug) {
  const entries = filesOf(await listOf(VERSION), slug);
  const kept = new Set((await (await store()).keys()).map(({ url }) => url));
  const { saved } = await readRecord();
  const complete = entries.every(([, { hash }]) => kept.has(key(hash)));
  return { saved: saved.includes(slug) && complete, bytes: sum(entries) };
}

/** @param {string} slug @param {MessagePort} port @returns {Promise<{saved: boolean, bytes: number}>} */
async function save(slug, port) {
  const entries = filesOf(await listOf(VERSION), slug);
  const cache = await store();
  const before = { saved: (await readRecord()).saved, kept: new Set((await cache.keys()).map(({ url }) => url)) };
  try {
    // From the start, so that nothing is thrown away meanwhile.
    await mark([...new Set([...before.saved, slug])]);
    const bytes = sum(entries);
    let done = 0;
    await keepAll(entries, (size) => {
      done += size;
      port.postMessage({ done, bytes });
    });
  } catch (error) {
    // No room: gives back what it took, so that there is some for the record too. Else what has come may stay.
    const taken = isFull(error) ? entries.filter(([, { hash }]) => !before.kept.has(key(hash))) : [];
    await Promise.all(taken.map(([, { hash }]) => cache.delete(key(hash))));
    await mark(before.saved).catch(() => {});
    throw error;
  }
  return state(slug);
}

/** @param {string[]} saved */
const mark = (saved) => write((record) => {
  record.saved = saved;
});

/** Gives the room back. The runtime stays as long as it is used. @param {string} slug */
async function remove(slug) {
  const cache = await store();
  const own = select(await listOf(VERSION), ({ group }) => group === slug);
  await Promise.all(own.map(([, { hash }]) => cache.delete(key(hash))));
  await mark((await readRecord()).saved.filter((other) => other !== slug)); // last: without room it could not be written
  await tidy();
}
