// The tab "graph": a formula's computational graph, forward and backward, step by step.

import { latest } from "../connection.js";
import { download, field, h, select } from "../elements.js";
import { EXAMPLES } from "../graph_examples.js";
import { graphFigure } from "../graph_figure.js";
import { graphInputs } from "../graph_inputs.js";
import { graphInWords, knownAt, placeOf, stepsOf, wordsOf } from "../graph_steps.js";
import { onLanguage, t } from "../language.js";
import { short } from "../numbers.js";

const OWN = "own";
const MOST_LETTERS = 400;
const LETTERS_A_ROW = 32; // about as many as its field shows
const PIXELS_A_STEP = 4; // of dragging
const KINK = 1e-3; // a larger difference is no error of rounding

/** Fill the panel; return what the page calls: state(), restore(state), shown(), hidden(). */
export function open(panel, page) {
  const ask = latest("graph.compute");
  const askPicture = latest("graph.picture");
  let example = "apples", values = {}, firsts = {}, answer = null, steps = [], at = Infinity, dragged = null, problemNow = null;

  const choice = select([...Object.keys(EXAMPLES), OWN].map((name) => [name, `graph.example.${name}`]), { id: "graph-example", onchange: () => choose(choice.value) });
  const formula = h("textarea", { id: "graph-formula", rows: 3, maxlength: MOST_LETTERS, spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-describedby": "graph-problem", oninput: () => {
    example = choice.value = OWN;
    compute({ anew: true });
  } });
  const problem = h("div", { id: "graph-problem", class: "problem", role: "alert", hidden: true });
  const functions = h("p");
  const inputs = graphInputs({ onchange: (name, value) => set({ [name]: value }) });
  const figure = graphFigure({ label: "graph.figure", onpick: pick, ondrag: drag });
  const description = h("p", { id: "graph-description", class: "hidden-text" });
  figure.element.setAttribute("aria-describedby", "graph-description");
  const words = h("div", { id: "graph-words", class: "graph-words", "aria-live": "polite" });
  const place = h("span", { id: "graph-place", class: "number soft" });
  const changed = h("div", { id: "graph-change", "aria-live": "polite" });
  const compare = h("div", { id: "graph-compare", class: "scroll" });
  const button = (key, sign, go) => h("button", { type: "button", id: `graph-${key}`, onclick: go }, h("span", { "aria-hidden": "true" }, sign), h("span", { text: `graph.${key}` }));
  const first = button("first", "|◀", () => to(0)), back = button("back", "◀", () => to(at - 1));
  const next = button("next", "▶", () => to(at + 1)), all = button("all", "▶|", () => to(steps.length - 1));
  next.classList.add("primary");

  panel.append(h("div", { class: "grid graph" },
    h("div", { class: "graph-left" },
      h("section", { class: "card stack" },
        h("div", {}, h("h2", { text: "graph.title" }), h("p", { class: "soft small", text: "graph.lead" })),
        field("graph.example", choice), field("graph.formula", formula), problem,
        h("details", { class: "soft small" }, h("summary", { text: "graph.syntax-title" }), h("p", { text: "graph.syntax" }), functions)),
      h("section", { class: "card stack graph-values" },
        h("div", { class: "row between" }, h("h3", { text: "graph.inputs" }), h("button", { type: "button", class: "quiet", id: "graph-reset", text: "graph.reset", onclick: () => set({ ...firsts }) })),
        inputs.element, h("p", { class: "soft small", text: "graph.inputs.hint" }))),
    h("section", { class: "card graph-main" },
      h("div", { class: "row graph-steps", role: "group", label: "graph.steps" }, first, back, next, all, place),
      figure.element, description,
      h("div", { class: "row between small" },
        h("div", { class: "row" }, h("span", { class: "key" }, h("i", { class: "swatch positive" }), h("span", { text: "graph.above" })), h("span", { class: "key" }, h("i", { class: "swatch negative" }), h("span", { text: "graph.below" }))),
        h("button", { type: "button", class: "quiet", id: "graph-save", text: "graph.save", onclick: save })),
      h("h3", { text: "graph.now" }), words),
    h("section", { class: "card graph-change" }, h("h3", { text: "graph.change" }), changed),
    h("section", { class: "card graph-compare" }, h("h3", { text: "graph.compare" }), h("p", { class: "soft small", text: "graph.compare.how" }), compare)));

  figure.element.addEventListener("keydown", (event) => {
    const go = { ArrowRight: () => at + 1, ArrowLeft: () => at - 1, Home: () => 0, End: () => steps.length - 1 }[event.key];
    if (!go || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    to(go());
  });
  onLanguage(() => {
    if (EXAMPLES[example]) choose(example, answer ? answer.inputs.map(({ value }) => value) : null);
    else {
      if (answer) redraw();
      tellProblem(problemNow);
    }
  });

  /** Take an example, with values for its inputs in their order. */
  function choose(name, ordered = null) {
    if (name === OWN) {
      example = OWN;
      formula.focus();
      return page.keepLink();
    }
    example = choice.value = name;
    formula.value = t(`graph.formula.${name}`);
    firsts = {};
    return compute({ ordered: ordered ?? EXAMPLES[name].values, anew: true });
  }

  function set(own) {
    values = { ...values, ...own };
    compute();
  }

  async function compute({ ordered = null, anew = false } = {}) {
    setRows();
    const question = { formula: formula.value, values, ...(ordered ? { ordered } : {}), ...(Object.keys(firsts).length && !anew ? { before: firsts } : {}) };
    try {
      const got = await ask(question);
      if (!got) return; // overtaken
      answer = got;
      values = Object.fromEntries(got.inputs.map(({ name, value }) => [name, value]));
      if (anew) {
        firsts = { ...values };
        EXAMPLES[example]?.values.forEach((value, index) => got.inputs[index] && (firsts[got.inputs[index].name] = value));
        if (got.inputs.some(({ name, value }) => firsts[name] !== value)) return compute(); // what has changed since the example's own values
      }
      tellProblem(null);
      redraw();
    } catch (error) {
      tellProblem(error);
    }
    page.keepLink();
  }

  function setRows() {
    const rows = formula.value.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS_A_ROW)), 0);
    formula.rows = Math.min(7, Math.max(2, rows));
  }

  function redraw() {
    const ended = steps.length > 0 && at === steps.length - 1; // the end stays the end, in a longer graph too
    steps = stepsOf(answer.nodes);
    setRows();
    functions.textContent = t("graph.functions", { names: answer.functions.join(", ") });
    inputs.show(answer.inputs, firsts, EXAMPLES[example]?.positive ?? false);
    figure.show(answer.svg);
    tellChange(answer.change);
    to(ended ? Infinity : at, { keep: false });
  }

  function to(step, { keep = true } = {}) {
    if (!answer) return;
    at = Math.max(0, Math.min(step, steps.length - 1));
    const last = at === steps.length - 1;
    const known = knownAt(steps, at, answer.nodes);
    figure.mark(known);
    description.textContent = graphInWords(answer.nodes, known);
    words.replaceChildren(...wordsOf(steps, at, answer.nodes));
    place.textContent = placeOf(steps, at);
    first.disabled = back.disabled = at === 0;
    next.disabled = all.disabled = last;
    tellComparison(last);
    if (keep) page.keepLink();
  }

  function pick(number) {
    const backward = steps[at].phase === "seed" || steps[at].phase === "backward";
    to(steps.findIndex(({ phase, node }) => node?.number === number && phase === (backward ? "backward" : "forward")));
  }

  function drag(number, pixels, ended) {
    const { name } = answer.nodes[number - 1];
    if (ended) return (dragged = null);
    dragged ??= values[name];
    const step = inputs.step(name);
    set({ [name]: Number((dragged + Math.round(pixels / PIXELS_A_STEP) * step).toPrecision(10)) });
  }

  function tellChange(change) {
    if (!change?.parts.length) return changed.replaceChildren(h("p", { class: "soft" }, t("graph.change.none")));
    changed.replaceChildren(
      h("ul", { class: "plain" }, change.parts.map((part) => h("li", { class: "small" }, t("graph.change.part", part)))),
      h("p", { class: "result" }, t("graph.change.result", change)), h("p", { class: "soft small" }, t("graph.change.foretold", change)));
  }

  function tellComparison(done) {
    if (!done) return compare.replaceChildren(h("p", { class: "soft" }, t("graph.compare.later")));
    const heads = ["input", "value", "by-backward", "by-numbers", "difference"];
    compare.replaceChildren(h("table", { class: "numbers" },
      h("thead", {}, h("tr", {}, heads.map((key) => h("th", { scope: "col" }, t(`graph.${key}`))))),
      h("tbody", {}, answer.inputs.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name), h("td", {}, short(row.value, 6)), h("td", {}, short(row.derivative, 8)), h("td", {}, short(row.numerical, 8)), h("td", {}, short(row.difference, 3)))))),
      ...(answer.inputs.some(({ derivative, difference }) => difference > KINK * Math.max(1, Math.abs(derivative))) ? [h("p", { class: "small" }, t("graph.compare.kink"))] : []));
  }

  function tellProblem(error) {
    problemNow = error;
    problem.hidden = !error;
    figure.element.classList.toggle("stale", Boolean(error));
    if (!error) return;
    const { at: from, length } = error.values ?? {}, text = formula.value;
    const marked = Number.isInteger(from) && h("pre", { class: "marked" }, text.slice(0, from), h("mark", {}, text.slice(from, from + length) || " "), text.slice(from + length));
    problem.replaceChildren(h("p", {}, page.wordsOf(error)), ...(marked ? [marked] : []));
  }

  async function save() {
    try {
      const derivatives = ["seed", "backward"].includes(steps[at].phase);
      const title = t("graph.picture-title", { formula: formula.value.replace(/\s+/g, " ").slice(0, 150) });
      const { svg } = await askPicture({ formula: formula.value, values, derivatives, title });
      download(svg, "glassnet-graph.svg", "image/svg+xml");
    } catch (error) {
      page.sayError(error);
    }
  }

  return {
    state: () => ({
      example,
      formula: example === OWN ? formula.value : "",
      values: answer ? answer.inputs.map(({ value }) => value).join(",") : "",
      step: at < steps.length - 1 ? at : "",
    }),
    restore(state) {
      const ordered = (state.values ?? "").split(",").slice(0, 16).map(Number);
      const given = state.values && ordered.every((own) => Number.isFinite(own) && Math.abs(own) <= 1e9) ? ordered : null;
      steps = [];
      at = /^\d{1,4}$/.test(state.step ?? "") ? Number(state.step) : Infinity;
      if (state.formula || state.example === OWN) {
        example = choice.value = OWN;
        formula.value = (state.formula ?? "").slice(0, MOST_LETTERS);
        compute({ ordered: given, anew: true });
      } else choose(Object.hasOwn(EXAMPLES, state.example ?? "") ? state.example : "apples", given);
    },
    shown: () => answer || formula.value || choose("apples"),
    hidden() {},
    restarted: () => compute(),
  };
}
