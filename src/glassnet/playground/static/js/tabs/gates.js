// The tab "gates": one perceptron, two layers of them, and both learned.

import { h } from "../elements.js";
import { combinePart } from "../gates_combine.js";
import { networkPart } from "../gates_network.js";
import { GATES, onePart } from "../gates_one.js";
import { rosenblattPart } from "../gates_rosenblatt.js";
import { onLanguage } from "../language.js";

const PARTS = ["one", "combine", "rule", "network"];
const LARGEST = 10;

/** Fill the panel; return what the page calls: state(), restore(state), shown(), hidden(). */
export function open(panel, page) {
  const shared = { gate: "AND", w1: 1, w2: 1, bias: -0.5 };
  const parts = { one: onePart(page, shared, { toCombining: () => show("combine") }), combine: combinePart(page), rule: rosenblattPart(page, shared), network: networkPart(page) };
  let current = "one";

  const buttons = PARTS.map((name) => h("button", { type: "button", id: `gates-part-${name}`, text: `gates.part.${name}`, onclick: () => show(name) }));
  panel.append(h("div", { class: "stack gates" }, h("div", { class: "row gates-parts", role: "group", label: "gates.parts" }, buttons), PARTS.map((name) => parts[name].element)));

  function show(name) {
    if (name !== current) parts[current].hidden?.();
    current = name;
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(PARTS[index] === name)));
    for (const own of PARTS) parts[own].element.hidden = own !== name;
    parts[name].shown();
    page.keepLink();
  }

  onLanguage(() => Object.values(parts).forEach(({ redraw }) => redraw()));

  return {
    state: () => ({ part: current, ...(["one", "rule"].includes(current) ? shared : {}), ...parts[current].state() }),
    restore(state) {
      if (PARTS.includes(state.part)) current = state.part;
      if (["one", "rule"].includes(current)) {
        shared.gate = GATES.includes(state.gate) ? state.gate : shared.gate;
        for (const name of ["w1", "w2", "bias"]) {
          const value = Number(state[name] || NaN);
          if (Number.isFinite(value) && Math.abs(value) <= LARGEST) shared[name] = value;
        }
      }
      parts[current].restore(state);
    },
    shown: () => show(current),
    hidden: () => parts[current].hidden?.(),
    restarted: () => (parts[current].restarted ?? parts[current].shown)(),
  };
}
