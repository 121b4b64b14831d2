import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import * as formats from '../../docs/assets/builder/formats.js';
import { FORMATS, answers, found, moved, parse, serialise } from '../../docs/assets/builder/state.js';
import { STRINGS, say } from '../../docs/assets/builder/strings.js';

/** @typedef {import('../../docs/assets/builder/state.js').State} State */

/** @param {Partial<import('../../docs/assets/builder/state.js').Paper>} [change] */
const paper = (change) => ({
  slug: 'tiny', name: 'Tiny [1]', title: 'A & B: 50 % of_it', original: '', authors: ['Ada Example', 'Léon <Böll>'], venue: 'Conf #1',
  year: 1998, url: 'https://example.org/en/papers/tiny/', bibtex: '@article{tiny1998,\n  title = {A}\n}', find: '残差', ready: false, ...change,
});
const known = (/** @type {string} */ slug) => ['lenet', 'resnet', 'r-cnn'].includes(slug);

// ------------------------------------------------------------------------------------------------------------ the state

/** @type {State[]} */
const STATES = [
  { papers: [], title: '', format: 'markdown' },
  { papers: ['lenet'], title: '', format: 'latex' },
  { papers: ['r-cnn', 'lenet', 'resnet'], title: 'Week 1 & 2? 50 % #1 + a=b', format: 'html' },
  { papers: ['resnet'], title: '第 1 周：“残差” 🙂', format: 'bibtex' },
];
for (const state of STATES) {
  test(`the address gives back what was put in: ${serialise(state) || 'nothing'}`, () => {
    assert.deepEqual(parse(serialise(state), known), { state, problems: [] });
  });
}

test('the address stays readable, and a state at rest leaves none', () => {
  assert.equal(serialise(STATES[0]), '');
  assert.equal(serialise({ papers: ['lenet', 'r-cnn'], title: ' a  b ', format: 'markdown' }), '?papers=lenet,r-cnn&title=a%20b');
});

/** @type {[string, string, string[], string[]][]} */
const BAD = [
  ['an unknown paper', '?papers=lenet,nosuch,resnet', ['lenet', 'resnet'], ['bad-unknown']],
  ['a paper twice', '?papers=lenet,resnet,lenet', ['lenet', 'resnet'], ['bad-twice']],
  ['only nonsense', '?papers=%00,<script>,__proto__', [], ['bad-unknown']],
  ['a title that is too long', `?papers=lenet&title=${'x'.repeat(201)}`, ['lenet'], ['bad-title']],
  ['an address that is too long', `?papers=lenet&rest=${'x'.repeat(9000)}`, ['lenet'], ['bad-long']],
  ['a broken escape', '?papers=lenet&title=%E4%B8', ['lenet'], []],
  ['empty places, spaces, two fields', '?papers=,lenet,%20&papers=resnet', ['lenet', 'resnet'], []],
  ['an unknown format', '?papers=lenet&format=word', ['lenet'], []],
];
for (const [name, search, papers, problems] of BAD) {
  test(`${name}: a sentence for it, and the rest is kept`, () => {
    const read = parse(search, known);
    assert.deepEqual(read.state.papers, papers);
    assert.deepEqual(read.problems.map(({ key }) => key), problems);
    assert.ok([...read.state.title].length <= 200 && FORMATS.includes(read.state.format));
    for (const { key, values } of read.problems) assert.doesNotMatch(say('en', key, values) + say('zh', key, values), /\{\w+\}/);
  });
}

test('of many unknown papers the first are named, cut short', () => {
  const [{ values }] = parse(`?papers=${Array.from({ length: 30 }, (_, i) => `${'z'.repeat(100)}${i}`).join(',')}`, known).problems;
  assert.ok(String(values.names).length < 230 && String(values.names).endsWith('…'));
});

test('a paper moves by one place, and not beyond the ends', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 'c', -1), ['a', 'c', 'b']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'a', 1), ['b', 'a', 'c']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'a', -1), ['a', 'b', 'c']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'x', 1), ['a', 'b', 'c']);
});

test('a paper is found by any of its words, in either language, with or without accents', () => {
  for (const typed of ['', 'tiny', 'ADA 1998', 'leon', '残差', 'boll conf']) assert.ok(answers(paper(), typed), typed);
  assert.ok(!answers(paper(), 'tiny 池化'));
});

test('a name that begins with what was typed comes first', () => {
  const named = (/** @type {string} */ name) => paper({ slug: name, name, title: 'ResNet' });
  assert.deepEqual(found([named('Wide ResNet'), named('ResNet')], 'resn').map(({ name }) => name), ['ResNet', 'Wide ResNet']);
});

// ---------------------------------------------------------------------------------------------------------- the formats

test('HTML: signs become entities', () => {
  assert.equal(formats.escapeHtml(`<a href="x">'&amp;'</a>`), '&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;');
});

test('Markdown: signs lose their meaning', () => {
  assert.equal(formats.escapeMarkdown('[a](b) *c* _d_ `e` <f> \\ #g |h ~i $j$'), '\\[a\\](b) \\*c\\* \\_d\\_ \\`e\\` \\<f\\> \\\\ \\#g \\|h \\~i \\$j\\$');
  assert.equal(formats.escapeMarkdown('A & B &amp; &#35; C'), 'A & B \\&amp; &\\#35; C');
});

test('LaTeX: the ten special characters, and those that an old encoding sets as others', () => {
  assert.equal(formats.escapeLatex('# $ % & _ { }'), '\\# \\$ \\% \\& \\_ \\{ \\}');
  assert.equal(formats.escapeLatex('\\~^'), '\\textbackslash{}\\textasciitilde{}\\textasciicircum{}');
  assert.equal(formats.escapeLatex('<|>"'), '\\textless{}\\textbar{}\\textgreater{}\\textquotedbl{}');
});

test('addresses neither end their link nor break it', () => {
  assert.equal(formats.markdownUrl('https://a.b/c_(d) e'), 'https://a.b/c_%28d%29%20e');
  assert.equal(formats.latexUrl('https://a.b/~c?d=1&e=%20#f}'), 'https://a.b/\\%7Ec?d=1\\&e=\\%20\\#f\\%7D');
});

const TITLE = 'Week_1 <50 %>';

test('Markdown, whole', () => {
  assert.equal(formats.markdown([paper(), paper({ title: 'Why?' })], TITLE, 'en'), [
    '# Week\\_1 \\<50 %\\>', '',
    '1. [Tiny \\[1\\]](https://example.org/en/papers/tiny/): Ada Example, Léon \\<Böll\\>. *A & B: 50 % of\\_it*. Conf \\#1, 1998.',
    '2. [Tiny \\[1\\]](https://example.org/en/papers/tiny/): Ada Example, Léon \\<Böll\\>. *Why?* Conf \\#1, 1998.', '',
  ].join('\n'));
});

test('HTML, whole, in Chinese', () => {
  assert.equal(formats.html([paper({ title: '甲与乙', original: 'A & B', venue: 'CVPR 1998' })], '', 'zh'), [
    '<ol lang="zh">',
    '  <li><a href="https://example.org/en/papers/tiny/">Tiny [1]</a>：Ada Example、Léon &lt;Böll&gt;。《甲与乙》（<cite lang="en">A &amp; B</cite>）。CVPR 1998。</li>',
    '</ol>', '',
  ].join('\n'));
});

test('LaTeX, whole', () => {
  assert.equal(formats.latex([paper()], TITLE, 'en'), [
    '% \\usepackage[T1]{fontenc} \\usepackage{hyperref}', '\\section*{Week\\_1 \\textless{}50 \\%\\textgreater{}}', '\\begin{enumerate}',
    '  \\item \\href{https://example.org/en/papers/tiny/}{Tiny [1]}: Ada Example, Léon \\textless{}Böll\\textgreater{}. '
    + '\\emph{A \\& B: 50 \\% of\\_it}. Conf \\#1, 1998. \\cite{tiny1998}',
    '\\end{enumerate}', '',
  ].join('\n'));
  assert.match(formats.latex([paper()], '', 'zh'), /^% .*ctex/);
});

test('BibTeX, whole: an @ in the title does not begin an entry', () => {
  assert.equal(formats.bibtex([paper()], 'me@home'), '% me(at)home\n\n@article{tiny1998,\n  title = {A}\n}\n');
});

test('many authors are cut short', () => {
  const many = paper({ authors: ['A', 'B', 'C', 'D', 'E'] });
  assert.match(formats.markdown([many], '', 'en'), /: A, B, C et al\. \*/);
  assert.match(formats.markdown([many], '', 'zh'), /：A、B、C 等。《/);
});

// ---------------------------------------------------------------------------------------------------------- the sentences

const FOLDER = new URL('../../docs/assets/builder/', import.meta.url);
const SOURCE = readdirSync(FOLDER).filter((name) => name !== 'strings.js').map((name) => readFileSync(new URL(name, FOLDER), 'utf8')).join('\n');
const slots = (/** @type {string} */ text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

for (const [key, { en, zh }] of Object.entries(STRINGS)) {
  test(`${key}: both languages say it, with the same slots, and a module uses it`, () => {
    assert.ok(en.trim() && zh.trim());
    assert.deepEqual(slots(en), slots(zh));
    assert.doesNotMatch(zh, /[一-鿿][,;:?!]|[,;:?!.][一-鿿]|[一-鿿][A-Za-z0-9{]|[A-Za-z0-9}][一-鿿]/);
    assert.ok(SOURCE.includes(`'${key}'`), 'no module names this sentence');
  });
}
