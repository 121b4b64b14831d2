// Pictures from the reader's machine: chosen, dropped or pasted. A button to show, and listeners for the input's box.
import { h } from '../shared/dom.js';
import { DemoError } from './errors.js';
import { decodeFile, fileIn } from './image.js';
import { say } from './strings.js';

/**
 * @param {import('./tasks/index.js').Host} host is told of files that are no good
 * @param {(picture: ImageData) => void} open takes a decoded picture; what it throws is told too
 */
export function files(host, open) {
  let last = 0; // decoding takes its time, in which another one may come
  const chooser = h('input', { type: 'file', class: 'pd-file', accept: 'image/*', tabindex: -1, 'aria-hidden': 'true',
    onchange: () => take(chooser.files?.[0]) });
  const button = h('button', { type: 'button', class: 'pd-button', onclick: () => chooser.click() },
    say(host.lang, 'file'));

  /** @param {File | undefined} file */
  function take(file) {
    const [mine, chosen] = [last += 1, host.chosen()];
    const isWanted = () => mine === last && chosen === host.chosen();
    if (file) decodeFile(file).then((picture) => isWanted() && open(picture))
      .catch((error) => isWanted() && host.refuse(error, () => chooser.click()));
    chooser.value = ''; // so that the same file can be chosen again
  }

  return {
    elements: [button, chooser],
    listeners: {
      /** @param {DragEvent} event */
      ondragover: (event) => event.preventDefault(),
      /** @param {DragEvent} event */
      ondrop: (event) => {
        event.preventDefault();
        const file = fileIn(event.dataTransfer);
        if (file) take(file);
        else host.refuse(new DemoError('not-image', 'no file'), () => chooser.click());
      },
      /** @param {ClipboardEvent} event */
      onpaste: (event) => take(fileIn(event.clipboardData)),
    },
  };
}
