// Rosenblatt's rule, one sample after the other; where no line is right it comes round for ever.

import { latest } from "./connection.js";
import { field, h, select } from "./elements.js";
import { GATES } from "./gates_one.js";
import { gatePlane, planeKey, pointsInWords } from "./gates_plane.js";
import { t } from "./language.js";

const RATES = ["1", "0.5", "0.25", "0.1"];
const STARTS = ["zero", "own"];
const ROWS = 4, MOST_STEPS = 400;

/** Make the part; it may start from the weights that the part of one perceptron has in `shared`. */
export function rosenblattPart(page, shared) {
  const ask = latest("gates.learn");
  let rate = "1", start = "zero", at = 0, answer = null;

  const gate = select(GATES.map((name) => [name, name]), { id: "gates-rule-gate", onchange: () => { shared.gate = gate.value; at = 0; learn(); } });
  // In a list of its own: a plain text with a point in it would be taken for a key.
  const rates = select(RATES.map((own) => [own, [own]]), { id: "gates-rate", onchange: () => { rate = rates.value; at = 0; learn(); } });
  const starts = select(STARTS.map((name) => [name, `gates.start.${name}`]), { id: "gates-start", onchange: () => { start = starts.value; at = 0; learn(); } });
  const button = (key, sign, go) => h("button", { type: "button", id: `gates-${key}`, onclick: () => to(go()) }, h("span", { "aria-hidden": "true" }, sign), h("span", { text: `gates.${key}` }));
  const first = button("first", "|◀", () => 0), back = button("back", "◀", () => at - 1), next = button("next", "▶", () => at + 1);
  const epoch = button("epoch", "▶▶", () => (Math.floor(at / ROWS) + 1) * ROWS), end = button("end", "▶|", () => answer.steps.length);
  next.classList.add("primary");
  const plane = gatePlane({ names: ["x₁", "x₂"] });
  const words = h("div", { id: "gates-step", class: "gates-step", "aria-live": "polite" });
  const place = h("span", { id: "gates-place", class: "number soft" });
  const epochs = h("div", { class: "scroll epochs", tabindex: 0, role: "group", label: "gates.epochs" });
  const verdict = h("div", { id: "gates-verdict", class: "hint", "aria-live": "polite" });
  const element = h("div", { class: "grid gates-three" },
    h("section", { class: "card stack" },
      h("div", {}, h("h2", { text: "gates.rule.title" }), h("p", { class: "soft small", text: "gates.rule.lead" })),
      h("p", { class: "number equation" }, "w ← w + η (t − y) x"), h("p", { class: "number equation" }, "b ← b + η (t − y)"),
      field("gates.gate", gate), field("gates.rate", rates), field("gates.start", starts)),
    h("section", { class: "card" },
      h("div", { class: "row gates-steps", role: "group", label: "gates.steps" }, first, back, next, epoch, end), place,
      plane.element, planeKey(), words),
    h("section", { class: "card" }, h("h3", { text: "gates.epochs" }), epochs, verdict));

  async function learn() {
    gate.value = shared.gate;
    rates.value = rate;
    starts.value = start;
    const from = start === "own" ? shared : { w1: 0, w2: 0, bias: 0 };
    try {
      const got = await ask({ gate: shared.gate, w1: from.w1, w2: from.w2, bias: from.bias, rate: Number(rate) });
      if (!got) return;
      answer = got;
      to(at);
    } catch (error) {
      page.sayError(error);
    }
  }

  /** The step of that number: behind the last one, where the rule comes round, those of the cycle again. */
  function stepAt(index) {
    const { steps, cycle } = answer;
    return steps[index < steps.length ? index : steps.length - cycle * ROWS + ((index - steps.length) % (cycle * ROWS))];
  }

  const most = () => (answer.cycle ? MOST_STEPS : answer.steps.length);

  function to(step) {
    if (!answer) return;
    at = Math.max(0, Math.min(step, most()));
    redraw();
    page.keepLink();
  }

  function redraw() {
    if (!answer) return;
    const before = at > 1 ? stepAt(at - 2) : answer.start, step = at > 0 ? stepAt(at - 1) : null, now = step ?? answer.start;
    const targets = answer.steps.slice(0, ROWS).map(({ wanted }) => wanted);
    const rows = targets.map((wanted, index) => ({ x1: index >> 1, x2: index & 1, output: now.answers[index], wanted }));
    const moved = step && step.output !== step.wanted;
    plane.show({
      regions: [{ ...now.plane, kind: "whole" }, ...(moved ? [{ line: before.plane.line, kind: "before" }] : [])],
      points: rows.map(({ x1, x2, output, wanted }, index) => ({ x: x1, y: x2, one: output === 1, wrong: output !== wanted, chosen: step?.row === index, name: `(${x1}, ${x2})` })),
      words: pointsInWords(rows),
    });
    place.textContent = step ? t("gates.at", { epoch: Math.floor((at - 1) / ROWS) + 1, sample: step.row + 1, step: at }) : t("gates.at.start");
    words.replaceChildren(...said(step, before, now));
    first.disabled = back.disabled = at === 0;
    next.disabled = epoch.disabled = at >= most();
    end.disabled = at === answer.steps.length;
    tellEpochs();
  }

  function said(step, before, now) {
    const noLine = now.weights.every((own) => own === "0") ? [h("p", { class: "small soft" }, t("gates.step.no-line"))] : [];
    if (!step) return [h("p", {}, t("gates.step.start", { w1: now.weights[0], w2: now.weights[1], b: now.bias })), ...noLine];
    const { row, sum, output, wanted } = step, values = { x1: row >> 1, x2: row & 1, sum, output, wanted };
    const line = h("p", {}, t("gates.step.sample", { ...values, sign: output ? ">" : "≤" }));
    if (output === wanted) return [line, h("p", {}, t("gates.step.right")), ...noLine];
    const update = (name, old, own, factor) => h("li", {}, `${name}: ${old} ${wanted > output ? "+" : "−"} ${answer.rate}${factor === null ? "" : ` × ${factor}`} = ${own}`);
    return [line, h("p", {}, t(wanted > output ? "gates.step.up" : "gates.step.down")), h("ul", { class: "number plain" },
      update("w₁", before.weights[0], now.weights[0], values.x1), update("w₂", before.weights[1], now.weights[1], values.x2), update("b", before.bias, now.bias, null)), ...noLine];
  }

  function tellEpochs() {
    const { steps, mistakes, cycle, converged } = answer, done = Math.min(Math.floor(at / ROWS), mistakes.length);
    const again = cycle ? new Set([mistakes.length, mistakes.length - cycle]) : new Set();
    const line = (number) => {
      const own = number ? steps[number * ROWS - 1] : answer.start;
      return h("tr", { class: done >= mistakes.length && again.has(number) ? "again" : "" }, h("th", { scope: "row" }, String(number)), h("td", {}, number ? String(mistakes[number - 1]) : "·"), h("td", {}, own.weights[0]), h("td", {}, own.weights[1]), h("td", {}, own.bias));
    };
    epochs.replaceChildren(h("table", { class: "numbers" },
      h("thead", {}, h("tr", {}, [t("gates.epoch-number"), t("gates.mistakes"), "w₁", "w₂", "b"].map((own) => h("th", { scope: "col" }, own)))),
      h("tbody", {}, Array.from({ length: done + 1 }, (_, number) => line(number)))));
    epochs.scrollTop = epochs.scrollHeight;
    if (done < mistakes.length) return verdict.replaceChildren(h("p", { class: "soft" }, t("gates.verdict.later")));
    const values = { epoch: mistakes.length, before: mistakes.length - cycle, cycle };
    if (converged) verdict.replaceChildren(h("p", { class: "good" }, h("strong", {}, `✓ ${t("gates.verdict.converged", values)}`)), h("p", { class: "small" }, t("gates.verdict.theorem")));
    else verdict.replaceChildren(h("p", {}, h("strong", {}, `↻ ${t(cycle ? "gates.verdict.cycles" : "gates.verdict.not-yet", values)}`)), cycle ? h("p", { class: "small" }, t("gates.verdict.round")) : "");
  }

  return {
    element,
    shown: learn,
    redraw,
    state: () => ({ rate: rate === "1" ? "" : rate, start: start === "zero" ? "" : start, step: at || "" }),
    restore(state) {
      rate = RATES.includes(state.rate) ? state.rate : "1";
      start = STARTS.includes(state.start) ? state.start : "zero";
      at = /^\d{1,3}$/.test(state.step ?? "") ? Number(state.step) : 0;
    },
  };
}
