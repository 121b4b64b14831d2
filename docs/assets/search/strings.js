// Every sentence of the search, in both languages. `{name}` is filled in by say().

import { sayer } from '../shared/say.js';

export const STRINGS = {
  search: { en: 'Search the site', zh: '搜索本站' },
  placeholder: { en: 'Papers, authors, terms', zh: '论文、作者、术语' },
  close: { en: 'Close', zh: '关闭' },
  results: { en: 'Results', zh: '搜索结果' },
  hint: {
    en: 'Names, titles, authors and terms in either language.',
    zh: '可以输入论文简称、标题、作者或术语，中英文均可。',
  },
  searching: { en: 'Searching…', zh: '正在搜索……' },
  one: { en: 'Found on 1 page.', zh: '找到 1 个页面。' },
  all: { en: 'Found on {count} pages.', zh: '找到 {count} 个页面。' },
  some: { en: 'Found on {count} pages; these fit best.', zh: '找到 {count} 个页面，以下最为相关。' },
  none: { en: 'Nothing found for “{query}”. Try fewer or other words.', zh: '没有找到“{query}”。请减少关键词，或换个说法。' },
  failed: {
    en: 'The search could not be loaded. Check the connection and press Enter to try again.',
    zh: '未能载入搜索功能。请检查网络连接，然后按回车键重试。',
  },
  offline: {
    en: 'You are offline, and the search is not kept on this device. When you are online again, “Save for offline” on a '
      + 'review keeps it too.',
    zh: '当前没有网络，搜索功能也未保存在本设备上。联网后，在任一导读页点击“保存以便离线使用”，即可一并保存搜索功能。',
  },
  papers: { en: 'To the list of papers', zh: '查看论文列表' },
};

export const say = sayer(STRINGS);
