// Every layer of a network: its units as cells, and between small layers the products that flow from one to the next.

import { css, onTheme, palette } from "./colours.js";
import { h } from "./elements.js";
import { readable } from "./library_words.js";
import { heatmap } from "./heatmap.js";
import { currentLanguage } from "./language.js";
import { short } from "./numbers.js";

const MOST_COLUMNS = 40;
const FEWEST_COLUMNS = 16;
const WIDEST = 640;
const LARGEST_CELL = 27;
const MOST_LINES = 90;
const FAINTEST_LINE = 0.06; // of the strongest: what is weaker is not drawn
const FLOW_HEIGHT = 64;

/** How many cells stand in a row, so that the last row is full where that can be. */
function columnsOf(units) {
  if (units <= MOST_COLUMNS) return units;
  for (let columns = MOST_COLUMNS - 8; columns >= FEWEST_COLUMNS; columns--) if (units % columns === 0) return columns;
  return MOST_COLUMNS - 8;
}

/** Make a strip of units: cells that tell and can be picked; `show(values)`, `mark(unit)`. `vector`: it is no sample's row. */
export function unitStrip({ name, units, vector = false, limit = null, onpick, onpoint, widest = WIDEST }) {
  const columns = columnsOf(units), rows = Math.ceil(units / columns);
  const cell = Math.max(6, Math.min(LARGEST_CELL, Math.floor(widest / columns) - 1));
  const address = (row, column) => `${name}[${vector ? "" : "0,"}${row * columns + column}]`;
  const cells = heatmap({
    cell, limit, label: "digit.units",
    words: (row, column, value) => `${address(row, column)} = ${short(value)}`,
    onpick: (row, column) => onpick(address(row, column)),
    onpoint: onpoint && ((row, column, x, y) => onpoint(row === null ? null : address(row, column), x, y)),
  });
  cells.element.dataset.name = name;
  return {
    element: cells.element,
    columns,
    width: columns * (cell + 1),
    show: (values) => cells.show(values, rows, columns),
    mark: (unit) => (unit === null ? cells.mark(null) : cells.mark(Math.floor(unit / columns), unit % columns)),
  };
}

/**
 * Make the view of one network's layers.
 *
 * @param {{onpick(address), onpoint(address, x, y)}} options
 * @returns {{element, show(content, card), mark(address)}} `content`: a model of the answer of digit.look; `card`: its description.
 */
export function layersView({ onpick, onpoint }) {
  const element = h("div", { class: "layers" });
  let form = null, strips = new Map(), flows = [], shown = null, marked = null, places = null;

  function build(content, card) {
    strips = new Map();
    flows = [];
    places = null;
    const blocks = [];
    for (const row of content.rows) {
      if (/^(affine|maxout)/.test(row.operation)) blocks.push(h("section", { class: "layer" }));
      const block = blocks.at(-1) ?? blocks[blocks.push(h("section", { class: "layer" })) - 1];
      const strip = unitStrip({ name: row.name, units: row.units, limit: row.name === content.output ? 1 : null, onpick, onpoint });
      const range = h("span", { class: "number soft range" });
      if (row.flow && Math.max(...row.flow.products.shape) <= MOST_COLUMNS) {
        const canvas = h("canvas", { class: "flow", role: "img", label: "digit.flow" });
        flows.push({ canvas, from: row.flow.from, to: row.name });
        block.append(canvas);
      }
      strips.set(row.name, { ...strip, range });
      const names = row.name === content.output && row.units <= MOST_COLUMNS
        ? h("div", { class: "unit-names", "aria-hidden": "true", style: `width: ${strip.width}px` }, card.classes.map((own) => h("span", {}, own))) : null;
      block.append(
        h("div", { class: "strip" },
          h("div", { class: "strip-words" }, h("b", { class: "number" }, row.name), h("code", {}, ` = ${readable(row.formula)}`), range),
          h("div", { class: "strip-cells" }, strip.element, names)),
      );
    }
    element.replaceChildren(...blocks);
  }

  function paintFlows() {
    if (!shown || !flows.length || !element.isConnected) return;
    places ??= measure();
    for (const flow of flows) paintFlow(flow, shown.rows.find(({ name }) => name === flow.to).flow.products);
  }

  function measure() {
    const box = (own) => own.getBoundingClientRect();
    return new Map(flows.map(({ canvas, from, to }) => [canvas, { own: box(canvas), from: box(strips.get(from).element), to: box(strips.get(to).element) }]));
  }

  function paintFlow({ canvas, from, to }, { data, shape: [inputs, units] }) {
    const place = places.get(canvas), ratio = devicePixelRatio || 1, colours = palette();
    const context = canvas.getContext("2d"), size = [place.own.width, FLOW_HEIGHT].map((side) => Math.round(side * ratio));
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, place.own.width, FLOW_HEIGHT);
    let top = 0;
    for (const value of data) top = Math.max(top, Math.abs(value));
    const order = [...data.keys()].filter((at) => top && Math.abs(data[at]) > FAINTEST_LINE * top);
    order.sort((one, other) => Math.abs(data[one]) - Math.abs(data[other]));
    const x = (side, unit, count) => place[side].left - place.own.left + ((unit + 0.5) / count) * place[side].width;
    const chosen = marked?.name === to || (marked && `A${to.slice(1)}` === marked.name) ? marked.unit : null;
    const source = marked?.name === from || (marked && `Z${from.slice(1)}` === marked.name) ? marked.unit : null;
    const own = (at) => (chosen === null || at % units === chosen) && (source === null || Math.floor(at / units) === source);
    const some = chosen !== null || source !== null, strongest = order.slice(-MOST_LINES);
    const lines = some ? [...strongest.filter((at) => !own(at)), ...order.filter(own)] : strongest;
    for (const at of lines) {
      const value = data[at], share = Math.abs(value) / top;
      const start = x("from", Math.floor(at / units), inputs), end = x("to", at % units, units);
      context.strokeStyle = css(value >= 0 ? colours.positive : colours.negative, some && !own(at) ? 0.1 : 0.15 + 0.8 * share);
      context.lineWidth = 0.6 + 3.4 * share;
      context.setLineDash(value >= 0 ? [] : [5, 3]);
      context.beginPath();
      context.moveTo(start, 0);
      context.bezierCurveTo(start, FLOW_HEIGHT / 2, end, FLOW_HEIGHT / 2, end, FLOW_HEIGHT);
      context.stroke();
    }
  }

  new ResizeObserver(() => {
    places = null;
    paintFlows();
  }).observe(element);
  onTheme(paintFlows);

  return {
    element,
    /** Keeps what `onTheme` and the observer call in use as long as the view is. */
    paint: paintFlows,
    show(content, card) {
      const own = JSON.stringify([content.rows.map(({ name, units, formula }) => [name, units, formula]), card.classes, currentLanguage()]);
      if (own !== form) build(content, card);
      form = own;
      shown = content;
      for (const { name, values } of content.rows) {
        const { show, range } = strips.get(name);
        show(values.data);
        range.textContent = `${short(Math.min(...values.data), 3)} … ${short(Math.max(...values.data), 3)}`;
      }
      element.classList.remove("blank");
      this.mark(marked ? `${marked.name}[0,${marked.unit}]` : null);
    },
    /** Nothing is drawn: the last numbers fade. */
    blank: () => element.classList.add("blank"),
    mark(address) {
      const [, name, unit] = /^(\w+)\[0,(\d+)\]$/.exec(address ?? "") ?? [];
      marked = name && strips.has(name) ? { name, unit: Number(unit) } : null;
      for (const [own, strip] of strips) strip.mark(own === marked?.name ? marked.unit : null);
      paintFlows();
    },
    names: () => [...strips.keys()],
  };
}
