// XOR by combining: two gates look at the inputs, a third at what they say; the plane before and after them.

import { latest } from "./connection.js";
import { field, h, select } from "./elements.js";
import { gateCircuit } from "./gates_circuit.js";
import { gatePlane, planeKey, pointsInWords } from "./gates_plane.js";
import { truthTable, wrongRows } from "./gates_table.js";
import { t } from "./language.js";

const CHOICES = ["AND", "NAND", "OR"];
const PLACES = ["first", "second", "output"];
const ANSWER = { first: "NAND", second: "OR", output: "AND" };

/** Make the part. */
export function combinePart(page) {
  const ask = latest("gates.combine");
  let chosen = { first: "OR", second: "OR", output: "AND" }, row = 1, answer = null;

  const selects = Object.fromEntries(PLACES.map((place) => [place, select(CHOICES.map((name) => [name, name]), { id: `gates-${place}`, onchange: () => { chosen[place] = selects[place].value; look(); } })]));
  const circuit = gateCircuit({ onflip: (input) => pick(input === "x1" ? row ^ 2 : row ^ 1) });
  const before = gatePlane({ names: ["x₁", "x₂"], onpick: pick });
  const after = gatePlane({ names: ["h₁", "h₂"], onpick: pick });
  const table = truthTable([["h₁", ({ hidden }) => hidden[0]], ["h₂", ({ hidden }) => hidden[1]]], { id: "gates-combine-table", onpick: pick });
  const hint = h("div", { id: "gates-combine-hint", class: "hint", "aria-live": "polite" });
  const element = h("div", { class: "grid gates-combine" },
    h("section", { class: "card stack gates-wide" },
      h("div", {}, h("h2", { text: "gates.combine.title" }), h("p", { class: "soft small", text: "gates.combine.lead" })),
      h("div", { class: "row gates-choices" }, field("gates.combine.first", selects.first), field("gates.combine.second", selects.second), field("gates.combine.output", selects.output),
        h("button", { type: "button", id: "gates-answer", text: "gates.answer", onclick: () => { chosen = { ...ANSWER }; look(); } })),
      circuit.element, h("p", { class: "soft small", text: "gates.combine.how" })),
    h("section", { class: "card gates-aside" }, h("h3", { text: "gates.table" }), h("div", { class: "scroll" }, table.element), hint),
    h("section", { class: "card" }, h("h3", { text: "gates.before" }), before.element, h("p", { class: "soft small", text: "gates.before.how" })),
    h("section", { class: "card" }, h("h3", { text: "gates.after" }), after.element, planeKey(), h("p", { class: "soft small", text: "gates.after.how" })));

  function pick(index) {
    row = index;
    redraw();
    page.keepLink();
  }

  async function look() {
    for (const place of PLACES) selects[place].value = chosen[place];
    try {
      const got = await ask(chosen);
      if (!got) return;
      answer = got;
      redraw();
      page.keepLink();
    } catch (error) {
      page.sayError(error);
    }
  }

  function redraw() {
    if (!answer) return;
    const { rows, gates, right } = answer, { x1, x2, hidden, output } = rows[row];
    const bits = { x1, x2, h1: hidden[0], h2: hidden[1], y: output };
    circuit.show({
      values: { x1: `${x1}`, x2: `${x2}`, h1: gates[0].name, h2: gates[1].name, y: gates[2].name },
      names: { x1: "x₁", x2: "x₂", h1: `h₁ = ${hidden[0]}`, h2: `h₂ = ${hidden[1]}`, y: `y = ${output}` },
      live: new Set(Object.keys(bits).filter((key) => bits[key] === 1)),
      words: t("gates.circuit.words", { formula: answer.formula, x1, x2, h1: hidden[0], h2: hidden[1], y: output }),
    });
    const points = rows.map((own, index) => ({ x: own.x1, y: own.x2, one: own.output === 1, wrong: own.output !== own.wanted, chosen: index === row, name: `(${own.x1}, ${own.x2})` }));
    before.show({ regions: [{ ...gates[0], kind: "first" }, { ...gates[1], kind: "second" }], points, words: pointsInWords(rows) });
    after.show({ regions: [{ ...gates[2], kind: "whole" }], points: points.map((own, index) => ({ ...own, x: rows[index].hidden[0], y: rows[index].hidden[1] })), words: t("gates.after.how") });
    table.show(rows, row);
    const same = chosen.first === chosen.second;
    hint.replaceChildren(...(right === 4
      ? [h("p", { class: "good" }, h("strong", {}, `✓ ${t("gates.combine.right")}`)), h("p", { class: "number" }, `XOR = ${answer.formula}`), h("p", {}, t("gates.combine.moved"))]
      : [h("p", {}, t("gates.hint.count", { right }), " ", t("gates.hint.wrong", { rows: wrongRows(rows) })), h("p", { class: "small" }, t(same ? "gates.combine.same" : "gates.combine.look"))]));
  }

  return {
    element,
    shown: look,
    redraw,
    state: () => ({ ...chosen, row }),
    restore(state) {
      for (const place of PLACES) if (CHOICES.includes(state[place])) chosen[place] = state[place];
      row = /^[0-3]$/.test(state.row ?? "") ? Number(state.row) : 1;
    },
  };
}
