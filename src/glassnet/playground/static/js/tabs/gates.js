// The tab "gates".

import { h } from "../elements.js";

/** Fill the panel; return what the page calls: state(), restore(state), shown(), hidden(). */
export function open(panel, page) {
  panel.append(h("div", { class: "card" }, h("h2", { text: "gates.title" })));
  return { state: () => ({}), restore() {}, shown() {}, hidden() {} };
}
