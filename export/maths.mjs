// Formulas -> HTML and MathML, all of them in one process: [[tex, display], ...] on standard input, a list of
// {html} or {error} on standard output.
import katex from "katex";

let input = "";
for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;

// A formula on its own line may be wider than a phone; it scrolls then, also with the keyboard.
const focusable = (html) => html.replace('<span class="katex-display">', '<span class="katex-display" tabindex="0">');

const render = ([tex, displayMode]) => {
  try {
    return { html: focusable(katex.renderToString(tex, { displayMode, output: "htmlAndMathml", strict: "error" })) };
  } catch (error) {
    return { error: error.message };
  }
};
process.stdout.write(JSON.stringify(JSON.parse(input).map(render)));
