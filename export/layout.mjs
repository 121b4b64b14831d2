// Where blocks and arrows of a diagram go: reads {width, graphs: [ELK graph, ...]} from standard input, lays the graphs out
// one after the other, and writes the first that is narrow enough, else the last, as {index, graph}.
import ELK from 'elkjs/lib/elk.bundled.js';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { width, graphs } = JSON.parse(text);

const elk = new ELK();
let index = 0;
let graph = await elk.layout(graphs[0]);
while (graph.width > width && index + 1 < graphs.length) {
  index += 1;
  graph = await elk.layout(graphs[index]);
}
process.stdout.write(JSON.stringify({ index, graph }));
