// Membranes, nuclei and stained cells drawn as a microscope might show them: the twin of export/drawings/microscopy.py,
// held to it by tests/fixtures/segment.json. The same seed and size give the same picture.
import { LEAST, parts } from './tiling.js';

/**
 * @typedef {{pixels: Uint8Array, mask: Uint8Array, count: number, height: number, width: number}} Drawing
 *   grey, where there is an object (1) or none (0), and how many objects there are
 * @typedef {{x: number, y: number, own: number}} Site of a jittered lattice, with a chance that belongs to it
 */

const REACH = 2; // sites of a lattice in each direction that may be the nearest

/** @type {Record<string, (seed: number, height: number, width: number) => Drawing>} */
export const DRAWINGS = { membranes, nuclei, stained };

/** Dark membranes between bright cells, and dark organelles inside them. @type {typeof DRAWINGS.membranes} */
function membranes(seed, height, width) {
  const bend = 26;
  const [cells, spots] = [lattice(46, seed + 3), lattice(34, seed + 6)];
  const mask = new Uint8Array(height * width);
  const pixels = painted(height, width, 26, seed + 9, (x, y) => {
    const sx = x + bend * (noise(x, y, 45, seed + 1) - 0.5);
    const sy = y + bend * (noise(x, y, 45, seed + 2) - 0.5);
    const around = cells(sx, sy);
    const home = nearest(around, sx, sy);
    let edge = Infinity; // distance to the nearest cell's border with any other
    for (const site of around) {
      const apart = Math.hypot(site.x - home.x, site.y - home.y);
      const behind = (sx - site.x) ** 2 + (sy - site.y) ** 2 - (sx - home.x) ** 2 - (sy - home.y) ** 2;
      if (apart > 0) edge = Math.min(edge, behind / Math.max(2 * apart, 1e-9));
    }
    let grey = 168 + 24 * (home.own - 0.5) + 34 * (noise(x, y, 9, seed + 4) - 0.5) + 44 * (noise(x, y, 3, seed + 5) - 0.5);
    const spot = nearest(spots(x, y), x, y);
    if (spot.own > 0.5) {
      const inside = ramp((5 + 5 * spot.own - Math.hypot(x - spot.x, y - spot.y)) / 2) * ramp((edge - 5) / 2);
      grey -= inside * (62 + 50 * (noise(x, y, 4, seed + 7) - 0.5));
    }
    const thick = 2.2 + 1.6 * noise(x, y, 30, seed + 8);
    grey -= (grey - 58) * fall((edge / thick) ** 2);
    mask[y * width + x] = Number(edge > 2.5);
    return grey;
  });
  return { pixels, mask, count: parts(mask, height, width), height, width };
}

/** Bright nuclei on dark, some of which touch. @type {typeof DRAWINGS.nuclei} */
function nuclei(seed, height, width) {
  return ellipses(seed, height, width, 27, 0.62, 14, (x, y, depth, tone) => {
    const glow = 26 * fall(Math.max(-depth, 0) / 7);
    return 10 + 12 * noise(x, y, 60, seed + 5) + glow
      + ramp(depth / 2.5 + 0.4) * (90 + 110 * tone) * (0.8 + 0.4 * noise(x, y, 5, seed + 6));
  });
}

/** Dark nuclei in bright cells; the nuclei are the objects. @type {typeof DRAWINGS.stained} */
function stained(seed, height, width) {
  return ellipses(seed, height, width, 32, 0.7, 18, (x, y, depth, tone) => {
    const grey = 232 - 14 * noise(x, y, 40, seed + 5) - 34 * ramp((depth + 9) / 3) * (0.6 + 0.8 * noise(x, y, 6, seed + 8));
    return grey - ramp(depth / 2.5 + 0.4) * (55 + 50 * tone) * (0.75 + 0.5 * noise(x, y, 5, seed + 6));
  });
}

/**
 * Bent ellipses at a share of a lattice's sites.
 * @param {number} seed @param {number} height @param {number} width @param {number} spacing @param {number} share
 * @param {number} grain
 * @param {(x: number, y: number, depth: number, tone: number) => number} grey of a place so deep below the nearest
 *   outline (negative outside), and the chance of that ellipse
 * @returns {Drawing}
 */
function ellipses(seed, height, width, spacing, share, grain, grey) {
  const mask = new Uint8Array(height * width);
  const around = lattice(spacing, seed);
  /** @type {Map<string, number>} */
  const sizes = new Map();
  const pixels = painted(height, width, grain, seed + 7, (x, y) => {
    const bent = 1 + 0.35 * (noise(x, y, 11, seed + 3) - 0.5);
    let depth = -Infinity;
    let [home] = around(x, y);
    for (const site of around(x, y)) {
      if ((site.own * 29) % 1 >= share) continue;
      const long = spacing * (0.3 + 0.18 * site.own);
      const short = long * (0.68 + 0.3 * ((site.own * 7) % 1));
      const turn = Math.PI * ((site.own * 13) % 1);
      const [cosine, sine, right, down] = [Math.cos(turn), Math.sin(turn), x - site.x, y - site.y];
      const [u, v] = [(right * cosine + down * sine) / long, (down * cosine - right * sine) / short];
      const below = (1 - Math.sqrt(u * u + v * v) * bent) * short;
      if (below > depth) [depth, home] = [below, site];
    }
    if (depth > 0) {
      const key = `${home.x} ${home.y}`;
      mask[y * width + x] = 1;
      sizes.set(key, (sizes.get(key) ?? 0) + 1);
    }
    return grey(x, y, depth, home.own);
  });
  return { pixels, mask, count: [...sizes.values()].filter((size) => size >= LEAST).length, height, width };
}

/** A number in 0..1 for each place of a lattice. @param {number} i @param {number} j @param {number} seed */
export function chance(i, j, seed) {
  let mixed = (Math.imul(i, 374761393) + Math.imul(j, 668265263) + Math.imul(seed, 2246822519)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 13), 1274126177);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

/** Smooth noise in 0..1 with details of that size. @param {number} x @param {number} y @param {number} size @param {number} seed */
function noise(x, y, size, seed) {
  const [i, j] = [Math.floor(x / size), Math.floor(y / size)];
  const [u, v] = [smooth(x / size - i), smooth(y / size - j)];
  const top = chance(i, j, seed) * (1 - u) + chance(i + 1, j, seed) * u;
  const bottom = chance(i, j + 1, seed) * (1 - u) + chance(i + 1, j + 1, seed) * u;
  return top * (1 - v) + bottom * v;
}

/** @param {number} part */
const smooth = (part) => part * part * (3 - 2 * part);

/** From 1 to 0, soon and smoothly. @param {number} value */
const fall = (value) => Math.max(0, 1 - value / 4) ** 4;

/** @param {number} value */
const ramp = (value) => Math.min(1, Math.max(0, value));

/**
 * The sites of a jittered lattice around each place; all places of one of its cells have the same.
 * @param {number} spacing @param {number} seed
 * @returns {(x: number, y: number) => Site[]}
 */
function lattice(spacing, seed) {
  /** @type {Map<string, Site[]>} */
  const known = new Map();
  return (x, y) => {
    const [left, top] = [Math.floor(x / spacing), Math.floor(y / spacing)];
    const key = `${left} ${top}`;
    let all = known.get(key);
    if (!all) {
      known.set(key, all = []);
      for (let j = top - REACH; j <= top + REACH; j += 1) {
        for (let i = left - REACH; i <= left + REACH; i += 1) all.push(site(i, j, spacing, seed));
      }
    }
    return all;
  };
}

/** @param {number} i @param {number} j @param {number} spacing @param {number} seed @returns {Site} */
const site = (i, j, spacing, seed) => ({ x: (i + 0.1 + 0.8 * chance(i, j, seed)) * spacing,
  y: (j + 0.1 + 0.8 * chance(i, j, seed + 100)) * spacing, own: chance(i, j, seed + 200) });

/** @param {Site[]} all @param {number} x @param {number} y */
const nearest = (all, x, y) => all.reduce((best, site) =>
  ((x - site.x) ** 2 + (y - site.y) ** 2 < (x - best.x) ** 2 + (y - best.y) ** 2 ? site : best));

/**
 * Grey levels with grain, row by row.
 * @param {number} height @param {number} width @param {number} grain @param {number} seed
 * @param {(x: number, y: number) => number} grey
 */
function painted(height, width, grain, seed, grey) {
  const pixels = new Uint8Array(height * width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const level = Math.floor(grey(x, y) + grain * (chance(x, y, seed) - 0.5) + 0.5);
      pixels[y * width + x] = Math.min(255, Math.max(0, level));
    }
  }
  return pixels;
}
