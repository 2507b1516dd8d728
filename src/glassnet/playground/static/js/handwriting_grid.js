// One's digits as rows of small pictures, by label; each can be looked at, given another label, or deleted.

import { digitTile } from "./digit_tile.js";
import { h } from "./elements.js";
import { t } from "./language.js";
import { nextIsHeld } from "./handwriting_store.js";

/** Make the grid of a store's digits: {element, paint()}; onchange() after a digit was changed or deleted. */
export function digitGrid({ store, onchange }) {
  const rows = h("div", { class: "digit-rows" }), editor = h("div", { class: "digit-editor", "aria-live": "polite" });
  let chosen = null;

  function paint() {
    const { digits } = store;
    if (chosen && !digits.includes(chosen)) chosen = null;
    const unsure = digits.filter(({ sure }) => !sure);
    rows.replaceChildren(...(digits.length ? [] : [h("p", { class: "soft", text: "handwriting.none" })]),
      ...(unsure.length ? [unsureNote(unsure)] : []),
      ...Array.from({ length: 10 }, (_, label) => row(label, digits.filter((digit) => digit.label === label))).filter(Boolean),
      digits.some(({ held }) => held) ? h("p", { class: "small soft key" }, h("i", { class: "held-corner" }), h("span", { text: "handwriting.corner" })) : "");
    paintEditor();
  }

  const unsureNote = (unsure) => h("div", { class: "row note" }, h("span", {}, t("handwriting.unsure", { count: unsure.length })),
    h("button", { type: "button", text: "handwriting.all-right", onclick: async () => {
      for (const digit of unsure) await settle(digit, digit.label);
      changed();
    } }));

  function row(label, own) {
    if (!own.length) return null;
    return h("div", { class: "digit-row" }, h("div", { class: "digit-label" }, h("b", {}, String(label)), h("span", { class: "small soft" }, t("handwriting.count", { count: own.length }))),
      h("div", { class: "tiles" }, own.map((digit, index) => {
        const words = t(digit.sure ? (digit.held ? "handwriting.tile-held" : "handwriting.tile") : "handwriting.tile-unsure", { label, number: index + 1 });
        return h("button", { type: "button", class: `tile-button ${digit.held ? "held" : ""} ${digit.sure ? "" : "unsure"}`, "aria-label": words, title: words, "aria-pressed": String(digit === chosen), "data-id": digit.id, onclick: () => choose(digit) }, digitTile(digit.image));
      })));
  }

  function choose(digit) {
    chosen = digit === chosen ? null : digit;
    paint();
    rows.querySelector(`[data-id="${digit.id}"]`)?.focus();
  }

  function paintEditor() {
    editor.hidden = !chosen;
    if (!chosen) return editor.replaceChildren();
    const labels = Array.from({ length: 10 }, (_, label) => h("button", { type: "button", "aria-pressed": String(label === chosen.label && chosen.sure), onclick: () => relabel(label) }, String(label)));
    editor.replaceChildren(digitTile(chosen.image), h("div", { class: "stack" }, h("p", { class: "small soft" }, t(chosen.held ? "handwriting.edit-held" : "handwriting.edit")),
      h("div", { class: "ten", role: "group", label: "handwriting.relabel" }, labels),
      h("div", { class: "row" }, h("button", { type: "button", text: "handwriting.delete", onclick: remove }), h("button", { type: "button", class: "quiet", text: "handwriting.done", onclick: () => choose(chosen) }))));
  }

  // A guessed label is nobody's yet: whether the digit is held out is settled when a person gives one.
  async function settle(digit, label) {
    if (!digit.sure) digit.held = nextIsHeld(store.digits, label);
    Object.assign(digit, { label, sure: true });
    await store.change(digit);
  }

  async function relabel(label) {
    await settle(chosen, label);
    changed();
  }

  async function remove() {
    const own = chosen;
    chosen = null;
    await store.remove(own);
    changed();
  }

  function changed() {
    paint();
    onchange();
  }

  return { element: h("div", { class: "stack" }, editor, rows), paint };
}
