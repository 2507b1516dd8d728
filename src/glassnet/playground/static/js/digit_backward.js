// The backward pass, one link after another: loss → dZ3 → dW3, db3 → dA2 → …, each with formula, shapes and numbers.

import { unitStrip } from "./digit_layers.js";
import { readable } from "./library_words.js";
import { h } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { t } from "./language.js";
import { short } from "./numbers.js";

const WIDEST_MATRIX = 460;

/**
 * Make the stepper.
 *
 * @param {{onpick(address)}} options called with the number that is to be explained: the largest of the stage, or the one clicked
 * @returns {{element, show(stages), go(index), index(), why}} `why`: the place for the explanation
 */
export function backwardView({ onpick, onstage }) {
  const rail = h("div", { class: "rail", role: "group", label: "digit.links" });
  const body = h("div", { class: "stage-body stack" });
  const back = h("button", { type: "button", text: "digit.previous", onclick: () => go(at - 1) });
  const forward = h("button", { type: "button", class: "primary", text: "digit.next", onclick: () => go(at + 1) });
  const position = h("span", { class: "soft small", "aria-live": "polite" });
  const why = h("div", { class: "stage-why" });
  const element = h("div", { class: "backward stack" }, rail, h("div", { class: "row" }, back, forward, position), h("div", { class: "stage-columns" }, body, why));
  let stages = [], at = 0;

  function go(index, quiet = false) {
    at = Math.max(0, Math.min(stages.length - 1, index));
    if (!stages.length) return;
    back.disabled = at === 0;
    forward.disabled = at === stages.length - 1;
    position.textContent = t("digit.position", { at: at + 1, of: stages.length });
    [...rail.querySelectorAll("button")].forEach((button, own) => {
      button.setAttribute("aria-pressed", own === at);
      button.classList.toggle("passed", own < at);
      if (own === at && !quiet) rail.scrollTo({ left: button.offsetLeft - rail.clientWidth / 2 + button.clientWidth / 2 });
    });
    const stage = stages[at];
    const layer = /\d+/.exec(stage.arrays[0].name)?.[0] ?? "";
    body.replaceChildren(h("p", {}, t(`digit.link.${stage.kind}`, { name: stage.arrays[0].name, layer, before: Number(layer) || "" })),
      ...stage.arrays.map((array) => shownArray(array, onpick)));
    if (!quiet) onstage();
    onpick(stage.arrays[0].largest);
  }

  return {
    element,
    why,
    show(own, wanted = null) {
      const before = stages.length;
      stages = own;
      rail.replaceChildren(...stages.flatMap((stage, index) => [
        index ? h("span", { class: "arrow", "aria-hidden": "true" }, "→") : null,
        h("button", { type: "button", class: "link", onclick: () => go(index) }, label(stage)),
      ]).filter(Boolean));
      go(wanted ?? (before === stages.length ? at : 0), true);
    },
    go,
    index: () => at,
  };
}

const label = ({ kind, arrays }) => (kind === "loss" ? "loss" : arrays.map(({ name }) => name).join(", "));

function shownArray(array, onpick) {
  const from = array.from.map(([name, shape]) => `${name} ${sizes(shape)}`).join(" · ");
  const words = h("div", { class: "strip-words" },
    h("code", { class: "formula" }, h("b", {}, array.name), ` = ${readable(array.formula)}`),
    h("span", { class: "number soft" }, `${array.name} ${sizes(array.shape)}${from ? `  ←  ${from}` : ""}`));
  const total = array.shape.reduce((product, size) => product * size, 1);
  const numbers = total > 1 ? cells(array, onpick) : h("span", { class: "number big" }, short(array.values.data[0], 6));
  const notes = [
    array.pictures && array.columns ? t("digit.some-pictures", { count: array.columns.data.length, of: array.shape[1] }) : "",
    !array.pictures && (array.rows || array.columns) ? t("digit.some-rows", { rows: array.values.shape[0], columns: array.values.shape[1] }) : "",
    total > 1 && array.zeros ? t("digit.zeros", { zeros: array.zeros, of: total }) : "",
  ].filter(Boolean).join(" ");
  const chip = total > 1
    ? h("button", { type: "button", class: "chip", onclick: () => onpick(array.largest) }, `${t("digit.why-largest")} ${array.largest}`) : null;
  return h("div", { class: "array stack tight", "data-name": array.name }, words, numbers, notes ? h("p", { class: "soft small" }, notes) : null, chip);
}

const sizes = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

function cells(array, onpick) {
  if (array.pictures) return pictures(array, onpick);
  const { data, shape: [rows, columns] } = array.values;
  if (rows === 1) {
    const strip = unitStrip({ name: array.name, units: columns, vector: array.shape.length === 1, onpick, widest: WIDEST_MATRIX });
    strip.show(data);
    return strip.element;
  }
  const place = (row, column) => `${array.name}[${[array.rows?.data[row] ?? row, array.columns?.data[column] ?? column]}]`;
  const map = heatmap({
    cell: Math.max(5, Math.min(20, Math.floor(WIDEST_MATRIX / columns) - 1)), label: "digit.matrix",
    words: (row, column, value) => `${place(row, column)} = ${short(value)}`,
    onpick: (row, column) => array.shape.length <= 2 && onpick(place(row, column)),
  });
  map.show(data, rows, columns);
  return h("div", { class: "scroll tall" }, map.element);
}

function pictures(array, onpick) {
  const { data, shape: [count, height, width] } = array.values, side = height * width;
  return h("div", { class: "pictures" }, Array.from({ length: count }, (_, index) => {
    const unit = array.columns?.data[index] ?? index;
    const place = (row, column) => (array.name === "dX" ? `dX[0,${row * width + column}]` : `${array.name}[${row * width + column},${unit}]`);
    const map = heatmap({
      cell: count === 1 ? 6 : 3, gap: 0, limit: array.size || 1, label: "digit.picture",
      words: (row, column, value) => `${place(row, column)} = ${short(value)}`,
      onpick: (row, column) => onpick(place(row, column)),
    });
    map.show(data.subarray(index * side, (index + 1) * side), height, width);
    return h("figure", {}, map.element, count > 1 ? h("figcaption", { class: "small soft" }, t("digit.unit", { unit })) : null);
  }));
}
