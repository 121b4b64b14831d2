// The drawing pad: mouse, touch and pen through pointer events. It knows ink, and nothing of networks.
import { context, h } from '../shared/dom.js';
import { isFar, toPad, trace } from './strokes.js';

/**
 * @typedef {{data: Uint8Array, width: number, height: number}} Ink 0 is paper, 255 is full ink
 * @typedef {{strokes: number[][][], width: number, picture: Ink | null, example: boolean}} Drawing
 *   `width` of the pen is a fraction of the pad's side; an example gives way to the first stroke
 */

const SIDE = 280; // pixels of the raster that is handed on: 10 for each of the network's 28
const PEN = 0.085;

export class Pad {
  /** The last is on show; each is never changed once it is here. @type {Drawing[]} */
  #past;
  /** @type {number[][] | null} the stroke under the pointer */
  #stroke = null;
  /** Of the one that draws: another finger, or the palm, is none. */
  #pointer = 0;

  /**
   * @param {string} label what the pad is, for those who do not see it
   * @param {() => void} onchange after each change of the ink by the reader
   * @param {number} [pen] its width, a fraction of the pad's side
   */
  constructor(label, onchange, pen = PEN) {
    this.onchange = onchange;
    /** @type {Drawing} */
    this.blank = { strokes: [], width: pen, picture: null, example: false };
    this.#past = [this.blank];
    this.canvas = h('canvas', { class: 'pd-pad-ink', width: SIDE * 2, height: SIDE * 2, role: 'img',
      'aria-label': label, tabindex: -1 });
    this.raster = h('canvas', { width: SIDE, height: SIDE });
    const { canvas } = this;
    canvas.addEventListener('pointerdown', (event) => this.#down(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel']) canvas.addEventListener(name, (event) => this.#up(/** @type {PointerEvent} */ (event)));
  }

  get #drawing() {
    return this.#past[this.#past.length - 1];
  }

  get isBlank() {
    const { strokes, picture } = this.#drawing;
    return !strokes.length && !picture && !this.#stroke;
  }

  /** Whether the reader has not drawn, nor asked for what is on show. */
  get isUntouched() {
    return this.isBlank || (this.#drawing.example && !this.#stroke);
  }

  get canUndo() {
    return this.#past.length > 1;
  }

  /**
   * Shows a drawing made elsewhere; it can be undone, but `onchange` is not called.
   * @param {Partial<Drawing>} drawing
   */
  load(drawing) {
    this.#past.push({ ...this.blank, ...drawing });
    this.#paint();
  }

  undo() {
    if (!this.canUndo) return;
    this.#past.pop();
    this.#changed();
  }

  clear() {
    if (this.isBlank) return;
    this.#past.push(this.blank);
    this.#changed();
  }

  /** The drawing as ink, SIDE x SIDE. @returns {Ink} */
  ink() {
    const drawing = context(this.raster, { willReadFrequently: true });
    this.#draw(drawing, SIDE);
    const { data } = drawing.getImageData(0, 0, SIDE, SIDE);
    return { data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3]), width: SIDE, height: SIDE };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || this.#stroke) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    if (this.#drawing.example) this.#past.push(this.blank);
    this.#stroke = [toPad(event.clientX, event.clientY, this.canvas.getBoundingClientRect())];
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#stroke || event.pointerId !== this.#pointer) return;
    const box = this.canvas.getBoundingClientRect();
    const events = event.getCoalescedEvents?.() ?? [];
    for (const { clientX, clientY } of events.length ? events : [event]) {
      const point = toPad(clientX, clientY, box);
      if (isFar(this.#stroke.at(-1), point)) this.#stroke.push(point);
    }
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#stroke || event.pointerId !== this.#pointer) return;
    const { strokes, width } = this.#drawing;
    this.#past.push({ ...this.#drawing, strokes: [...strokes, this.#stroke], width: strokes.length ? width : this.blank.width });
    this.#stroke = null;
    this.#changed();
  }

  #changed() {
    this.#paint();
    this.onchange();
  }

  #paint() {
    this.#draw(context(this.canvas), this.canvas.width);
  }

  /** @param {CanvasRenderingContext2D} drawing black ink on nothing @param {number} side pixels */
  #draw(drawing, side) {
    const { strokes, width, picture } = this.#drawing;
    drawing.clearRect(0, 0, side, side);
    if (picture) drawPicture(drawing, picture, side);
    drawing.lineCap = drawing.lineJoin = 'round';
    drawing.lineWidth = (strokes.length ? width : this.blank.width) * side;
    for (const stroke of this.#stroke ? [...strokes, this.#stroke] : strokes) {
      drawing.beginPath();
      trace(drawing, stroke, side);
      drawing.stroke();
    }
  }
}

/** @param {CanvasRenderingContext2D} drawing @param {Ink} picture @param {number} side */
function drawPicture(drawing, { data, width, height }, side) {
  const canvas = h('canvas', { width, height });
  const image = new ImageData(width, height);
  data.forEach((ink, i) => { image.data[4 * i + 3] = ink; });
  context(canvas).putImageData(image, 0, 0);
  const scale = side / Math.max(width, height);
  drawing.imageSmoothingQuality = 'high';
  drawing.drawImage(canvas, (side - width * scale) / 2, (side - height * scale) / 2, width * scale, height * scale);
}
