// The values of a graph's inputs: a field and a slider for each.

import { h } from "./elements.js";
import { rangeOf } from "./graph_examples.js";
import { numberSlider } from "./slider.js";

/** Make the fields; onchange(name, value) is called at each change. show(inputs, firsts, positive) sets them. */
export function graphInputs({ onchange }) {
  const element = h("div", { class: "sliders graph-inputs" });
  let rows = new Map(), shape = "";
  return {
    element,
    step: (name) => rows.get(name)?.range.step ?? 0.1,
    show(inputs, firsts, positive) {
      const now = JSON.stringify([inputs.map(({ name }) => [name, firsts[name]]), positive]);
      if (now !== shape) {
        shape = now;
        rows = new Map(inputs.map(({ name, value }) => [name, { row: numberSlider({ name, largest: 1e9, onchange: (own) => onchange(name, own) }), range: rangeOf(firsts[name] ?? value, positive) }]));
        element.replaceChildren(...[...rows.values()].map(({ row }) => row.element));
      }
      for (const { name, value } of inputs) rows.get(name).row.set(value, rows.get(name).range);
    },
  };
}
