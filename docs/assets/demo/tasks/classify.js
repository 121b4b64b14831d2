// What is on a picture: the picture on one side; one network's answer, or two side by side, on the other.
import { percent } from '../bars.js';
import { chances, top } from '../chances.js';
import { context, describe, h, write } from '../../shared/dom.js';
import { resolve } from '../manifest.js';
import { Photo } from '../photo.js';
import { fit } from '../pixels.js';
import { Sliders } from '../sliders.js';
import { say } from '../strings.js';

/**
 * @typedef {import('./index.js').Host} Host
 * @typedef {import('./index.js').Outputs} Outputs
 * @typedef {import('../manifest.js').Manifest} Manifest
 */

/** @param {Host} host @param {Manifest} manifest @param {Manifest | null} beside @returns {import('./index.js').Task} */
export function create(host, manifest, beside) {
  const { lang } = host;
  let networks = [manifest, ...(beside ? [beside] : [])];
  /** RGB as the graph takes it. @type {Uint8Array | null} */
  let pixels = null;
  let side = 0; // pixels of what the network sees

  const photo = new Photo(host, (picture) => {
    pixels = fit(picture, side);
    paintSeen();
    host.changed();
  });
  const seen = h('canvas', { class: 'pd-pixels' });
  const caption = h('figcaption');
  const input = h('div', { class: 'pd-classify' }, photo.element, h('figure', { class: 'pd-small' }, seen, caption));
  const result = h('div', { class: 'pd-answer-side' });
  /** @type {Sliders | null} */
  let sliders = null;
  /** @type {ReturnType<typeof chances> | null} */
  let table = null;
  use(manifest, beside);

  return { input, result, use, show, stop: () => photo.stop(), taps: () => [],
    feeds: () => pixels && { pixels, ...(sliders ? { branches: sliders.values } : {}) },
    load(sample, feeds) {
      pixels = /** @type {Uint8Array} */ (feeds.pixels);
      paintSeen();
      photo.sample(resolve(manifest, sample.pictures.shown), sample.title[lang]);
    } };

  /** @param {Manifest} next @param {Manifest | null} partner */
  function use(next, partner) {
    networks = [next, ...(partner ? [partner] : [])];
    if (side !== next.inputs[0].shape[1]) {
      side = next.inputs[0].shape[1];
      pixels = null; // of another size
      Object.assign(seen, { width: side, height: side });
    }
    describe(seen, say(lang, 'small-alt', { side }));
    write(caption, say(lang, 'small-title', { side }));
    const control = next.inputs.find(({ name }) => name === 'branches')?.control;
    const kept = sliders?.values;
    sliders = control ? new Sliders(control, words(next), lang, host.tuned) : null;
    if (sliders && kept?.length === sliders.values.length) sliders.set(kept);
    table = chances(networks, lang);
    result.replaceChildren(table.element, ...(sliders ? [sliders.element] : []));
  }

  /** What the sliders are called. @param {Manifest} network */
  function words({ extra }) {
    /** @type {number[]} */
    const groups = extra.groups;
    return { caption: say(lang, 'branches'), name: (/** @type {number} */ i) => say(lang, 'block', { number: i + 1 }),
      groups: groups.map((count, i) => ({ count, title: say(lang, 'at-pixels', { side: side / 2 ** i }) })) };
  }

  function paintSeen() {
    const image = new ImageData(side, side);
    pixels?.forEach((value, i) => { image.data[4 * Math.floor(i / 3) + (i % 3)] = value; });
    for (let i = 3; i < image.data.length; i += 4) image.data[i] = pixels ? 255 : 0;
    context(seen).putImageData(image, 0, 0);
  }

  /** @param {Outputs | null} outputs @param {Outputs} [other] @returns {string} */
  function show(outputs, other) {
    const all = [outputs, other].slice(0, networks.length);
    table?.show(all.map((each) => each?.probabilities.data ?? null));
    if (!outputs) return say(lang, 'announce-no-picture');
    return networks.map(({ title, labels }, i) => {
      const values = all[i]?.probabilities.data;
      if (!values) return '';
      const best = top(values);
      return say(lang, 'announce-class',
        { network: title[lang], label: labels[lang][best], chance: percent(values[best], lang) });
    }).join(lang === 'en' ? ' ' : '');
  }
}
