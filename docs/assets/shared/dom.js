// Helpers that make the rest read like the page.

/**
 * A new element: `h('button', { type: 'button', class: 'pd-tool' }, 'Undo')`.
 * Names that start with `on` are listeners; `true` and `false` switch boolean attributes; the rest are attributes.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | ((event: any) => void)>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (typeof value === 'boolean') element.toggleAttribute(name, value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * A new element of a picture in lines: `svg('path', { d: 'M0 0L1 1' })`.
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * The 2D context of a canvas; a browser without one cannot show anything here.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {CanvasRenderingContext2D}
 */
export function context(canvas, settings) {
  const found = canvas.getContext('2d', settings);
  if (!found) throw new Error('no 2D canvas');
  return found;
}

/**
 * Writes text only when it changed, so that a screen reader is not made to repeat itself.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Says what a canvas or a drawing shows. Only what has words is a picture to a screen reader: before, there is nothing.
 * @param {Element} element
 * @param {string} text
 */
export function describe(element, text) {
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', text);
}

/**
 * The page in the other language opens with the same query.
 * @param {string} search
 */
export function carry(search) {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('a.lp-language'))) link.search = search;
}
