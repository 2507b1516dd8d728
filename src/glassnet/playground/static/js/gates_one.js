// One perceptron: its sliders, its line in the plane, its truth table beside what is wanted.

import { latest } from "./connection.js";
import { field, h, select } from "./elements.js";
import { gatePlane, planeKey, pointsInWords } from "./gates_plane.js";
import { rightRows, truthTable, wrongRows } from "./gates_table.js";
import { t } from "./language.js";
import { short, signed } from "./numbers.js";
import { numberSlider } from "./slider.js";

export const GATES = ["AND", "NAND", "OR", "XOR"];
const RANGE = { low: -2, high: 2, step: 0.05 };
const LARGEST = 10;
const OF_OR = [0.5, 0.5, -0.2]; // what to try XOR with: right in three rows

/** Make the part. `shared` is what it has in common with the others: {gate, w1, w2, bias}. */
export function onePart(page, shared, { toCombining }) {
  const ask = latest("gates.look");
  let form = "threshold", answer = null, best = 0;

  const gate = select(GATES.map((name) => [name, name]), { id: "gates-gate", onchange: () => { shared.gate = gate.value; best = 0; look(); } });
  const w1 = numberSlider({ name: "w₁", id: "gates-w1", largest: LARGEST, onchange: (value) => set({ w1: value }) });
  const w2 = numberSlider({ name: "w₂", id: "gates-w2", largest: LARGEST, onchange: (value) => set({ w2: value }) });
  const third = numberSlider({ name: "θ", id: "gates-third", largest: LARGEST, onchange: (value) => set({ bias: form === "bias" ? value : 0 - value }) });
  const forms = ["threshold", "bias"].map((name) => h("button", { type: "button", id: `gates-form-${name}`, text: `gates.form.${name}`, onclick: () => { form = name; look(); } }));
  const rule = h("p", { class: "number equation", id: "gates-rule" });
  const plane = gatePlane({ names: ["x₁", "x₂"] });
  const table = truthTable([["gates.weighted", ({ weighted }) => weighted], ["gates.against", (row) => `${form === "bias" ? row.sum : row.weighted} ${row.output ? ">" : "≤"} ${form === "bias" ? "0" : short(0 - shared.bias)}`]], { id: "gates-table" });
  const hint = h("div", { id: "gates-hint", class: "hint", "aria-live": "polite" });
  const solution = h("button", { type: "button", id: "gates-solution", text: "gates.solution", onclick: () => {
    const [first, second, bias] = answer?.solution ?? OF_OR;
    set({ w1: first, w2: second, bias });
  } });
  const element = h("div", { class: "grid gates-three" },
    h("section", { class: "card stack" },
      h("div", {}, h("h2", { text: "gates.one.title" }), h("p", { class: "soft small", text: "gates.one.lead" })),
      field("gates.gate", gate), h("div", { class: "gates-forms", role: "group", label: "gates.form" }, forms), rule,
      h("div", { class: "sliders" }, w1.element, w2.element, third.element), h("div", {}, solution)),
    h("section", { class: "card" }, h("h3", { text: "gates.plane" }), plane.element, planeKey(), h("p", { class: "soft small", text: "gates.plane.how" })),
    h("section", { class: "card" }, h("h3", { text: "gates.table" }), h("div", { class: "scroll" }, table.element), hint));

  function set(own) {
    Object.assign(shared, own);
    look();
  }

  async function look() {
    redraw(); // sliders first: they must not lag
    try {
      const got = await ask({ gate: shared.gate, w1: shared.w1, w2: shared.w2, bias: shared.bias });
      if (!got) return;
      answer = got;
      best = Math.max(best, got.right);
      redraw();
      page.keepLink();
    } catch (error) {
      page.sayError(error);
    }
  }

  function redraw() {
    const { w1: first, w2: second, bias } = shared;
    gate.value = shared.gate;
    w1.set(first, RANGE);
    w2.set(second, RANGE);
    third.name(form === "bias" ? "b" : "θ");
    third.set(form === "bias" ? bias : 0 - bias, RANGE);
    forms.forEach((button, index) => button.setAttribute("aria-pressed", String(["threshold", "bias"][index] === form)));
    const sum = `${short(first)}·x₁ ${plus(second)}·x₂`;
    rule.textContent = form === "bias" ? `y = 1 ⇔ ${sum} ${plus(bias)} > 0` : `y = 1 ⇔ ${sum} > ${short(0 - bias)}`;
    if (!answer) return;
    const rows = answer.rows;
    plane.show({
      regions: [{ ...answer, kind: "whole" }],
      points: rows.map(({ x1, x2, output, wanted }) => ({ x: x1, y: x2, one: output === 1, wrong: output !== wanted, name: `(${x1}, ${x2})` })),
      words: pointsInWords(rows),
    });
    table.show(rows);
    solution.dataset.text = shared.gate === "XOR" ? "gates.three-rows" : "gates.solution";
    solution.textContent = t(solution.dataset.text);
    hint.replaceChildren(...(shared.gate === "XOR" ? ofXor(rows) : ofGate(rows)));
  }

  const plus = (value) => signed(value).replace(/^([+−])/, "$1 ");

  function ofGate(rows) {
    if (answer.right === 4) return [h("p", { class: "good" }, h("strong", {}, `✓ ${t("gates.hint.right", { gate: shared.gate })}`)), h("p", {}, t("gates.hint.one-of-many"))];
    const wrong = rows.filter(({ output, wanted }) => output !== wanted), toMuch = wrong.some(({ output }) => output === 1), toLittle = wrong.some(({ output }) => output === 0);
    return [
      h("p", {}, t("gates.hint.count", { right: answer.right }), " ", t("gates.hint.wrong", { rows: wrongRows(rows) })),
      toMuch ? h("p", { class: "small" }, t("gates.hint.fires")) : "", toLittle ? h("p", { class: "small" }, t("gates.hint.silent")) : ""];
  }

  function ofXor(rows) {
    return [
      h("p", {}, t("gates.hint.count", { right: rightRows(rows) }), " ", t("gates.hint.wrong", { rows: wrongRows(rows) }), " ", t("gates.hint.best", { best })),
      h("p", {}, h("strong", {}, t("gates.xor.never"))),
      h("details", {}, h("summary", { text: "gates.xor.why" }), h("ul", { class: "small" }, ["gates.xor.why-1", "gates.xor.why-2", "gates.xor.why-3", "gates.xor.why-4"].map((key) => h("li", { text: key })))),
      h("p", {}, h("button", { type: "button", id: "gates-to-combine", text: "gates.xor.combine", onclick: toCombining }))];
  }

  return {
    element,
    shown: look,
    redraw,
    state: () => ({ form: form === "bias" ? "bias" : "" }),
    restore(state) {
      form = state.form === "bias" ? "bias" : "threshold";
      best = 0;
    },
  };
}
