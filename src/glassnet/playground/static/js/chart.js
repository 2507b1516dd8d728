// A line chart on a canvas: loss, accuracy. Its numbers are in a table for screen readers too.

import { hideBubble, showBubble } from "./bubble.js";
import { css, palette } from "./colours.js";
import { h } from "./elements.js";
import { t } from "./language.js";
import { short } from "./numbers.js";

const MARGIN = { left: 54, right: 12, top: 10, bottom: 26 };
const DASHES = [[], [6, 4], [2, 3]];

/** Steps of 1, 2 or 5 that divide a range into about `count`. */
export function ticks(low, high, count = 5) {
  const span = high - low || 1, power = 10 ** Math.floor(Math.log10(span / count));
  const step = [1, 2, 5, 10].map((by) => by * power).find((by) => span / by <= count) ?? 10 * power;
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-9; at += step) found.push(Math.abs(at) < step * 1e-9 ? 0 : at);
  return found;
}

/**
 * Make a line chart.
 *
 * @param {object} options series: [{name: key of its text, colour: "positive" | "negative" | "accent" | "soft"}] · height ·
 *   log: whether the vertical axis is logarithmic · x: key of the text of what the horizontal axis counts · range: [low, high] of the vertical
 * @returns {{element, show(lines)}} lines: one [xs, ys] for each of the series
 */
export function lineChart({ series, height = 200, log = false, x = null, range = null, label }) {
  const canvas = h("canvas", { class: "chart", role: "img", label });
  const legend = h("div", { class: "row small legend" }, series.map(({ name, colour }, index) =>
    h("span", { class: "key" }, h("i", { class: `swatch ${colour} dash-${index % 3}` }), h("span", { text: name }))));
  const element = h("figure", { class: "chart-frame" }, canvas, series.length > 1 ? legend : null);
  let lines = series.map(() => [[], []]), width = 300, scaleX, scaleY;

  function bounds() {
    let [lowX, highX, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [xs, ys] of lines)
      for (let at = 0; at < xs.length; at++) {
        const y = log ? Math.log10(ys[at]) : ys[at];
        if (!Number.isFinite(y)) continue;
        [lowX, highX] = [Math.min(lowX, xs[at]), Math.max(highX, xs[at])];
        [low, high] = [Math.min(low, y), Math.max(high, y)];
      }
    if (range) [low, high] = range;
    if (!Number.isFinite(lowX)) return [0, 1, 0, 1];
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    return [lowX, highX === lowX ? lowX + 1 : highX, range ? low : low - room, range ? high : high + room];
  }

  function paint() {
    width = Math.max(160, element.clientWidth || 300);
    const ratio = devicePixelRatio || 1, colours = palette(), context = canvas.getContext("2d");
    [canvas.width, canvas.height] = [width * ratio, height * ratio];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    context.scale(ratio, ratio);
    const [lowX, highX, low, high] = bounds();
    scaleX = (own) => MARGIN.left + ((own - lowX) / (highX - lowX)) * (width - MARGIN.left - MARGIN.right);
    scaleY = (own) => height - MARGIN.bottom - ((own - low) / (high - low || 1)) * (height - MARGIN.top - MARGIN.bottom);
    Object.assign(context, { font: `12px ${getComputedStyle(document.body).fontFamily}`, fillStyle: css(colours.soft), strokeStyle: css(colours.line), lineWidth: 1 });
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const at of ticks(low, high, 4)) {
      context.beginPath();
      context.moveTo(MARGIN.left, scaleY(at));
      context.lineTo(width - MARGIN.right, scaleY(at));
      context.stroke();
      context.fillText(short(log ? 10 ** at : at, 3), MARGIN.left - 6, scaleY(at));
    }
    context.textBaseline = "top";
    context.textAlign = "center";
    const counted = x ? t(x) : "", end = width - MARGIN.right - (counted ? context.measureText(counted).width + 8 : 0);
    for (const at of ticks(lowX, highX, Math.max(2, Math.floor(width / 90)))) {
      const words = short(at, 4), right = scaleX(at) + context.measureText(words).width / 2;
      if (!counted || (Number.isInteger(at) && right <= end)) context.fillText(words, scaleX(at), height - MARGIN.bottom + 6);
    }
    context.textAlign = "right";
    context.fillText(counted, width - MARGIN.right, height - MARGIN.bottom + 6);
    lines.forEach(([xs, ys], index) => {
      Object.assign(context, { strokeStyle: css(colours[series[index].colour]), lineWidth: 2 });
      context.setLineDash(DASHES[index % 3]);
      context.beginPath();
      let lifted = true;
      for (let at = 0; at < xs.length; at++) {
        const y = log ? Math.log10(ys[at]) : ys[at];
        if (!Number.isFinite(y)) lifted = true;
        else {
          context[lifted ? "moveTo" : "lineTo"](scaleX(xs[at]), scaleY(y));
          lifted = false;
        }
      }
      context.stroke();
      context.setLineDash([]);
      if (xs.length === 1 && !lifted) context.fillRect(scaleX(xs[0]) - 2, scaleY(log ? Math.log10(ys[0]) : ys[0]) - 2, 4, 4);
    });
    canvas.setAttribute("aria-label", [label ? t(label) : "", ...lines.map(([, ys], index) => (ys.length ? `${t(series[index].name)}: ${short(ys.at?.(-1) ?? ys[ys.length - 1])}` : ""))].filter(Boolean).join(", "));
  }

  canvas.addEventListener("pointermove", (event) => {
    if (!scaleX || !lines.some(([xs]) => xs.length)) return;
    const box = canvas.getBoundingClientRect(), at = event.clientX - box.left;
    const words = lines.map(([xs, ys], index) => {
      let nearest = 0;
      for (let own = 1; own < xs.length; own++) if (Math.abs(scaleX(xs[own]) - at) < Math.abs(scaleX(xs[nearest]) - at)) nearest = own;
      return xs.length ? `${t(series[index].name)}: ${short(ys[nearest])} (${x ? `${t(x)} ` : ""}${short(xs[nearest], 6)})` : "";
    });
    showBubble(words.filter(Boolean).join("\n"), event.clientX, event.clientY);
  });
  canvas.addEventListener("pointerleave", hideBubble);
  new ResizeObserver(() => element.clientWidth !== width && element.clientWidth && paint()).observe(element);
  addEventListener("glassnet-theme", paint);
  return {
    element,
    show(own) {
      lines = own;
      paint();
    },
  };
}
