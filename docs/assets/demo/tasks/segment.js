// Which pixels of a micrograph belong to objects: the picture and its tiles on one side; on the other the probability map
// over it, what is counted in it, and the skip connections.
import { context, h, write } from '../../shared/dom.js';
import { DemoError, get } from '../errors.js';
import { files } from '../files.js';
import { resolve } from '../manifest.js';
import { DRAWINGS } from '../microscopy.js';
import { resize } from '../pixels.js';
import { say } from '../strings.js';
import { greyOf, stretched } from '../tiling.js';
import { TileView } from './tile-view.js';
import { Verdict } from './verdict.js';

/**
 * @typedef {import('./index.js').Host} Host
 * @typedef {import('./index.js').Outputs} Outputs
 * @typedef {import('../manifest.js').Manifest} Manifest
 * @typedef {import('../manifest.js').Feeds} Feeds
 * @typedef {import('../tiling.js').Grey} Grey
 * @typedef {import('./verdict.js').Truth} Truth
 */

/** How the reader is invited to have one drawn. @type {Record<string, import('../strings.js').Key>} */
const INVITATIONS = { membranes: 'draw-membranes', nuclei: 'draw-nuclei', stained: 'draw-stained' };
const DRAWN = 256; // side of a picture drawn here
const FIRST = 1000; // seed of the first one
const SMALLEST = 64; // pixels of the shorter side to which a picture may be reduced

/** @param {Host} host @param {Manifest} manifest @returns {import('./index.js').Task} */
export function create(host, manifest) {
  const { lang } = host;
  let current = manifest;
  let seed = FIRST;
  /** The picture as it came, and as the network sees it. @type {{original: Grey, picture: Grey} | null} */
  let view = null;
  let loads = 0; // of samples
  let version = 0; // of everything that the answer depends on
  let answered = -1; // the version that the answer on show belongs to

  const door = files(host, open);
  const draw = Object.keys(manifest.extra.drawings).map((kind) => h('button', { type: 'button',
    class: 'pd-button', 'data-kind': kind, onclick: () => paintNew(kind) }, say(lang, INVITATIONS[kind])));
  const sizes = h('select');
  const reduced = h('label', { class: 'pd-size', hidden: true }, h('span', {}, say(lang, 'picture-size')), sizes);
  const title = h('p', { class: 'pd-caption' });
  const grid = new TileView(lang, host.tuned);
  const input = h('div', { class: 'pd-segment', ...door.listeners }, grid.picture, title,
    h('div', { class: 'pd-tools' }, ...door.elements), h('fieldset', { class: 'pd-drawings', hidden: !draw.length },
      h('legend', {}, say(lang, 'draw-new')), h('div', { class: 'pd-tools' }, ...draw)), reduced, grid.element);
  const verdict = new Verdict(manifest, lang, changed);

  return { input, result: verdict.element, use, load, compute, show, taps: () => [], reads: () => false,
    feeds: (asked = current) => view && feedsOf(
      grid.window(undefined, asked === current ? view.picture : seenBy(asked, view.original)), verdict.skips) };

  /** @param {Uint8Array} pixels of a tile @param {Float32Array} skips @returns {Feeds} */
  function feedsOf(pixels, skips) {
    return { pixels, ...(skips.length ? { skips } : {}) };
  }

  /** The answer on show is no longer that of the network, the picture and the connections. */
  function changed() {
    version += 1;
    host.tuned();
  }

  /** @param {Manifest} next */
  function use(next) {
    current = next;
    verdict.use(next);
    if (view) look(view.original);
  }

  /** A picture as the network sees it takes the place of the last; its answer is not known. @param {Grey} original */
  function look(original) {
    const { inputs: [{ shape }], extra: { border, pitch } } = current;
    version += 1;
    view = { original, picture: seenBy(current, original) };
    grid.show(view.picture, { tile: shape[1], border, pitch });
    verdict.begin(view.picture);
  }

  /**
   * @param {Grey} original @param {string} name @param {Truth | null} truth
   * @param {boolean} [isSample] whose name stands beside its licence
   */
  function put(original, name, truth, isSample = false) {
    loads += 1;
    reduced.hidden = true;
    write(title, name);
    title.hidden = isSample;
    grid.name(name);
    verdict.known = truth;
    look(original);
  }

  /** The whole picture, of which the sample's inputs are one tile. @param {import('../manifest.js').Sample} sample */
  async function load(sample) {
    const [mine, asked] = [(loads += 1), current];
    const { pictures } = current.samples.find(({ id }) => id === sample.id) ?? sample;
    const [whole, probability, truth] = await Promise.all(['whole', 'probability', 'truth'].map((name) =>
      (pictures[name] ? read(resolve(current, pictures[name])) : null)));
    if (mine !== loads || !whole) return; // another picture meanwhile
    put(whole, sample.title[lang], truth && { mask: truth.data, count: sample.extra.count, kind: sample.extra.kind },
      true);
    const shown = loads;
    await new Promise((done) => { setTimeout(done); }); // so that a phone can answer in between
    if (!probability || shown !== loads || asked !== current) return; // or it is another network's
    // A level stands for one hundredth, rounded up: its middle is on the right side of every threshold.
    verdict.settle(Float32Array.from(probability.data, (level) => (Math.round(level / 2.55) - 0.5) / 100), true);
  }

  /** @param {ImageData} own picture of the reader */
  function open(own) {
    const whole = greyOf(own);
    put(whole, say(lang, 'own-picture'), null);
    const parts = [1, 2, 4, 8].filter((part) => part === 1 || Math.min(whole.height, whole.width) >= part * SMALLEST);
    sizes.replaceChildren(...parts.map((part) => h('option', { value: part },
      `${Math.round(whole.width / part)} × ${Math.round(whole.height / part)}`)));
    sizes.onchange = () => {
      look(smaller(whole, Number(sizes.value)));
      host.tuned();
    };
    reduced.hidden = parts.length < 2;
    host.changed();
  }

  /** @param {string} kind of drawing */
  function paintNew(kind) {
    seed += 1;
    const { pixels, mask, count, height, width } = DRAWINGS[kind](seed, DRAWN, DRAWN);
    put({ data: pixels, height, width }, say(lang, 'drawn', { seed }), { mask, count, kind: current.extra.drawings[kind] });
    host.changed();
  }

  /**
   * Tile by tile; the answer grows in sight. Where only another tile was chosen, that one is run for its feature maps.
   * @param {(feeds: Feeds) => Promise<Outputs>} run
   */
  async function compute(run) {
    const { picture: { height, width } } = /** @type {NonNullable<typeof view>} */ (view);
    const mine = version;
    if (answered === mine) {
      await run(feedsOf(grid.window(), verdict.skips));
    } else {
      const all = new Float32Array(verdict.skips.length).fill(1);
      if (verdict.lacksWhole) await segment(run, all, true);
      if (mine === version) await segment(run, verdict.skips.slice(), !verdict.isCut);
      if (mine === version) answered = mine;
    }
    return { probability: { data: verdict.probability ?? [], shape: [1, height, width] } };
  }

  /** @param {(feeds: Feeds) => Promise<Outputs>} run @param {Float32Array} skips @param {boolean} whole as the paper has it */
  async function segment(run, skips, whole) {
    const { picture } = /** @type {NonNullable<typeof view>} */ (view);
    const mine = version;
    const probability = new Float32Array(picture.data.length);
    for (const [number, place] of grid.tiles.entries()) {
      verdict.progress(number, grid.tiles.length);
      const { probability: { data, shape } } = await run(feedsOf(grid.window(number), skips));
      if (mine !== version) return; // the next computation waits already
      const { top, left, rows, columns } = place;
      for (let i = 0; i < rows * columns; i += 1) {
        const [y, x] = [Math.floor(i / columns), i % columns];
        probability[(top + y) * picture.width + left + x] = data[y * shape[2] + x];
      }
      verdict.grow(probability, place);
    }
    verdict.settle(probability, whole);
  }

  /** @param {Outputs | null} outputs @returns {string} */
  function show(outputs) {
    return outputs ? verdict.sentence() : say(lang, 'announce-no-picture');
  }
}

/** A picture in the contrast that a network is used to. @param {Manifest} manifest @param {Grey} original @returns {Grey} */
function seenBy({ extra }, original) {
  return extra.stretched ? stretched(original) : original;
}

/** @param {Grey} whole @param {number} part @returns {Grey} */
function smaller({ data, height, width }, part) {
  const [tall, wide] = [Math.round(height / part), Math.round(width / part)];
  const values = resize(data, height, width, tall, wide);
  return { data: Uint8Array.from(values, (value) => Math.floor(value + 0.5)), height: tall, width: wide };
}

/** A picture's grey levels, exactly. @param {string} url @returns {Promise<Grey>} */
async function read(url) {
  const blob = await (await get(url, 'sample-missing')).blob();
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' }).catch((error) => {
    throw new DemoError('sample-missing', error);
  });
  const { width, height } = bitmap;
  const drawing = context(h('canvas', { width, height }), { willReadFrequently: true });
  drawing.drawImage(bitmap, 0, 0);
  bitmap.close();
  return greyOf(drawing.getImageData(0, 0, width, height));
}
