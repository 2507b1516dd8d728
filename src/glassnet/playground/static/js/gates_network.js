// A small network learns a gate by gradient descent: two hidden units draw two lines, and move the points apart.

import { lineChart } from "./chart.js";
import { ask } from "./connection.js";
import { field, h, select } from "./elements.js";
import { gateCircuit } from "./gates_circuit.js";
import { GATES } from "./gates_one.js";
import { gatePlane, planeKey, pointsInWords } from "./gates_plane.js";
import { rightRows, truthTable, wrongRows } from "./gates_table.js";
import { t } from "./language.js";
import { short } from "./numbers.js";

const HIDDEN = ["tanh", "sigmoid", "relu"];
const MOST_STEPS = 3000, AT_ONCE = 40, LARGEST_RATE = 10;

/** Make the part. */
export function networkPart(page) {
  let settings = { gate: "XOR", hidden: "tanh", rate: 1, seed: 0 }, steps = 0, row = 1, answer = null, running = 0, aim = 0;

  const gate = select(GATES.map((name) => [name, name]), { id: "gates-net-gate", onchange: () => begin({ gate: gate.value }) });
  const hidden = select(HIDDEN.map((name) => [name, `gates.hidden.${name}`]), { id: "gates-hidden", onchange: () => begin({ hidden: hidden.value }) });
  const rate = h("input", { type: "number", id: "gates-net-rate", min: 0.01, max: LARGEST_RATE, step: "any", onchange: () => begin({ rate: within(rate.valueAsNumber, 0.01, LARGEST_RATE, 1) }) });
  const seed = h("input", { type: "number", id: "gates-seed", min: 0, max: 9999, step: 1, onchange: () => begin({ seed: Math.round(within(seed.valueAsNumber, 0, 9999, 0)) }) });
  const go = [1, 10, 100, 1000].map((count) => h("button", { type: "button", id: `gates-go-${count}`, onclick: () => advance(steps + count) }, `+${count}`));
  const stop = h("button", { type: "button", id: "gates-stop", text: "gates.stop", onclick: () => (aim = steps) });
  const reset = h("button", { type: "button", id: "gates-net-reset", text: "gates.net.reset", onclick: () => begin({}) });
  const place = h("p", { id: "gates-net-place", class: "number", role: "status" });
  const circuit = gateCircuit();
  const before = gatePlane({ names: ["x₁", "x₂"], onpick: pick }), after = gatePlane({ names: ["h₁", "h₂"], onpick: pick });
  const table = truthTable([["h₁", (own) => own.hidden[0]], ["h₂", (own) => own.hidden[1]], ["p", (own) => own.probability]], { id: "gates-net-table", onpick: pick });
  const hint = h("div", { id: "gates-net-hint", class: "hint", "aria-live": "polite" });
  const chart = lineChart({ series: [{ name: "gates.loss", colour: "accent" }], height: 170, x: "gates.net.step", label: "gates.loss" });
  const parameters = h("div", { class: "scroll" });
  const element = h("div", { class: "grid gates-network" },
    h("section", { class: "card stack gates-form" },
      h("div", {}, h("h2", { text: "gates.net.title" }), h("p", { class: "soft small", text: "gates.net.lead" })),
      h("div", { class: "gates-fields" }, field("gates.gate", gate), field("gates.hidden", hidden), field("gates.rate", rate), field("gates.seed", seed)),
      h("div", { class: "row", role: "group", label: "gates.net.steps" }, go, stop, reset), place, hint),
    h("section", { class: "card gates-picture" }, h("h3", { text: "gates.net.picture" }), circuit.element, h("p", { class: "soft small", text: "gates.net.how" })),
    h("section", { class: "card" }, h("h3", { text: "gates.before" }), before.element, planeKey(), h("p", { class: "soft small", text: "gates.net.before" })),
    h("section", { class: "card" }, h("h3", { text: "gates.after" }), after.element, h("p", { class: "soft small", text: "gates.net.after" })),
    h("div", { class: "stack" },
      h("section", { class: "card" }, h("h3", { text: "gates.table" }), h("div", { class: "scroll" }, table.element)),
      h("section", { class: "card" }, h("h3", { text: "gates.loss" }), chart.element)),
    h("section", { class: "card gates-all" }, h("h3", { text: "gates.net.parameters" }), parameters));

  const within = (value, low, high, otherwise) => (Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise);

  function pick(index) {
    row = index;
    redraw();
    page.keepLink();
  }

  function begin(own) {
    settings = { ...settings, ...own };
    steps = 0;
    advance(0);
  }

  /** Go on to so many steps, some at a time, so that one sees it move. */
  async function advance(target) {
    aim = Math.min(target, MOST_STEPS);
    const run = ++running;
    try {
      do {
        const many = aim - steps > 200 ? AT_ONCE : Math.max(1, Math.ceil((aim - steps) / 10));
        const got = await ask("gates.network", { ...settings, steps: Math.min(steps + (aim > steps ? many : 0), MOST_STEPS) });
        if (run !== running) return;
        answer = got;
        steps = got.steps;
        redraw();
      } while (steps < aim);
    } catch (error) {
      page.sayError(error);
    }
    if (run === running) redraw();
    page.keepLink();
  }

  function redraw() {
    gate.value = settings.gate;
    hidden.value = settings.hidden;
    for (const [control, value] of [[rate, settings.rate], [seed, settings.seed]]) if (document.activeElement !== control) control.value = value;
    if (!answer) return;
    const { rows, parameters: p, lines } = answer, own = rows[row];
    for (const button of go) button.disabled = steps >= MOST_STEPS;
    stop.disabled = steps >= aim;
    place.textContent = t("gates.net.place", { steps, loss: answer.loss });
    const bias = (value) => `b = ${short(value, 3)}`;
    circuit.show({
      values: { x1: `${own.x1}`, x2: `${own.x2}`, h1: own.hidden[0], h2: own.hidden[1], y: own.probability },
      names: { x1: "x₁", x2: "x₂", h1: "h₁", h2: "h₂", y: "p" },
      under: { h1: bias(p.b1[0]), h2: bias(p.b1[1]), y: bias(p.b2[0]) },
      weights: [p.W1[0], p.W1[2], p.W1[1], p.W1[3], p.W2[0], p.W2[1]],
      words: t("gates.net.words", { x1: own.x1, x2: own.x2, h1: own.hidden[0], h2: own.hidden[1], p: own.probability }),
    });
    const points = rows.map((each, index) => ({ x: each.x1, y: each.x2, one: each.output === 1, wrong: each.output !== each.wanted, chosen: index === row, name: `(${each.x1}, ${each.x2})` }));
    before.show({ cells: answer.plane, regions: [{ line: lines[0], kind: "first" }, { line: lines[1], kind: "second" }], points, words: pointsInWords(rows) });
    after.show({ low: answer.hidden.low, high: answer.hidden.high, ticks: answer.hidden.low < -1 ? [-1, 0, 1] : [0, 1], regions: [{ ...answer.hidden, kind: "whole" }], points: points.map((each, index) => ({ ...each, x: rows[index].places[0], y: rows[index].places[1] })), words: t("gates.net.after") });
    table.show(rows, row);
    chart.show([[answer.losses.steps, answer.losses.values]]);
    hint.replaceChildren(...said(rows));
    parameters.replaceChildren(parameterTable());
  }

  function said(rows) {
    const right = rightRows(rows);
    if (steps === 0) return [h("p", { class: "soft" }, t("gates.net.begin"))];
    if (right === 4) return [h("p", { class: "good" }, h("strong", {}, `✓ ${t("gates.net.right", { steps })}`))];
    return [h("p", {}, t("gates.hint.count", { right }), " ", t("gates.hint.wrong", { rows: wrongRows(rows) })), steps >= 500 ? h("p", { class: "small" }, t("gates.net.stuck")) : ""];
  }

  function parameterTable() {
    const names = ["W1[0,0]", "W1[0,1]", "W1[1,0]", "W1[1,1]", "b1[0]", "b1[1]", "W2[0,0]", "W2[1,0]", "b2[0]"];
    const flat = (of) => ["W1", "b1", "W2", "b2"].flatMap((name) => of[name]);
    const values = flat(answer.parameters), gradients = flat(answer.gradients);
    return h("table", { class: "numbers" }, h("thead", {}, h("tr", {}, h("th", {}, ""), names.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {},
      h("tr", {}, h("th", { scope: "row" }, t("gates.net.value")), values.map((own) => h("td", {}, short(own)))),
      h("tr", {}, h("th", { scope: "row" }, t("gates.net.gradient")), gradients.map((own) => h("td", { class: own < 0 ? "negative" : "positive" }, short(own))))));
  }

  return {
    element,
    shown: () => (answer ? redraw() : advance(aim)),
    hidden: () => (aim = steps),
    restarted: () => ((steps = 0), advance(aim)),
    redraw,
    state: () => ({ gate: settings.gate, hidden: settings.hidden, rate: settings.rate, seed: settings.seed, steps, row }),
    restore(state) {
      settings = {
        gate: GATES.includes(state.gate) ? state.gate : "XOR",
        hidden: HIDDEN.includes(state.hidden) ? state.hidden : "tanh",
        rate: within(Number(state.rate || NaN), 0.01, LARGEST_RATE, 1),
        seed: Math.round(within(Number(state.seed || NaN), 0, 9999, 0)),
      };
      row = /^[0-3]$/.test(state.row ?? "") ? Number(state.row) : 1;
      steps = 0;
      answer = null;
      aim = /^\d{1,4}$/.test(state.steps ?? "") ? Math.min(Number(state.steps), MOST_STEPS) : 0;
    },
  };
}
