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

// Families may be named by variables, which PurgeCSS does not follow: a face goes if its name stands nowhere else.
const FACE = /@font-face\s*\{[^}]*\}/g;
const rules = purged.css.replace(FACE, "");
const family = (face) => /font-family:\s*["']?([^"';}]+)/.exec(face)[1];
process.stdout.write(purged.css.replace(FACE, (face) => (rules.includes(family(face)) ? face : "")));
