// "Trace this": a digit of MNIST, or a row of numbers, goes through a model; what is right makes it go backward too.

import { ask } from "./connection.js";
import { field, h, select } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { t } from "./language.js";

const MOST_FIELDS = 32;
const MODES = [["predict", "models.mode.predict"], ["train", "models.mode.train"]];

/** Make the form for a model: {element, state(), run()}; ontrace(name of the trace) is called when it is there. */
export function traceForm(card, { page, state = {}, ontrace }) {
  const reads = card.reads !== "table" && card.n_in === 784, few = card.n_in <= MOST_FIELDS;
  const mode = select(MODES, { value: state.mode === "train" ? "train" : "predict" });
  const digit = h("input", { type: "number", min: "0", max: "9999", step: "1", value: String(within(state.digit)), inputmode: "numeric" });
  const given = String(state.x ?? "").split(/[\s,;]+/).filter(Boolean);
  const cells = few && !reads ? Array.from({ length: card.n_in }, (_, index) => h("input", { type: "text", inputmode: "decimal", class: "one-number", value: given[index] ?? "0" })) : [];
  const pasted = h("textarea", { rows: "2", label: "models.row", placeholder: "0.5, 1.2, …", value: given.join(", "), oninput: () => spread(pasted.value) });
  const target = h("input", { type: "text", value: String(state.t ?? ""), inputmode: "decimal" });
  const seen = h("div", { class: "seen-digit" });

  function spread(words) {
    const numbers = words.split(/[\s,;]+/).filter(Boolean);
    cells.forEach((cell, index) => (cell.value = numbers[index] ?? cell.value));
  }

  const targetWords = card.output === "values" ? t("models.target-values", { count: card.n_out }) : t("models.target-class", { most: Math.max(card.n_out, 2) - 1 });
  const numbersForm = () => h("div", { class: "stack" },
    few ? h("div", { class: "number-fields" }, cells.map((cell, index) => h("label", { class: "field" }, h("span", { class: "number" }, `X[0,${index}]`), cell))) : null,
    h("details", { open: !few }, h("summary", { text: "models.paste" }), pasted),
    card.reads === "table" ? h("p", { class: "soft small", text: "models.standardised" }) : null,
    h("label", { class: "field" }, h("span", {}, targetWords), target));
  const picturesForm = () => h("div", { class: "row digit-choice" }, field("models.digit-number", digit), seen);

  const own = {
    element: h("form", { class: "stack trace-form", onsubmit: (event) => (event.preventDefault(), own.run()) },
      h("p", { class: "soft", text: reads ? "models.trace-digit-words" : "models.trace-row-words" }),
      reads ? picturesForm() : numbersForm(), h("div", { class: "row" }, field("models.mode", mode), h("button", { class: "primary end", text: "models.trace" }))),
    state: () => (reads ? { digit: digit.value, mode: short(mode.value) } : { x: row(), t: target.value.trim(), mode: short(mode.value) }),
    async run() {
      try {
        const answer = await ask("models.trace", { model: card.name, mode: mode.value, ...(reads ? { digit: within(digit.value) } : { numbers: row(), target: target.value }) });
        if (answer.image) showDigit(answer);
        page.say();
        ontrace(answer.trace);
      } catch (error) {
        page.sayError(error);
      }
    },
  };

  const row = () => (few ? cells.map((cell) => cell.value.trim()).join(",") : pasted.value.split(/[\s,;]+/).filter(Boolean).join(","));

  function showDigit({ image, label }) {
    const map = heatmap({ cell: 3, gap: 0, scale: "ink", limit: 255, label: "models.seen" });
    map.show(image.data, 28, 28);
    seen.replaceChildren(map.element, h("span", { class: "small" }, t("models.labelled", { label })));
  }
  return own;
}

const short = (mode) => (mode === "predict" ? "" : mode);
const within = (value) => Math.max(0, Math.min(9999, Math.round(Number(value)) || 0));
