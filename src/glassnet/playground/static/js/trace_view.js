// A trace, number by number: its address, its steps, the numbers of one of them, and why a number is what it is.

import { ask } from "./connection.js";
import { h } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { addTexts, onLanguage, t } from "./language.js";
import { readable } from "./library_words.js";
import { short, whole } from "./numbers.js";
import texts from "./texts/trace.js";
import { traceWhy } from "./trace_why.js";

addTexts(texts);
document.head.append(h("link", { rel: "stylesheet", href: "static/style/trace.css" }));

const PHASES = ["given", "parameters", "forward", "loss", "backward"];
const PHASE_OF = { state: "forward" };
const AS_COLOURS = { rows: 32, columns: 32 };
const AS_NUMBERS = { rows: 12, columns: 10 };
const ADDRESS = /^\s*([A-Za-z_]+\d*)\s*(?:\[([\d\s,]+)\])?\s*$/;

/**
 * Make the view of a trace that the server's session has open (`OpenTraces` in traces.py).
 *
 * @param {{page, onchange: () => void}} options onchange: another number was chosen, for the link
 * @returns {{element, show(name, address?), number(), clear()}} show asks the server for the trace of that name
 */
export function traceView({ page, onchange = () => {} }) {
  let name = null, overview = null, place = null, numbers = "colours", part = null, address = "";
  const head = h("div", { class: "stack" }), list = h("div", { class: "trace-steps", role: "group", label: "trace.steps" });
  const array = h("div", { class: "stack trace-array" }), reasons = traceWhy({ onpick: (own) => go(own) });
  const find = h("input", { type: "text", class: "trace-address", value: "", placeholder: "dW1[5,7]", label: "trace.find", spellcheck: "false", autocomplete: "off" });
  const form = h("form", { class: "row", onsubmit: (event) => (event.preventDefault(), go(find.value)) },
    h("label", { class: "field grow" }, h("span", { text: "trace.find" }), find), h("button", { class: "end", text: "trace.go" }));
  const element = h("div", { class: "trace-view", hidden: true },
    h("section", { class: "card trace-head" }, head),
    h("section", { class: "card" }, h("h2", { text: "trace.steps" }), list),
    h("section", { class: "card" }, array),
    h("section", { class: "card" }, h("h2", { text: "trace.why" }), form, reasons.element));

  const stepOf = (own) => overview.steps.find((step) => step.name === own);

  function paintHead() {
    const { address: of, samples, backward, layers } = overview;
    const line = (key, value) => h("div", {}, h("dt", { text: key }), h("dd", { class: "number" }, value));
    head.replaceChildren(
      h("h2", { text: "trace.address" }),
      h("dl", { class: "model-facts in-line" },
        line("trace.model", of.model.slice(0, 12)), line("trace.input", of.input.slice(0, 12)), line("trace.seed", String(of.seed)), line("trace.step", String(of.step)),
        line("trace.mode", t(`trace.mode.${of.mode}`)), line("trace.executor", of.executor), line("trace.samples", whole(samples)), line("trace.layers", layers.join(" → "))),
      h("p", { class: "soft small", text: backward ? "trace.same-bits" : "trace.forward-only" }));
  }

  function paintSteps() {
    const phase = (step) => PHASE_OF[step.phase] ?? step.phase;
    list.replaceChildren(...PHASES.flatMap((own) => {
      const steps = overview.steps.filter((step) => phase(step) === own);
      if (!steps.length) return [];
      return [h("h3", { class: "trace-phase", text: `trace.phase.${own}` }), ...steps.map(stepRow)];
    }));
    markStep();
  }

  const stepRow = (step) => h("button", { type: "button", class: "trace-step", "data-name": step.name, onclick: () => open(step.name), title: step.note ? readable(step.note) : null },
    h("b", { class: "number" }, step.name), h("span", { class: "number soft" }, shapeWords(step.shape)),
    h("code", { class: "trace-formula" }, step.formula ? readable(step.formula) : t("trace.is-given")), h("span", { class: "number soft trace-range" }, minus(readable(step.numbers))));

  function markStep() {
    for (const row of list.querySelectorAll("[data-name]")) row.setAttribute("aria-pressed", String(row.dataset.name === place?.name));
  }

  /** Show an array, from a row and a column on. */
  async function open(own, { row = 0, column = 0, piece = 0, picked = null } = {}) {
    const shape = stepOf(own).shape, few = shape.reduce((product, size) => product * size, 1) <= AS_NUMBERS.rows * AS_NUMBERS.columns;
    place = { name: own, row, column, piece, picked };
    markStep();
    const limits = numbers === "numbers" || few ? AS_NUMBERS : AS_COLOURS;
    const [sample, unit] = picked && picked.length > 1 ? picked.slice(-2) : [0, picked?.at(-1) ?? 0];
    try {
      part = await ask("models.window", { trace: name, name: own, row, column, piece, ...limits, sample, unit });
    } catch (error) {
      return page.sayError(error);
    }
    if (part.name !== place.name) return;
    Object.assign(place, { row: part.row, column: part.column, piece: part.piece });
    paintArray(few);
  }

  function paintArray(few) {
    const step = stepOf(part.name), [rows, columns] = part.size, [high, wide] = part.values.shape;
    const asNumbers = numbers === "numbers" || few;
    const choose = (own) => h("button", { type: "button", "aria-pressed": String(numbers === own), text: `trace.as.${own}`, onclick: () => ((numbers = own), open(part.name, place)) });
    array.replaceChildren(
      h("div", { class: "row between" }, h("h2", {}, h("span", { class: "number" }, part.name), " ", h("span", { class: "soft number" }, shapeWords(part.shape))), few ? null : h("div", { class: "row" }, choose("colours"), choose("numbers"))),
      h("p", {}, step.formula ? h("code", { class: "trace-formula" }, `${part.name} = ${readable(step.formula)}`) : t("trace.is-given")),
      ...(step.note ? [h("p", { class: "soft small" }, readable(step.note))] : []),
      ...(part.pieces > 1 ? [pager("trace.piece", part.piece, 1, part.pieces, (piece) => open(part.name, { ...place, piece }))] : []),
      ...(rows > high ? [pager("trace.rows", part.row, high, rows, (row) => open(part.name, { ...place, row }))] : []),
      ...(columns > wide ? [pager("trace.columns", part.column, wide, columns, (column) => open(part.name, { ...place, column }))] : []),
      h("div", { class: "trace-numbers" }, h("div", { class: "scroll" }, asNumbers ? table() : colours()), pictureOf()),
      h("p", { class: "soft small", text: "trace.click" }));
  }

  const addressOf = (row, column) => {
    const [r, c] = [part.row + row, part.column + column];
    return part.name + { 0: "", 1: `[${c}]`, 2: `[${r},${c}]`, 3: `[${part.piece},${r},${c}]` }[part.shape.length];
  };

  function colours() {
    const [high, wide] = part.values.shape;
    const map = heatmap({ cell: wide > 16 ? 15 : 24, gap: 1, limit: part.largest || 1, label: "trace.array", onpick: (row, column) => go(addressOf(row, column)), words: (row, column, value) => `${addressOf(row, column)} = ${short(value, 6)}` });
    map.show(part.values.data, high, wide);
    const at = place.picked && place.picked.slice(-2);
    if (at) {
      const [row, column] = at.length > 1 ? [at[0] - part.row, at[1] - part.column] : [0, at[0] - part.column];
      if (row >= 0 && row < high && column >= 0 && column < wide) map.mark(row, column);
    }
    return map.element;
  }

  function table() {
    const [high, wide] = part.values.shape, rows = Array.from({ length: high }, (_, index) => index), columns = Array.from({ length: wide }, (_, index) => index);
    const cell = (row, column) => {
      const value = part.values.data[row * wide + column], own = addressOf(row, column);
      return h("td", {}, h("button", { type: "button", class: `cell ${value > 0 ? "positive" : value < 0 ? "negative" : ""}`, "aria-pressed": String(own === address), "aria-label": `${own} = ${short(value, 6)}`, onclick: () => go(own) }, short(value)));
    };
    return h("table", { class: "numbers trace-table" },
      h("thead", {}, h("tr", {}, h("td", {}), columns.map((column) => h("th", { scope: "col" }, String(part.column + column))))),
      h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, part.shape.length < 2 ? "" : String(part.row + row)), columns.map((column) => cell(row, column))))));
  }

  function pictureOf() {
    if (!part.picture) return null;
    const map = heatmap({ cell: 7, gap: 0, label: "trace.picture", scale: part.name === "X" ? "ink" : "diverging", words: (row, column, value) => `(${row}, ${column}) ${short(value)}`, onpick: (row, column) => pick(row * 28 + column) });
    const own = place.picked?.slice(-2) ?? [0, 0], weights = part.name.includes("W");
    const pick = (pixel) => go(`${part.name}[${weights ? `${pixel},${own[1]}` : `${own[0]},${pixel}`}]`);
    map.show(part.picture.data, 28, 28);
    return h("figure", { class: "trace-picture" }, map.element, h("figcaption", { class: "small soft" }, t(weights ? "trace.picture-unit" : "trace.picture-sample", { name: part.name, number: weights ? own[1] : own[0] })));
  }

  /** Explain a number, and show where it stands. */
  async function go(text) {
    const match = ADDRESS.exec(text), step = match && stepOf(match[1]);
    if (!step) return reasons.say(t("trace.no-address"));
    const picked = match[2]?.match(/\d+/g)?.map(Number) ?? [];
    address = picked.length ? `${match[1]}[${picked.join(",")}]` : match[1];
    find.value = address;
    onchange();
    const inside = picked.length === step.shape.length && picked.every((at, axis) => at < step.shape[axis]);
    if (inside) {
      const [row, column] = picked.length > 1 ? picked.slice(-2) : [0, picked[0] ?? 0];
      const shown = place?.name === step.name && part?.name === step.name && row >= place.row && row < place.row + part.values.shape[0] && column >= place.column && column < place.column + part.values.shape[1];
      await open(step.name, { row: shown ? place.row : Math.max(0, row - 3), column: shown ? place.column : Math.max(0, column - 3), piece: picked.length > 2 ? picked[0] : 0, picked });
    }
    if (inside && !step.formula) return reasons.say(t("trace.number-given", { address, value: short(part.values.data[(at(picked, -2) - part.row) * part.values.shape[1] + (picked.at(-1) ?? 0) - part.column], 6) }));
    try {
      reasons.show(await ask("models.why", { trace: name, address }));
    } catch (error) {
      reasons.say(page.wordsOf(error));
    }
  }

  const at = (picked, from) => (picked.length > 1 ? picked.at(from) : 0);

  function pager(key, from, size, count, move) {
    const to = (own) => move(Math.max(0, Math.min(count - size, own)));
    const words = size === 1 ? `${from} / ${count - 1}` : `${whole(from)}–${whole(from + size - 1)} / ${whole(count - 1)}`;
    return h("div", { class: "row trace-pager" }, h("span", { class: "small soft", text: key }),
      h("button", { type: "button", label: "trace.before", disabled: from === 0, onclick: () => to(from - size) }, "‹"), h("span", { class: "number" }, words),
      h("button", { type: "button", label: "trace.after", disabled: from + size >= count, onclick: () => to(from + size) }, "›"));
  }

  onLanguage(() => {
    if (!overview) return;
    paintHead();
    paintSteps();
    if (part) open(place.name, place);
    reasons.again();
  });

  return {
    element,
    async show(own, wished = "") {
      try {
        overview = await ask("models.overview", { trace: own });
      } catch (error) {
        element.hidden = true;
        return page.sayError(error);
      }
      [name, place, part, address] = [own, null, null, ""];
      element.hidden = false;
      paintHead();
      paintSteps();
      reasons.clear();
      const last = overview.steps.findLast((step) => step.phase === "forward");
      if (wished) await go(wished);
      if (!place) await open((last ?? overview.steps[0]).name);
    },
    number: () => address,
    clear() {
      [name, overview, part, address] = [null, null, null, ""];
      element.hidden = true;
    },
  };
}

const shapeWords = (shape) => (shape.length ? shape.join(" × ") : t("trace.scalar"));
const minus = (words) => words.replace(/-(?=[\d.])/g, "−");
