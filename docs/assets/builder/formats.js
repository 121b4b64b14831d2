// A list of papers as Markdown, HTML, LaTeX and BibTeX, to be pasted elsewhere. Text in, text out.

/** @typedef {import('./state.js').Paper} Paper */
/** @typedef {import('./state.js').Format} Format */
/** @typedef {'en' | 'zh'} Lang */

export const EXTENSIONS = { markdown: 'md', html: 'html', latex: 'tex', bibtex: 'bib' };
const MOST_AUTHORS = 4; // beyond these, the first three and "et al."

/** @type {Record<string, string>} */
const HTML = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** @type {Record<string, string>} */
const LATEX = {
  '\\': '\\textbackslash{}', '{': '\\{', '}': '\\}', '$': '\\$', '&': '\\&', '#': '\\#', '_': '\\_', '%': '\\%',
  '~': '\\textasciitilde{}', '^': '\\textasciicircum{}', '<': '\\textless{}', '>': '\\textgreater{}', '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
};

/** Text that shows as itself in HTML, also inside an attribute. @param {string} text */
export const escapeHtml = (text) => text.replace(/[&<>"']/g, (sign) => HTML[sign]);

/** Text that shows as itself in Markdown (CommonMark, and the tables, formulas and strike-outs of its dialects). @param {string} text */
export const escapeMarkdown = (text) => text.replace(/[\\`*_[\]<>#|~$]/g, '\\$&').replace(/&(?=#?\w+;)/g, '\\&');

/** Text that shows as itself in LaTeX. @param {string} text */
export const escapeLatex = (text) => text.replace(/[\\{}$&#_%~^<>|"]/g, (sign) => LATEX[sign]);

/** An address that neither ends nor breaks a Markdown link. @param {string} url */
export const markdownUrl = (url) => url.replace(/[\s()<>\\]/g, encode);

/** An address as the argument of \href, also inside another command. @param {string} url */
export const latexUrl = (url) => url.replace(/[\s{}\\^~"<>|`]/g, encode).replace(/[%#&]/g, '\\$&');

/** @param {string} sign */
const encode = (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/**
 * The parts of one entry, in the order and with the punctuation of the language.
 * @param {Paper} paper
 * @param {Lang} lang
 */
function parts(paper, lang) {
  const many = paper.authors.length > MOST_AUTHORS, shown = many ? paper.authors.slice(0, 3) : paper.authors;
  const authors = lang === 'zh' ? `${shown.join('、')}${many ? ' 等' : ''}` : `${shown.join(', ')}${many ? ' et al.' : ''}`;
  const year = paper.venue.includes(String(paper.year)) ? '' : `${lang === 'zh' ? '，' : ', '}${paper.year}`;
  return { authors, title: paper.title, original: paper.original, venue: `${paper.venue}${year}${lang === 'zh' ? '。' : '.'}` };
}

/**
 * One entry: the name with its link, then authors, title, venue and year.
 * @param {Paper} paper
 * @param {Lang} lang
 * @param {(text: string) => string} escape
 * @param {(text: string) => string} link
 * @param {(text: string) => string} emphasis for a title in Latin letters; a Chinese one stands in 《》
 */
function line(paper, lang, escape, link, emphasis) {
  const { authors, title, original, venue } = parts(paper, lang);
  if (lang === 'zh') {
    const own = original ? `（${emphasis(escape(original))}）` : '';
    return `${link(escape(paper.name))}：${escape(authors)}。《${escape(title)}》${own}。${escape(venue)}`;
  }
  const stop = /[.?!]$/.test(title) ? '' : '.';
  return `${link(escape(paper.name))}: ${escape(authors)}${authors.endsWith('.') ? '' : '.'} ${emphasis(escape(title))}${stop} ${escape(venue)}`;
}

/** @param {Paper[]} papers @param {string} title @param {Lang} lang */
export function markdown(papers, title, lang) {
  const entries = papers.map((paper, i) =>
    `${i + 1}. ${line(paper, lang, escapeMarkdown, (name) => `[${name}](${markdownUrl(paper.url)})`, (text) => `*${text}*`)}`);
  return join([title && `# ${escapeMarkdown(title)}`, entries.join('\n')]);
}

/** @param {Paper[]} papers @param {string} title @param {Lang} lang */
export function html(papers, title, lang) {
  const entries = papers.map((paper) => {
    const own = (/** @type {string} */ text) => (lang === 'zh' ? `<cite lang="en">${text}</cite>` : `<cite>${text}</cite>`);
    return `  <li>${line(paper, lang, escapeHtml, (name) => `<a href="${escapeHtml(paper.url)}">${name}</a>`, own)}</li>`;
  });
  return `${[title && `<h2>${escapeHtml(title)}</h2>`, `<ol lang="${lang}">`, ...entries, '</ol>'].filter(Boolean).join('\n')}\n`;
}

/** @param {Paper[]} papers @param {string} title @param {Lang} lang */
export function latex(papers, title, lang) {
  const entries = papers.map((paper) => `  \\item ${line(paper, lang, escapeLatex,
    (name) => `\\href{${latexUrl(paper.url)}}{${name}}`, (text) => `\\emph{${text}}`)} \\cite{${key(paper)}}`);
  const packages = `% \\usepackage[T1]{fontenc} \\usepackage{hyperref}${lang === 'zh' ? ' \\usepackage{ctex}' : ''}`;
  return `${[packages, title && `\\section*{${escapeLatex(title)}}`, '\\begin{enumerate}', ...entries, '\\end{enumerate}']
    .filter(Boolean).join('\n')}\n`;
}

/** BibTeX reads everything outside an entry as a remark, but an @ begins an entry. @param {Paper[]} papers @param {string} title */
export function bibtex(papers, title) {
  return join([title && `% ${title.replaceAll('@', '(at)')}`, ...papers.map((paper) => paper.bibtex)]);
}

/** The key under which the BibTeX entry is cited. @param {Paper} paper */
export const key = (paper) => /^@\w+\{([^,\s]+),/.exec(paper.bibtex)?.[1] ?? paper.slug;

/** @param {(string | false)[]} blocks */
const join = (blocks) => `${blocks.filter(Boolean).join('\n\n')}\n`;

/** @type {Record<Format, (papers: Paper[], title: string, lang: Lang) => string>} */
export const WRITERS = { markdown, html, latex, bibtex };
