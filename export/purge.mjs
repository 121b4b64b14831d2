// A style sheet without the rules that no page can need: {css, own, words} on standard input, the style sheet on standard
// output. `words` are all words of the pages and scripts, in one text; `own` is what needs no search and follows as it is:
// PurgeCSS would take :focus-visible, and what stands in :is(), for rules that no page needs.
import { PurgeCSS } from "purgecss";

let input = "";
for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;
const { css, own, words } = JSON.parse(input);

const [purged] = await new PurgeCSS().purge({
  content: [{ raw: words, extension: "html" }],
  css: [{ raw: css }],
  blocklist: ["rtl"],
  keyframes: true,
});

// Families may be named by variables, which PurgeCSS does not follow: a face goes if its name stands nowhere else.
const FACE = /@font-face\s*\{[^}]*\}/g;
const kept = `${purged.css}\n${own}`;
const rules = kept.replace(FACE, "");
const family = (face) => /font-family:\s*["']?([^"';}]+)/.exec(face)[1];
process.stdout.write(kept.replace(FACE, (face) => (rules.includes(family(face)) ? face : "")));
