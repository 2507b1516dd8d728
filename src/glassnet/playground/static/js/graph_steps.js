// The steps of a graph: which node each works on, what is known by then, and how it is said.

import { h } from "./elements.js";
import { hasText, t } from "./language.js";

const INFIX = { add: "+", subtract: "−", multiply: "×", divide: "÷" };
// x and y are the operands, z is the output.
const LOCAL = {
  add: ["1", "1"], subtract: ["1", "−1"], multiply: ["y", "x"], divide: ["1/y", "−x/y²"], power: ["y·x^(y−1)", "z·ln x"],
  negative: ["−1"], square: ["2x"], exp: ["z"], log: ["1/x"], log10: ["1/(x·ln 10)"], sqrt: ["1/(2z)"], absolute: ["sign x"],
  sin: ["cos x"], cos: ["−sin x"], sigmoid: ["z(1−z)"], tanh: ["1−z²"], relu: ["1 | 0"], leaky_relu: ["1 | 0.1"], elu: ["1 | z+1"],
  softplus: ["σ(x)"], maximum: ["1 | 0", "1 | 0"],
};

/** The steps of a graph's nodes: none, each operation forward, the result's derivative 1, each operation backward. */
export function stepsOf(nodes) {
  const operations = nodes.filter(({ kind }) => kind === "operation");
  const root = nodes[nodes.length - 1];
  return [
    { phase: "start", node: null },
    ...operations.map((node) => ({ phase: "forward", node })),
    { phase: "seed", node: root },
    ...operations.toReversed().map((node) => ({ phase: "backward", node })),
  ];
}

/** What is known after a step: values and derivatives by node, the nodes that have gone backward, what is at work. */
export function knownAt(steps, at, nodes) {
  const done = steps.slice(0, at + 1), { phase, node } = steps[at];
  const numbers = (name) => done.filter((own) => own.phase === name).map((own) => own.node.number);
  const begun = new Set(numbers("backward"));
  if (done.some((own) => own.phase === "seed")) begun.add(0);
  const values = new Set([...nodes.filter(({ kind }) => kind !== "operation").map(({ number }) => number), ...numbers("forward")]);
  const users = (number) => nodes.filter(({ sends }) => sends.some(({ to }) => to === number));
  const derivatives = new Set(nodes.map(({ number }) => number).filter((number) => users(number).every((user) => begun.has(user.number))));
  const own = (node?.sends ?? []).map((_, operand) => `${node.number}.${operand}`);
  const edges = {
    forward: new Set(phase === "forward" ? own : []),
    backward: new Set(phase === "backward" ? own : phase === "seed" ? ["0.0"] : []),
  };
  return { values, derivatives, begun, now: node ? node.number : null, edges };
}

export const nameOf = (node, nodes) =>
  node.name ?? (node.kind === "operation" ? t("graph.step-of", { number: nodes.filter(({ kind }) => kind === "operation").indexOf(node) + 1 }) : node.symbol);

const operationOf = ({ operation, symbol }) => (hasText(`graph.op.${operation}`) ? t(`graph.op.${operation}`) : symbol);

function written(operation, operands) {
  if (INFIX[operation]) return operands.join(` ${INFIX[operation]} `);
  if (operation === "power") return `(${operands[0]})^(${operands[1]})`;
  if (operation === "negative") return `−(${operands[0]})`;
  return `${{ maximum: "max", absolute: "abs" }[operation] ?? operation}(${operands.join(", ")})`;
}

/** What a step says, as elements. */
export function wordsOf(steps, at, nodes) {
  const { phase, node } = steps[at], byNumber = (number) => nodes[number - 1];
  if (phase === "start") return [h("p", {}, t("graph.say.start"))];
  if (phase === "seed") return [equation(`∂L/∂L = 1`), h("p", {}, t("graph.say.seed"))];
  const parents = node.sends.map(({ to }) => byNumber(to));
  if (phase === "forward") {
    const names = written(node.operation, parents.map((own) => nameOf(own, nodes)));
    const values = written(node.operation, parents.map(({ value }) => value));
    return [
      equation(`${names} = ${values === names ? "" : `${values} = `}${node.value}`),
      h("p", {}, t("graph.say.forward", { operation: operationOf(node) }), steps[at + 1].phase === "seed" ? ` ${t("graph.say.forward-last")}` : ""),
    ];
  }
  const last = at === steps.length - 1;
  return [backwardTable(node, parents, nodes), h("p", {}, summed(node, nodes), t("graph.say.backward", { operation: operationOf(node), upstream: node.derivative }), " ", hasText(`graph.why.${node.operation}`) ? t(`graph.why.${node.operation}`) : ""), last ? meaning(nodes) : null].filter(Boolean);
}

const equation = (words) => h("p", { class: "equation number" }, words);

/** If a value is used several times: the sum of what came back. */
function summed(node, nodes) {
  const parts = nodes.flatMap(({ sends }) => sends.filter(({ to }) => to === node.number).map(({ downstream }) => downstream));
  return parts.length > 1 ? `${t("graph.say.sum", { count: parts.length, parts: `${parts.join(" + ")} = ${node.derivative}` })} ` : "";
}

function backwardTable(node, parents, nodes) {
  const heads = ["graph.to", "graph.upstream", "graph.local", "graph.downstream", "graph.rule"];
  return h("div", { class: "scroll" }, h("table", { class: "numbers chain" },
    h("thead", {}, h("tr", {}, heads.map((key, at) => [at === 2 || at === 3 ? h("th", { "aria-hidden": "true" }, at === 2 ? "×" : "=") : null, h("th", { scope: "col" }, t(key))]))),
    h("tbody", {}, node.sends.map((sent, at) => h("tr", {},
      h("th", { scope: "row" }, nameOf(parents[at], nodes)),
      sent.local === null
        ? h("td", { colspan: 6, class: "soft words" }, t("graph.constant", { value: parents[at].value }))
        : [h("td", {}, sent.upstream), h("td", {}, "×"), h("td", {}, sent.local), h("td", {}, "="), h("td", { class: "negative" }, sent.downstream), h("td", { class: "soft" }, `∂z/∂${"xy"[at]} = ${LOCAL[node.operation]?.[at] ?? ""}`)])))));
}

function meaning(nodes) {
  const input = nodes.find(({ kind }) => kind === "input");
  return h("p", {}, t("graph.say.end"), " ", t("graph.say.meaning", { name: input.name, derivative: input.derivative }));
}

/** The whole graph in words, as far as it is known: for those who cannot see the drawing. */
export function graphInWords(nodes, { values, derivatives }) {
  const own = nodes.filter(({ kind }) => kind !== "constant").map((node) => {
    const made = node.kind === "input" ? nameOf(node, nodes) : `${nameOf(node, nodes)}: ${written(node.operation, node.sends.map(({ to }) => nameOf(nodes[to - 1], nodes)))}`;
    const back = derivatives.has(node.number) ? ` (${t("graph.derivative", { derivative: node.derivative })})` : "";
    return values.has(node.number) ? `${made} = ${node.value}${back}` : made;
  });
  return `${own.join(". ")}.`;
}

/** Where a step stands, in words. */
export function placeOf(steps, at) {
  const { phase } = steps[at], count = (steps.length - 2) / 2;
  if (phase === "start") return t("graph.at.start");
  if (phase === "forward") return t("graph.at.forward", { step: at, count });
  return t("graph.at.backward", { step: at - count - 1, count });
}
