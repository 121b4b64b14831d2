// Where the objects on a picture are: the picture with boxes on one side; counts, thresholds and the chosen box on the other.
import { percent } from '../bars.js';
import { describe, h, write } from '../../shared/dom.js';
import { rgba } from '../image.js';
import { resolve } from '../manifest.js';
import { paint, range } from '../maps.js';
import { Photo } from '../photo.js';
import { letterbox } from '../pixels.js';
import { dial } from '../sliders.js';
import { drawSmear } from '../smear.js';
import { say } from '../strings.js';
import { overlap, read, rowOf, smallest } from './boxes.js';
import { Scene } from './scene.js';
import { PROPOSALS, anchors, objectness, proposals } from './views.js';

/**
 * @typedef {import('./index.js').Outputs} Outputs
 * @typedef {import('./boxes.js').Detection} Detection
 * @typedef {import('../strings.js').Key} Key
 */

const POOLED = 'tap_pool';
const FINER = 2; // the picture is shown with so many more pixels than the network sees
const KINDS = 8; // colours in the style sheet
const SAME = 0.7; // a box that overlaps the chosen one by so much is still the chosen one after another run

/**
 * What can be drawn anew, for networks that know it: a picture, and where its objects are.
 * @type {Record<string, {draw: typeof drawSmear, invitation: Key, title: Key}>}
 */
const DRAWINGS = { smear: { draw: drawSmear, invitation: 'new-smear', title: 'drawn-smear' } };

let count = 0; // keeps the names of radio groups apart when a page has several demos

/**
 * @param {import('./index.js').Host} host
 * @param {import('../manifest.js').Manifest} manifest
 * @returns {import('./index.js').Task}
 */
export function create(host, manifest) {
  count += 1;
  const { lang } = host;
  let current = manifest;
  const [, height, width] = manifest.inputs[0].shape;
  /** @type {number[]} */
  const border = manifest.extra.border;
  /** RGB as the graph takes it. @type {Uint8Array | null} */
  let pixels = null;
  /** True boxes of a sample. @type {{boxes: number[][], labels: number[]} | null} */
  let truth = null;
  /** The last result. @type {Outputs | null} */
  let outputs = null;
  /** @type {Detection[]} */
  let found = [];
  /** @type {Detection | null} */
  let chosen = null;
  /** The example on show, by its picture alone. @type {string | null} */
  let example = null;
  let isFilm = false; // whether the picture is one of many from the camera

  const photo = new Photo(host, (picture, live) => {
    take(letterbox(picture, height, width, border), null, { live });
    host.changed();
  }, { whole: { width: FINER * width, height: FINER * height, border: `rgb(${border.join(' ')})` } });
  const scene = new Scene(photo.canvas, { width, height, label: say(lang, 'scene-label') }, (x, y) => {
    if (view.place) view.place(x, y);
    else if (view === detections) choose(smallest(found, x, y));
  }, (x, y) => {
    if (view.step) view.step(x, y);
    else if (view === detections && found.length) {
      choose(found[(found.indexOf(chosen ?? found[0]) + x + y + found.length) % found.length]);
    }
  });

  /** @type {import('./views.js').View} */
  const detections = { title: 'view-detections', hint: 'hint-detections', controls: [], paint: () => ({ marks: marks() }) };
  /** @type {import('./views.js').View} */
  let view = detections;
  const hint = h('p', { class: 'pd-hint' });
  const controls = h('div', { class: 'pd-view' });
  const tabs = h('fieldset', { class: 'pd-choice pd-views' });
  const drawings = h('span', { class: 'pd-drawn' });
  const group = `pd-view-${count}`;
  const check = h('input', { type: 'checkbox', onchange: () => draw() });
  const known = h('label', { class: 'pd-check', hidden: true }, check, h('span', {}, say(lang, 'truth')));
  scene.element.after(hint, known, controls);
  photo.camera.after(drawings);
  const input = h('div', { class: 'pd-detect' }, tabs, photo.element);

  const sum = h('p', { class: 'pd-sum' });
  const dials = manifest.inputs.flatMap(({ name, control }) => {
    if (!control) return [];
    const one = dial(control.title[lang], control, control.default[0], host.tuned);
    one.element.className = 'pd-dial';
    one.input.dataset.input = name;
    return [{ name, dial: one }];
  });
  const list = h('div', { class: 'pd-list' });
  const pooled = h('canvas', { class: 'pd-pixels' });
  const caption = h('figcaption', { 'aria-live': 'polite' });
  const features = h('figure', { class: 'pd-roi' }, pooled, caption);
  const result = h('div', { class: 'pd-answer-side' }, sum,
    h('div', { class: 'pd-dials' }, ...dials.map(({ dial: { element } }) => element)),
    h('fieldset', { class: 'pd-found' }, h('legend', {}, say(lang, 'detections')), list), features);
  use(manifest);

  return { input, result, show, use, taps, stop: () => photo.stop(),
    feeds: () => pixels && { pixels, ...Object.fromEntries(dials.map(({ name, dial: { value } }) => [name, Float32Array.of(value)])) },
    reads: (example) => !example, // whose pixels are many times the size of the picture that stands in for them
    load(sample, feeds, standsIn) {
      const own = /** @type {Uint8Array | undefined} */ (feeds.pixels);
      if (own && example === sample.id) { // all else is on show, and in the reader's hands
        [pixels, example] = [own, null];
        return undefined;
      }
      take(own ?? null, sample.extra.truth ?? null, { standsFor: standsIn ? sample.id : null });
      if (standsIn) return photo.sample(resolve(manifest, sample.pictures.preview), sample.title[lang]);
      return photo.show(rgba(/** @type {Uint8Array} */ (own), height, width), sample.title[lang]);
    } };

  /** The views, and what can be drawn, are those of a network. @param {import('../manifest.js').Manifest} next */
  function use(next) {
    current = next;
    const { extra } = next;
    const views = [['detections', detections],
      ...(taps().includes(PROPOSALS) ? [['proposals', proposals(lang, draw)]] : []),
      ...(extra.anchors ? [['anchors', anchors(lang, extra.anchors, draw)], ['objectness', objectness(lang, extra.anchors, draw)]] : []),
    ];
    tabs.replaceChildren(h('legend', {}, say(lang, 'views')),
      .../** @type {[string, import('./views.js').View][]} */ (views).map(([name, each]) => h('label', {},
        h('input', { type: 'radio', name: group, value: name, checked: each === detections, onchange: () => look(each) }),
        h('span', {}, say(lang, each.title)))));
    tabs.hidden = views.length < 2;
    drawings.replaceChildren(.../** @type {string[]} */ (extra.drawings).map((kind) => h('button', { type: 'button',
      class: 'pd-button', onclick: () => invent(DRAWINGS[kind]) }, say(lang, DRAWINGS[kind].invitation))));
    look(detections);
  }

  /** What the views and the chosen box need of a network, as far as it has that. */
  function taps() {
    return [PROPOSALS, POOLED].filter((wanted) => current.taps.some(({ name }) => name === wanted));
  }

  /** A picture that nobody has seen before. @param {typeof DRAWINGS[string]} kind */
  function invent({ draw, title }) {
    const { picture, ...real } = draw(width, height, Math.random);
    take(letterbox(picture, height, width, border), real);
    photo.show(picture, say(lang, title));
    host.changed();
  }

  /**
   * Another picture, of which nothing is known yet; the boxes on a film stay until the next ones come.
   * @param {Uint8Array | null} picture
   * @param {typeof truth} boxes
   * @param {{live?: boolean, standsFor?: string | null}} [how]
   */
  function take(picture, boxes, { live = false, standsFor = null } = {}) {
    [pixels, truth, chosen, example] = [picture, boxes, null, standsFor];
    known.hidden = !boxes;
    if (!live || !isFilm) show(null);
    isFilm = live;
  }

  /** @param {import('./views.js').View} next */
  function look(next) {
    view = next;
    write(hint, say(lang, view.hint, { count: current.extra.anchors?.shapes.length ?? 0 }));
    controls.replaceChildren(...view.controls);
    draw();
  }

  /** What a sample's known results lack comes with the first run. */
  function draw() {
    const complete = view === detections
      || (taps().every((name) => outputs?.[name]) && (outputs?.anchors || !current.extra.anchors));
    const { marks: boxes = [], heat = null } = outputs && complete ? view.paint(outputs) : {};
    const objects = check.checked && truth ? truth.boxes.map((box) => ({ box, kind: 'pd-true' })) : [];
    scene.heat(heat);
    scene.draw([...boxes, ...objects]);
    controls.hidden = !complete || !outputs;
  }

  /** @returns {import('./scene.js').Mark[]} the chosen detection on top of the others */
  function marks() {
    const others = found.filter((each) => each !== chosen).reverse();
    return [...others.map((each) => mark(each, '')),
      ...(chosen ? [{ box: chosen.origin, kind: 'pd-origin' }, mark(chosen, ' pd-top')] : [])];
  }

  /** @param {Detection} detection @param {string} more @returns {import('./scene.js').Mark} */
  function mark({ box, label, name, score }, more) {
    const text = `${name} ${(Math.floor(100 * score) / 100).toFixed(2)}`; // never rounded to certainty
    return { box, kind: `${kindOf(label)}${more}`, text };
  }

  /** @param {Detection | null} detection */
  function choose(detection) {
    chosen = detection;
    for (const [i, button] of Array.from(list.children).entries()) {
      button.setAttribute('aria-pressed', String(found[i] === chosen));
    }
    paintFeatures();
    draw();
  }

  /** The values that RoI pooling took from the chosen detection's region proposal. */
  function paintFeatures() {
    const [all, boxes] = [outputs?.[POOLED], outputs?.[PROPOSALS]];
    features.hidden = !chosen || !taps().includes(POOLED);
    if (!chosen || features.hidden) return;
    const { origin, name, score } = chosen;
    const row = boxes ? rowOf(boxes, origin) : -1;
    features.classList.toggle('pd-waiting', row < 0);
    if (!all || row < 0) return write(caption, say(lang, 'roi-later'));
    const [, maps, tall, wide] = all.shape;
    const size = maps * tall * wide;
    const values = Array.prototype.slice.call(all.data, row * size, (row + 1) * size);
    const { high } = range(values);
    paint(pooled, values, { maps, height: tall, width: wide }, (value) => [217, 100, 30, (255 * value) / (high || 1)]);
    write(caption, say(lang, 'roi-caption', { name, score: percent(score, lang), maps, height: tall, width: wide }));
    describe(pooled, caption.textContent ?? '');
  }

  /** @param {Outputs | null} next @returns {string} */
  function show(next) {
    outputs = next;
    found = outputs ? read(outputs, current.labels[lang]) : [];
    const [before, isHeld] = [chosen, list.contains(document.activeElement)];
    list.replaceChildren(...found.map((each) => h('button', { type: 'button', class: `pd-item ${kindOf(each.label)}`,
      onclick: () => choose(each) }, h('span', {}, each.name), ` ${percent(each.score, lang)}`)));
    const words = outputs ? inWords() : pixels || example ? '' : say(lang, 'announce-no-picture');
    write(sum, words);
    choose(found.find((each) => before && each.label === before.label && overlap(each.box, before.box) > SAME)
      ?? found[0] ?? null);
    if (isHeld && chosen) /** @type {HTMLElement} */ (list.children[found.indexOf(chosen)]).focus();
    return outputs ? say(lang, 'announce-found', { found: words }) : words;
  }

  /** How many there are of each kind. */
  function inWords() {
    const names = current.labels[lang];
    const parts = names.map((name, label) => {
      const number = found.filter((each) => each.label === label).length;
      const plural = lang === 'en' && number !== 1 ? current.extra.plurals[label] : name;
      return number ? say(lang, 'counted', { number, name: plural }) : '';
    }).filter(Boolean);
    return parts.join(say(lang, 'comma')) || say(lang, 'nothing-found');
  }
}

/** The colour of a class in the style sheet; where there are many, some share one. @param {number} label */
const kindOf = (label) => `pd-kind-${label % KINDS}`;
