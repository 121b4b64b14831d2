// Who is next to a paper in the map: nothing of the page in here.

/**
 * @typedef {object} Edge
 * @property {string[]} later slugs of the papers that build on, use, extend or refute `earlier`
 * @property {string} earlier slug
 */

/**
 * From an element's `data-` attributes; several later papers share an arrow head.
 * @param {DOMStringMap | Record<string, string | undefined>} data
 * @returns {Edge}
 */
export function edge(data) {
  return { later: (data.later ?? '').split(' ').filter(Boolean), earlier: data.earlier ?? '' };
}

/**
 * @param {Edge} edge
 * @param {string} paper slug
 */
export function touches({ later, earlier }, paper) {
  return earlier === paper || later.includes(paper);
}

/**
 * The paper itself and all that an edge joins it with.
 * @param {Iterable<Edge>} edges
 * @param {string} paper slug
 * @returns {Set<string>}
 */
export function neighbourhood(edges, paper) {
  const found = new Set([paper]);
  for (const { later, earlier } of edges) {
    if (earlier === paper) for (const slug of later) found.add(slug);
    else if (later.includes(paper)) found.add(earlier);
  }
  return found;
}
