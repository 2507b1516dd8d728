// A truth table: what goes in, what is on the way, what comes out, what is wanted.

import { h } from "./elements.js";
import { t } from "./language.js";

/**
 * Make a table.
 *
 * @param {Array} columns [words or key of the head's text, cell(row)] between the inputs and the output
 * @param {object} options id · onpick(index): a row was chosen
 */
export function truthTable(columns, { id, onpick = null }) {
  const element = h("table", { class: "numbers truth", id });
  const head = (words) => h("th", { scope: "col" }, words.includes(".") ? t(words) : words);
  return {
    element,
    show(rows, chosen = -1) {
      const focused = element.contains(document.activeElement);
      element.replaceChildren(
        h("thead", {}, h("tr", {}, ["x₁, x₂", ...columns.map(([words]) => words), "y", "gates.wanted"].map(head), h("th", {}, h("span", { class: "hidden-text" }, t("gates.right"))))),
        h("tbody", {}, rows.map((row, index) => h("tr", { class: index === chosen ? "chosen" : "", onclick: onpick && (() => onpick(index)) },
          h("th", { scope: "row" }, onpick ? h("button", { type: "button", class: "quiet", "aria-pressed": String(index === chosen), "data-row": index }, `${row.x1}, ${row.x2}`) : `${row.x1}, ${row.x2}`),
          columns.map(([, cell]) => h("td", {}, cell(row))),
          h("td", {}, h("strong", {}, String(row.output))), h("td", {}, String(row.wanted)),
          row.output === row.wanted ? h("td", { class: "good" }, "✓", h("span", { class: "hidden-text" }, t("gates.right"))) : h("td", { class: "bad" }, "✗", h("span", { class: "hidden-text" }, t("gates.wrong")))))));
      if (focused) element.querySelector(`[data-row="${chosen}"]`)?.focus();
    },
  };
}

/** The names of the rows that are wrong: (0, 1), (1, 1). */
export const wrongRows = (rows) => rows.filter(({ output, wanted }) => output !== wanted).map(({ x1, x2 }) => `(${x1}, ${x2})`).join(", ");

export const rightRows = (rows) => rows.filter(({ output, wanted }) => output === wanted).length;
