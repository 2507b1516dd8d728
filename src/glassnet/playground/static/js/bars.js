// Probabilities as bars, one a class.

import { h } from "./elements.js";
import { percent } from "./numbers.js";

/** Make bars: show(values, names) sets them, onpick(index) is called when one is clicked. */
export function bars({ onpick = null, label = null } = {}) {
  const element = h("div", { class: "bars", role: "list", label });
  let rows = [];
  return {
    element,
    show(values, names) {
      if (rows.length !== values.length) {
        rows = Array.from(values, (_, index) => {
          const fill = h("div", { class: "fill" }), name = h("span"), number = h("span", { class: "number" });
          const row = h("div", { class: "bar", role: "listitem", onclick: onpick && (() => onpick(index)) }, name, h("div", { class: "track" }, fill), number);
          return { row, fill, name, number };
        });
        element.replaceChildren(...rows.map(({ row }) => row));
      }
      const first = values.indexOf(Math.max(...values));
      rows.forEach(({ row, fill, name, number }, index) => {
        row.classList.toggle("first", index === first);
        fill.style.width = `${100 * values[index]}%`;
        name.textContent = names[index] ?? index;
        number.textContent = percent(values[index]);
      });
    },
  };
}
