// How every part of the site says its sentences; the sentences themselves are in each part's strings.js.

/** @typedef {'en' | 'zh'} Lang */

/**
 * A function that says one of the sentences: `say('zh', 'found', { count: 3 })`. Any language but Chinese is English; a
 * `{slot}` without a value stays as it is.
 * @template {Record<string, Record<Lang, string>>} Strings
 * @param {Strings} strings
 * @returns {(lang: string, key: keyof Strings, values?: Record<string, string | number>) => string}
 */
export const sayer = (strings) => (lang, key, values = {}) => {
  const chinese = lang.startsWith('zh');
  const sentence = strings[key][chinese ? 'zh' : 'en']
    .replace(/\{(\w+)\}/g, (slot, name) => String(values[name] ?? slot))
    .replaceAll(' × ', '\u00a0×\u00a0'); // a size is not broken
  return chinese ? sentence.replaceAll('） ', '）') : sentence; // a full-width bracket brings its own space
};
