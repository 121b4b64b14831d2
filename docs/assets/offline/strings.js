// Every sentence about keeping pages, in both languages. `{name}` is filled in by say().

import { sayer } from '../shared/say.js';

export const STRINGS = {
  save: { en: 'Save for offline', zh: '保存以便离线使用' },
  size: { en: '{megabytes} MB', zh: '{megabytes} MB' },
  saving: { en: 'Saving: {done} of {megabytes} MB', zh: '正在保存：{done} / {megabytes} MB' },
  saved: { en: 'Saved, {megabytes} MB: works offline, in both languages', zh: '已保存（{megabytes} MB），中英文都能离线使用' },
  remove: { en: 'Remove', zh: '删除' },
  retry: { en: 'Try again', zh: '重试' },
  full: {
    en: 'There is not enough room: the browser’s storage is full. Remove another saved paper or free some space on this '
      + 'device, then try again.',
    zh: '空间不够：浏览器的存储已满。请先删除其他已保存的论文，或清理设备空间，然后重试。',
  },
  network: {
    en: 'Saving was interrupted: the network connection failed. What has arrived is kept; try again when you are online.',
    zh: '保存中断：网络连接失败。已收到的部分不会丢失，联网后请重试。',
  },
  outdated: {
    en: 'The site has been updated meanwhile. Reload the page, then save it again.',
    zh: '网站刚刚更新。请重新加载页面，然后再次保存。',
  },
  refused: {
    en: 'This browser does not allow pages to be kept; private windows and strict settings do that. Use an ordinary '
      + 'window, or allow this site to store data.',
    zh: '浏览器不允许保存页面，无痕窗口或严格的隐私设置会造成这种情况。请改用普通窗口，或允许本站存储数据。',
  },
  updated: {
    en: 'The site has been updated. This page goes on with the version it was opened with, but a part of it is no longer '
      + 'on the server. Reload it to go on with the new version.',
    zh: '网站已经更新。本页仍在使用打开时的版本，但有一部分内容服务器上已经没有了。请重新加载，换用新版本。',
  },
  reload: { en: 'Reload', zh: '重新加载' },
};

/** @typedef {keyof typeof STRINGS} Key */

export const say = sayer(STRINGS);
