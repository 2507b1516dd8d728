// The network drawn small, and by layer the histograms of activations and gradients.

import { hideBubble, showBubble } from "./bubble.js";
import { css, diverging, palette } from "./colours.js";
import { h, svg } from "./elements.js";
import { t } from "./language.js";
import { short } from "./numbers.js";

const UNIT = 34, WIDEST = 118, NARROWEST = 62, ROW = 44, TOP = 26, LEFT = 30;
const MOST = 8;

/** The network: units as circles, or as pictures of what they answer over the plane; weights as lines. */
export function networkDrawing({ label }) {
  const canvas = h("canvas", { class: "network-drawing", role: "img", tabindex: "0", label });
  const element = h("div", { class: "scroll" }, canvas);
  const small = document.createElement("canvas");
  let shown = null, names = [], places = [], at = 0, gap = WIDEST;

  function columns() {
    const inputs = { units: shown.inputs, count: shown.inputs <= MOST ? shown.inputs : 0 };
    return [inputs, ...shown.layers.map(({ units }) => ({ units, count: Math.min(units, MOST) }))];
  }

  function paint() {
    if (!shown) return;
    const all = columns(), most = Math.max(...all.map(({ count }) => count), 2);
    gap = Math.max(NARROWEST, Math.min(WIDEST, Math.floor((element.clientWidth - 2 * LEFT - UNIT) / (all.length - 1))));
    const width = LEFT * 2 + (all.length - 1) * gap + UNIT, height = TOP + most * ROW + 22;
    const ratio = devicePixelRatio || 1, colours = palette(), context = canvas.getContext("2d");
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      [canvas.width, canvas.height] = [width * ratio, height * ratio];
      [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
      canvas.style.maxWidth = "none";
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const x = (column) => LEFT + column * gap + UNIT / 2;
    const y = (column, unit) => TOP + (most * ROW) / 2 + (unit - (all[column].count - 1) / 2) * ROW;
    places = [];
    shown.layers.forEach((layer, index) => {
      const { data, shape: [rows, width] } = layer.weights;
      let top = 1e-12;
      for (const value of data) if (Math.abs(value) > top) top = Math.abs(value);
      if (!all[index].count) return wedge(context, x(index), x(index + 1), all[index + 1].count, (unit) => y(index + 1, unit), TOP + (most * ROW) / 2, colours);
      for (let from = 0; from < rows; from++)
        for (let to = 0; to < width; to++) {
          const value = data[from * width + to], share = Math.abs(value) / top;
          context.strokeStyle = css(value >= 0 ? colours.positive : colours.negative, 0.12 + 0.78 * share);
          context.lineWidth = 0.5 + 4 * share;
          context.setLineDash(value >= 0 ? [] : [5, 3]);
          context.beginPath();
          context.moveTo(x(index) + UNIT / 2, y(index, from));
          context.bezierCurveTo(x(index) + gap / 2, y(index, from), x(index + 1) - gap / 2, y(index + 1, to), x(index + 1) - UNIT / 2, y(index + 1, to));
          context.stroke();
        }
    });
    context.setLineDash([]);
    Object.assign(context, { font: `12px ${getComputedStyle(document.body).fontFamily}`, textAlign: "center", textBaseline: "middle" });
    all.forEach(({ units, count }, column) => {
      context.fillStyle = css(colours.soft);
      context.fillText(column === 0 ? t("train.inputs") : column === all.length - 1 ? t("train.output") : `${t("train.layer")} ${column}`, x(column), 12);
      if (units > count) context.fillText(count ? `+${units - count}` : "", x(column), y(column, count - 1) + ROW * 0.72);
      if (!count) block(context, x(column), TOP + (most * ROW) / 2, units, colours);
      for (let unit = 0; unit < count; unit++) circle(context, column, unit, x(column), y(column, unit), colours);
    });
  }

  function wedge(context, left, right, count, y, middle, colours) {
    for (let unit = 0; unit < count; unit++) {
      context.fillStyle = css(colours.line, 0.6);
      context.beginPath();
      context.moveTo(left + UNIT / 2, middle - 24);
      context.lineTo(right - UNIT / 2, y(unit));
      context.lineTo(left + UNIT / 2, middle + 24);
      context.fill();
    }
  }

  function block(context, x, y, units, colours) {
    Object.assign(context, { fillStyle: css(colours.wash), strokeStyle: css(colours.soft), lineWidth: 1.2 });
    context.beginPath();
    context.roundRect(x - UNIT / 2, y - 46, UNIT, 92, 8);
    context.fill();
    context.stroke();
    context.fillStyle = css(colours.ink);
    context.fillText(String(units), x, y);
  }

  function circle(context, column, unit, x, y, colours) {
    const planes = column && shown.layers[column - 1].planes;
    Object.assign(context, { fillStyle: css(colours.paper), strokeStyle: css(colours.soft), lineWidth: 1.2 });
    context.beginPath();
    context.roundRect(x - UNIT / 2, y - UNIT / 2, UNIT, UNIT, planes ? 5 : UNIT / 2);
    context.fill();
    if (planes) {
      const { side } = shown, own = planes.data.subarray(unit * side * side, (unit + 1) * side * side), image = new ImageData(side, side);
      let [low, high] = [Infinity, -Infinity];
      for (const value of own) [low, high] = [Math.min(low, value), Math.max(high, value)];
      const middle = (low + high) / 2, half = Math.max((high - low) / 2, 1e-3 * Math.abs(middle), 1e-12);
      for (let cell = 0; cell < own.length; cell++) {
        image.data.set(diverging((own[cell] - middle) / half, colours), 4 * cell);
        image.data[4 * cell + 3] = 255;
      }
      [small.width, small.height] = [side, side];
      small.getContext("2d").putImageData(image, 0, 0);
      context.save();
      context.clip();
      context.drawImage(small, x - UNIT / 2, y - UNIT / 2, UNIT, UNIT);
      context.restore();
    } else {
      context.fillStyle = css(colours.ink);
      context.fillText(column ? String(unit) : (names[unit] ?? `x${unit}`).slice(0, 4), x, y);
    }
    context.stroke();
    places.push({ column, unit, x, y });
  }

  function wordsOf({ column, unit }) {
    if (!column) return `${t("train.inputs")}: ${names[unit] ?? unit}`;
    const { weights: { data, shape: [rows, width] } } = shown.layers[column - 1];
    const own = Array.from({ length: rows }, (_, from) => `W${column}[${from}, ${unit}] = ${short(data[from * width + unit])}`);
    return [`${t("train.layer")} ${column}, ${t("train.unit")} ${unit}`, ...own].join("\n");
  }

  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect(), [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const place = places.find((own) => Math.max(Math.abs(own.x - x), Math.abs(own.y - y)) < UNIT / 2);
    if (place) showBubble(wordsOf(place), event.clientX, event.clientY);
    else hideBubble();
  });
  for (const leaving of ["pointerleave", "blur"]) canvas.addEventListener(leaving, hideBubble);
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !places.length) return;
    at = (at + step + places.length) % places.length;
    const box = canvas.getBoundingClientRect(), words = wordsOf(places[at]);
    canvas.setAttribute("aria-label", `${t(label)} ${words}`);
    showBubble(words, box.left + places[at].x, box.top + places[at].y);
    event.preventDefault();
  });
  addEventListener("glassnet-theme", paint);
  new ResizeObserver(() => element.clientWidth && paint()).observe(element);
  return { element, show: (own, ownNames) => (([shown, names] = [own, ownNames]), paint()), explain: paint };
}

const WIDE = 150, HIGH = 44;

/** One histogram as a path, with its range and the mean size of its numbers. */
function histogram(name) {
  const path = svg("path", { class: "histogram-bars" }), zero = svg("line", { class: "histogram-zero", y1: 0, y2: HIGH });
  const picture = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "histogram", role: "img", "aria-hidden": "true", preserveAspectRatio: "none" }, path, zero);
  const low = h("span"), high = h("span"), size = h("span", { class: "number" });
  const element = h("div", { class: "histogram-frame" }, h("div", { class: "histogram-head" }, h("code", {}, name), size), picture, h("div", { class: "histogram-ends number" }, low, high));
  return {
    element,
    show({ counts, low: from, high: to, size: mean, notFinite }) {
      const top = Math.max(...counts.data, 1), step = WIDE / counts.data.length;
      path.setAttribute("d", Array.from(counts.data, (count, index) => `M${index * step} ${HIGH}v${(-HIGH * Math.sqrt(count / top)).toFixed(1)}h${step - 0.6}V${HIGH}`).join(""));
      const place = ((0 - from) / (to - from)) * WIDE;
      zero.setAttribute("x1", place);
      zero.setAttribute("x2", place);
      zero.toggleAttribute("hidden", place < 0 || place > WIDE);
      [low.textContent, high.textContent] = [short(from, 3), short(to, 3)];
      size.textContent = notFinite ? t("train.not-finite", { count: notFinite }) : t("train.mean-size", { size: short(mean, 3) });
      size.classList.toggle("problem", Boolean(notFinite));
    },
  };
}

/** Activations and gradients by layer: show({layers, rows}). */
export function layerHistograms() {
  const element = h("div", { class: "histograms" });
  let rows = [], last = null;

  function draw() {
    if (!last) return;
    if (rows.length !== last.layers.length) {
      rows = last.layers.map((_, index) => [histogram(`A${index + 1}`), histogram(`dW${index + 1}`)]);
      element.replaceChildren(
        h("div", { class: "histogram-row small soft" }, h("span"), h("span", { text: "train.activations" }), h("span", { text: "train.gradients" })),
        ...rows.map(([activations, gradients], index) => h("div", { class: "histogram-row" }, h("span", { class: "number soft" }, String(index + 1)), activations.element, gradients.element)),
      );
    }
    last.layers.forEach((layer, index) => {
      rows[index][0].show(layer.activations);
      rows[index][1].show(layer.gradients);
    });
  }

  return { element, show: (own) => ((last = own), draw()), explain: draw };
}
