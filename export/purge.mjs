// A style sheet without the rules that no page can need: {css, words} on standard input, the style sheet on standard
// output. `words` are all words of the pages and scripts, in one text.
import { PurgeCSS } from "purgecss";

let input = "";
for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;
const { css, words } = JSON.parse(input);

const [purged] = await new PurgeCSS().purge({
  content: [{ raw: words, extension: "html" }],
  css: [{ raw: css }],
  // Scripts put these together from a name and a number.
  safelist: [/^pd-(curve|kind)-/],
  blocklist: ["rtl"],
  keyframes: true,
});
process.stdout.write(purged.css);
