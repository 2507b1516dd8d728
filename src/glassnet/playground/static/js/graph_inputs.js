// The values of a graph's inputs: a field and a slider for each.

import { h } from "./elements.js";
import { rangeOf } from "./graph_examples.js";
import { t } from "./language.js";

/** Make the fields; onchange(name, value) is called at each change. show(inputs, firsts, positive) sets them. */
export function graphInputs({ onchange }) {
  const element = h("div", { class: "graph-inputs" });
  let rows = new Map(), ranges = new Map(), shape = "";

  function make(name, first, positive) {
    const range = rangeOf(first, positive);
    ranges.set(name, range);
    const number = h("input", { type: "number", step: "any", inputmode: "decimal", "aria-label": t("graph.value-of", { name }), oninput: () => {
      const value = number.valueAsNumber;
      if (Number.isFinite(value) && Math.abs(value) <= 1e9) onchange(name, value);
    } });
    const slider = h("input", { type: "range", "aria-label": t("graph.slider", { name }), oninput: () => onchange(name, slider.valueAsNumber) });
    rows.set(name, { number, slider });
    return h("div", { class: "graph-input" }, h("span", { class: "name", "aria-hidden": "true" }, name), slider, number);
  }

  return {
    element,
    step: (name) => ranges.get(name)?.step ?? 0.1,
    show(inputs, firsts, positive, language) {
      const now = JSON.stringify([inputs.map(({ name }) => [name, firsts[name]]), positive, language]);
      if (now !== shape) {
        shape = now;
        rows = new Map();
        element.replaceChildren(...inputs.map(({ name, value }) => make(name, firsts[name] ?? value, positive)));
      }
      for (const { name, value } of inputs) {
        const { number, slider } = rows.get(name), range = ranges.get(name);
        const bounds = { min: Math.min(range.low, value), max: Math.max(range.high, value), step: range.step };
        for (const [key, own] of Object.entries(bounds)) slider[key] = own;
        slider.value = value;
        if (document.activeElement !== number || number.valueAsNumber !== value) number.value = Number(value.toPrecision(10));
      }
    },
  };
}
