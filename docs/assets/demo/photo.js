// A photograph as input: a file, the camera, or a sample; its middle, cut to the form that the network takes, or whole.
import { context, describe, h, write } from '../shared/dom.js';
import { DemoError } from './errors.js';
import { files } from './files.js';
import { say } from './strings.js';

const SIDE = 336; // pixels on show, from left to right
const PAUSE = 120; // ms between two pictures of the camera

export class Photo {
  #video = h('video', { muted: true, playsinline: true });
  /** From the press on the button until it is let go: what comes late finds another one here, or none.
   *  @type {{stream?: MediaStream, timer?: number} | null} */
  #filming = null;
  /** @type {HTMLImageElement | null} a sample's picture that has been asked for */
  #awaited = null;

  /**
   * @param {import('./tasks/index.js').Host} host
   * @param {(picture: ImageData, live: boolean) => void} onpicture the reader's own picture, whole; again and again from
   *   the camera, which is live
   * @param {object} [options]
   * @param {number} [options.form] height as a part of the width
   * @param {'environment' | 'user'} [options.facing] which camera
   * @param {{width: number, height: number, border: string} | null} [options.whole] the canvas on which all is shown
   */
  constructor(host, onpicture, { form = 1, facing = 'environment', whole = null } = {}) {
    this.host = host;
    this.onpicture = onpicture;
    this.facing = facing;
    this.border = whole?.border;
    this.canvas = h('canvas', { class: 'pd-photo', width: whole?.width ?? SIDE,
      height: whole?.height ?? Math.round(SIDE * form) });
    const door = files(host, (picture) => this.#take(picture));
    this.camera = h('button', { type: 'button', class: 'pd-button', 'aria-pressed': 'false',
      onclick: () => (this.#filming ? this.stop() : this.#start()) }, say(host.lang, 'camera'));
    this.element = h('div', { class: 'pd-picture', ...door.listeners }, this.canvas,
      h('div', { class: 'pd-tools' }, ...door.elements, this.camera));
  }

  /** @param {string} src of a sample's picture @param {string} title */
  async sample(src, title) {
    this.stop();
    describe(this.canvas, title);
    const image = (this.#awaited = new Image());
    image.src = src;
    await image.decode().catch(() => {}); // the network's own pixels are on show anyway
    if (image !== this.#awaited) return; // another picture meanwhile
    if (image.naturalWidth) this.#paint(image, image.naturalWidth, image.naturalHeight);
  }

  /** Lets go of the camera, and of a sample's picture that has not come yet. */
  stop() {
    this.#awaited = null;
    if (!this.#filming) return;
    clearInterval(this.#filming.timer);
    end(this.#filming.stream);
    this.#filming = null;
    this.#video.srcObject = null;
    this.#label('camera', false);
  }

  async #start() {
    /** @type {{stream?: MediaStream, timer?: number}} */
    const mine = (this.#filming = {});
    this.#label('camera-stop', true);
    try {
      // Undefined where the page is not on a secure origin.
      mine.stream = await navigator.mediaDevices?.getUserMedia({ video: { facingMode: this.facing } });
      if (mine !== this.#filming) return end(mine.stream); // let go while the reader was asked
      if (!mine.stream) throw new DemoError('camera-missing');
      this.#video.srcObject = mine.stream;
      await this.#video.play();
      if (mine !== this.#filming) return;
    } catch (error) {
      if (mine !== this.#filming) return;
      this.stop();
      const denied = error instanceof DOMException && error.name === 'NotAllowedError';
      this.host.refuse(new DemoError(denied ? 'camera-denied' : 'camera-missing', error), () => this.#start(), 'retry');
      return;
    }
    this.#awaited = null;
    mine.timer = window.setInterval(() => this.#look(), PAUSE);
    this.#look();
  }

  #look() {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!width) return;
    this.#paint(this.#video, width, height);
    describe(this.canvas, say(this.host.lang, 'from-camera'));
    this.onpicture(context(this.canvas).getImageData(0, 0, this.canvas.width, this.canvas.height), true);
  }

  /** @param {ImageData} picture of a file */
  #take(picture) {
    this.show(picture, say(this.host.lang, 'own-picture'));
    this.onpicture(picture, false);
  }

  /** @param {ImageData} picture @param {string} title */
  show(picture, title) {
    this.stop();
    const whole = h('canvas', { width: picture.width, height: picture.height });
    context(whole).putImageData(picture, 0, 0);
    this.#paint(whole, picture.width, picture.height);
    describe(this.canvas, title);
  }

  /** The middle, or all of it. @param {CanvasImageSource} source @param {number} width @param {number} height */
  #paint(source, width, height) {
    const { width: across, height: down } = this.canvas;
    const drawing = context(this.canvas, { willReadFrequently: true });
    drawing.imageSmoothingQuality = 'high';
    const [wider, taller] = [across / width, down / height];
    const scale = this.border ? Math.min(wider, taller) : Math.max(wider, taller);
    if (this.border) {
      drawing.fillStyle = this.border;
      drawing.fillRect(0, 0, across, down);
    }
    drawing.drawImage(source, (across - width * scale) / 2, (down - height * scale) / 2, width * scale, height * scale);
  }

  /** @param {'camera' | 'camera-stop'} key @param {boolean} on */
  #label(key, on) {
    write(this.camera, say(this.host.lang, key));
    this.camera.setAttribute('aria-pressed', String(on));
  }
}

/** @param {MediaStream | undefined} stream */
function end(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
