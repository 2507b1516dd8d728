// A model's card: layers, training, inputs, drawing, first weights as pictures, a histogram of each parameter.

import { ask } from "./connection.js";
import { h, svg } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { currentLanguage, t } from "./language.js";
import { modelTitle } from "./model_choice.js";
import { percent, short, whole } from "./numbers.js";

const SHOWN_LINES = 12;

/** All that is shown of a model below its head. */
export function modelCard(card, page) {
  return [
    h("section", { class: "card" }, h("h2", { text: "models.layers" }), layers(card)),
    h("div", { class: "models-pair" }, h("section", { class: "card" }, h("h2", { text: "models.drawing" }), drawing(card, page)),
      h("section", { class: "card" }, h("h2", { text: "models.about" }), about(card))),
    pictures(card),
    h("section", { class: "card" }, h("h2", { text: "models.histograms" }), h("p", { class: "soft small", text: "models.histograms-words" }), h("div", { class: "parameter-histograms" }, card.histograms.map(histogram))),
  ].filter(Boolean);
}

/** A model's title and facts; `buttons` stand beside it. */
export function modelHead(card, buttons) {
  const facts = [
    ["models.parameters", whole(card.parameters)], ["models.loss", card.loss], ["models.dtype", card.dtype], ["models.seed", String(card.seed)],
    ["models.reads", t(`models.reads.${card.reads}`)], ["models.answers", t(`models.answers.${card.output}`, { count: card.n_out })],
    ...(card.accuracy === null ? [] : [["models.accuracy", percent(card.accuracy)]]),
  ];
  return h("div", {}, h("div", { class: "row between" }, h("h2", { class: "models-title" }, modelTitle(card)), h("div", { class: "row" }, buttons)),
    h("dl", { class: "model-facts in-line" }, facts.map(([key, value]) => h("div", {}, h("dt", { text: key }), h("dd", { class: "number" }, value)))));
}

function layers(card) {
  const row = (own, index) => h("tr", {}, h("th", { scope: "row" }, `${index + 1}  ${own.layer}`), h("td", {}, `(N, ${own.units})`),
    h("td", { class: "arrays" }, own.arrays.map(([name, shape]) => `${name} (${shape.join(", ")}${shape.length === 1 ? "," : ""})`).join(", ")), h("td", {}, whole(own.parameters)));
  return h("div", { class: "scroll" }, h("table", { class: "numbers layers-table" },
    h("thead", {}, h("tr", {}, ["models.layer", "models.output", "models.arrays", "models.parameters"].map((text) => h("th", { scope: "col", text })))),
    h("tbody", {}, card.rows.map(row)), h("tfoot", {}, h("tr", {}, h("th", { scope: "row", text: "models.total" }), h("td"), h("td"), h("td", {}, h("b", {}, whole(card.parameters)))))));
}

function about(card) {
  const lines = (key, own) => {
    const rows = own.map(([name, value]) => [h("dt", {}, name), h("dd", { class: "number" }, value)]);
    const list = (part) => h("dl", { class: "model-facts lines" }, part);
    return h("div", {}, h("h3", { text: key }), own.length ? list(rows.slice(0, SHOWN_LINES)) : h("p", { class: "soft small", text: "models.nothing-said" }),
      own.length > SHOWN_LINES ? h("details", {}, h("summary", { text: "models.more" }), list(rows.slice(SHOWN_LINES))) : null);
  };
  return h("div", { class: "stack" }, lines("models.training", card.training), lines("models.inputs", card.inputs));
}

function drawing(card, page) {
  const frame = h("div", { class: "scroll drawing", "aria-busy": "true" });
  const draw = async () => {
    try {
      const answer = await ask("models.drawing", { model: card.name, language: currentLanguage(), theme: document.documentElement.dataset.theme === "dark" ? "dark" : "light" });
      frame.innerHTML = answer.svg; // the library's own, its texts escaped; the page's policy runs no script in it
      frame.removeAttribute("aria-busy");
    } catch (error) {
      page.sayError(error);
    }
  };
  draw();
  frame.redraw = draw;
  return frame;
}

function pictures(card) {
  if (!card.pictures) return null;
  const [count, high, wide] = card.pictures.shape, units = card.rows.find(({ arrays }) => arrays.length)?.arrays[0][1].at(-1);
  const one = (_, unit) => {
    const map = heatmap({ cell: 2, gap: 0, label: "models.unit-weights" });
    map.show(card.pictures.data.subarray(unit * high * wide, (unit + 1) * high * wide), high, wide);
    return h("figure", {}, map.element, h("figcaption", { class: "small soft number" }, String(unit)));
  };
  return h("section", { class: "card" }, h("h2", { text: "models.pictures" }), h("p", { class: "soft small" }, t("models.pictures-words", { shown: count, units: whole(units) })),
    h("div", { class: "first-weights" }, Array.from({ length: count }, one)));
}

function histogram({ name, shape, counts, edges, mean, std, odd }) {
  const tops = counts.data, most = Math.max(1, ...tops), width = 220, height = 64, step = width / tops.length;
  const [low, high] = [edges.data[0], edges.data[edges.data.length - 1]];
  const bar = (count, index) => svg("rect", { x: index * step + 0.5, width: step - 1, y: height - (height * count) / most, height: (height * count) / most, class: edges.data[index] + edges.data[index + 1] < 0 ? "minus" : "plus" });
  const words = t("models.histogram-words", { name, mean: short(mean, 3), std: short(std, 3), low: short(low, 3), high: short(high, 3) });
  return h("figure", { class: "parameter-histogram" },
    h("figcaption", { class: "number" }, h("b", {}, name), h("span", { class: "soft" }, ` ${shape.join(" × ")}`)),
    svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words, preserveAspectRatio: "none" }, Array.from(tops, bar), low < 0 && high > 0 ? svg("line", { x1: (-low / (high - low)) * width, x2: (-low / (high - low)) * width, y1: 0, y2: height, class: "zero-line" }) : null),
    h("div", { class: "row between small soft number" }, h("span", {}, short(low, 3)), h("span", {}, short(high, 3))),
    h("div", { class: "small soft" }, t("models.mean-std", { mean: short(mean, 3), std: short(std, 3) }), odd ? h("span", { class: "problem" }, ` ${t("models.odd", { count: odd })}`) : null));
}
