// Why this answer and not that one: the pixels and units that speak for one or the other, and what little would turn it.

import { latest } from "./connection.js";
import { termsList } from "./digit_why.js";
import { h } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { t } from "./language.js";
import { short, signed } from "./numbers.js";

/** Make the card: show({model, image}, card, answer, second); `onpick(address)` for a unit. */
export function contrastCard({ onpick, onerror, onchange }) {
  const asks = { contrast: latest("digit.contrast"), turn: latest("digit.contrast") };
  const head = h("h2", {}), other = h("select", { id: "digit-not", onchange: choose });
  const says = h("p", { class: "small" }), units = h("div", {}), turned = h("div", { class: "stack tight", "aria-live": "polite" });
  const map = heatmap({ cell: 7, gap: 0, label: "digit.contrast-map", words: (row, column, value) => `(${row}, ${column}): ${signed(value)}` });
  const turn = h("button", { type: "button", text: "digit.turn", onclick: showTurn });
  const element = h("section", { class: "card area-contrast stack", id: "digit-contrast", hidden: true },
    h("div", { class: "row spread" }, head, h("label", { class: "row" }, h("span", { class: "soft small", text: "digit.contrast-other" }), other)),
    h("div", { class: "contrast-columns" }, h("div", { class: "stack tight" }, map.element, says),
      h("div", { class: "stack tight" }, h("h4", { text: "digit.contrast-units" }), units), h("div", { class: "stack tight" }, turn, turned)));
  let now = null, wanted = null;

  const name = (index) => now.card.classes[index] ?? index;
  const request = () => ({ model: now.model, image: now.image, why: now.answer, why_not: now.not });

  function choose() {
    wanted = Number(other.value);
    onchange();
    refresh();
  }

  async function refresh() {
    now.not = wanted !== null && wanted !== now.answer && wanted < now.card.classes.length ? wanted : now.second;
    other.replaceChildren(...now.card.classes.map((own, index) => (index === now.answer ? null : h("option", { value: index }, own))).filter(Boolean));
    if (now.not >= now.card.classes.length) other.append(h("option", { value: now.not }, String(name(now.not)))); // of many classes the first are named
    other.value = now.not;
    head.textContent = t("digit.contrast", { name: name(now.answer), other: name(now.not) });
    turned.replaceChildren();
    element.hidden = false;
    const asked = now;
    try {
      const own = await asks.contrast(request());
      if (!own || asked !== now) return;
      map.show(own.pixels.data, ...own.pixels.shape);
      element.dataset.score = own.score;
      says.textContent = t(own.exact ? "digit.contrast-exact" : "digit.contrast-nearly", { name: name(now.answer), other: name(now.not), score: signed(own.score), constant: signed(own.constant) });
      units.replaceChildren(termsList(own.units, onpick));
    } catch (error) {
      onerror(error);
    }
  }

  async function showTurn() {
    turn.disabled = true;
    const asked = now, target = now.not;
    try {
      const own = await asks.turn({ ...request(), turn: true });
      if (own && asked === now && target === now.not) showChange(own.change);
    } catch (error) {
      onerror(error);
    }
    turn.disabled = false;
  }

  function showChange(change) {
    if (!change) return turned.replaceChildren(h("p", {}, t("digit.no-turn")));
    const view = (tensor, options) => {
      const own = heatmap({ cell: 4, gap: 0, label: "digit.picture", words: (row, column, value) => `(${row}, ${column}): ${short(value)}`, ...options });
      own.show(tensor.data, ...tensor.shape);
      return own.element;
    };
    turned.replaceChildren(
      h("div", { class: "parts" }, h("figure", {}, view(change.delta), h("figcaption", { class: "small" }, t("digit.turn-delta"))),
        h("figure", {}, view(change.picture, { scale: "ink" }), h("figcaption", { class: "small" }, t("digit.turn-after", { name: name(change.after) })))),
      h("p", { class: "small" }, t("digit.turn-words", { count: change.changed, size: short(change.size, 3), name: name(change.after) })));
  }

  return {
    element,
    show(own) {
      now = own;
      return refresh();
    },
    blank: () => (element.hidden = true),
    /** The class that the reader chose, for the link; null for the runner-up. */
    wanted: () => wanted,
    want: (index) => (wanted = index),
  };
}
