// The one script of a page with demos: it names the two elements. Everything heavier waits for the reader's hand.
import { PaperDemo } from './paper-demo.js';
import { PaperDiagram } from './paper-diagram.js';

if (!customElements.get('paper-demo')) {
  customElements.define('paper-demo', PaperDemo);
  customElements.define('paper-diagram', PaperDiagram);
}
