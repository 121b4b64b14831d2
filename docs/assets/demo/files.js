// Pictures from the reader's machine: chosen, dropped or pasted. A button to show, and listeners for the input's box.
import { h } from './dom.js';
import { decodeFile, fileIn } from './image.js';
import { say } from './strings.js';

/**
 * @param {import('./tasks/index.js').Host} host is told of files that are no good
 * @param {(picture: ImageData) => void} open takes a decoded picture; what it throws is told too
 */
export function files(host, open) {
  const chooser = h('input', { type: 'file', class: 'pd-file', accept: 'image/*', tabindex: -1, 'aria-hidden': 'true',
    onchange: () => take(chooser.files?.[0]) });
  const button = h('button', { type: 'button', class: 'pd-button', onclick: () => chooser.click() },
    say(host.lang, 'file'));

  /** @param {File | undefined} file */
  function take(file) {
    if (file) decodeFile(file).then(open).catch((error) => host.refuse(error, () => chooser.click()));
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
        take(fileIn(event.dataTransfer));
      },
      /** @param {ClipboardEvent} event */
      onpaste: (event) => take(fileIn(event.clipboardData)),
    },
  };
}
