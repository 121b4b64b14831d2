// Every sentence of the list builder, in both languages. `{name}` is filled in by say().

import { sayer } from '../shared/say.js';

export const STRINGS = {
  loading: { en: 'Loading the papers…', zh: '正在载入论文……' },
  'load-failed': {
    en: 'The list of papers could not be loaded. Check the connection and try again.',
    zh: '论文目录没有载入，请检查网络后重试。',
  },
  retry: { en: 'Try again', zh: '重试' },

  pick: { en: 'Papers', zh: '论文' },
  find: { en: 'Find by name, title, author, year or term', zh: '按名称、标题、作者、年份或术语查找' },
  'found-all': { en: '{total} papers', zh: '共 {total} 篇' },
  'found-some': { en: '{count} of {total} papers', zh: '{total} 篇中的 {count} 篇' },
  'found-none': { en: 'No paper matches. Try fewer words.', zh: '没有符合的论文，请减少关键词。' },
  drop: { en: 'Take {name} out', zh: '移除 {name}' },
  ready: { en: 'can be tried', zh: '可以试' },

  list: { en: 'Your list', zh: '你的清单' },
  title: { en: 'Title', zh: '标题' },
  'title-hint': { en: 'Week 1, for instance', zh: '例如：第 1 周' },
  empty: { en: 'Nothing yet. Pick papers, or start with a ready list:', zh: '还没有内容。请挑选论文，也可以从现成的清单开始：' },
  up: { en: 'Move {name} up', zh: '上移 {name}' },
  down: { en: 'Move {name} down', zh: '下移 {name}' },
  clear: { en: 'Clear', zh: '清空' },
  link: { en: 'Copy the link', zh: '复制链接' },
  'link-copied': { en: 'Copied. The link opens this very list.', zh: '已复制，打开链接即可得到这份清单。' },

  output: { en: 'To take away', zh: '导出' },
  markdown: { en: 'Markdown', zh: 'Markdown' },
  html: { en: 'HTML', zh: 'HTML' },
  latex: { en: 'LaTeX', zh: 'LaTeX' },
  bibtex: { en: 'BibTeX', zh: 'BibTeX' },
  text: { en: 'The list as {format}', zh: '{format} 格式的清单' },
  copy: { en: 'Copy', zh: '复制' },
  copied: { en: 'Copied.', zh: '已复制。' },
  'copy-failed': {
    en: 'The browser does not allow copying. The text is selected: copy it with the keyboard or the menu.',
    zh: '浏览器不允许自动复制。文本已经选中，请用键盘或菜单复制。',
  },
  download: { en: 'Download {file}', zh: '下载 {file}' },
  file: { en: 'reading-list', zh: 'reading-list' },

  'said-added': { en: '{name} added as number {number}.', zh: '已加入 {name}，排在第 {number} 位。' },
  'said-dropped': { en: '{name} taken out.', zh: '已移除 {name}。' },
  'said-moved': { en: '{name} is now number {number} of {count}.', zh: '{name} 现在排在第 {number} 位，共 {count} 篇。' },
  'said-cleared': { en: 'The list is empty. The browser’s back button brings it back.', zh: '清单已清空，用浏览器的后退按钮可以找回。' },

  'bad-unknown': {
    en: 'Not on this site, and left out: {names}. The rest of the list is kept.',
    zh: '本站没有以下论文，已略去：{names}。其余保留。',
  },
  'bad-twice': { en: 'The address names a paper more than once; it is listed once.', zh: '网址中有论文重复出现，只列一次。' },
  'bad-title': {
    en: 'The title in the address was too long; the first {limit} characters are kept.',
    zh: '网址中的标题过长，只保留前 {limit} 个字符。',
  },
  'bad-long': {
    en: 'The address is too long; what comes after the first {limit} characters was left out.',
    zh: '网址过长，第 {limit} 个字符之后的内容没有采用。',
  },
};

/** @typedef {keyof typeof STRINGS} Key */

export const say = sayer(STRINGS);
