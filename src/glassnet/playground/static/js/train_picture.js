// The picture of a training with two or one inputs: decision regions or a curve, with the samples; or answers against targets.

import { css, palette } from "./colours.js";
import { ticks } from "./chart.js";
import { h } from "./elements.js";
import { t } from "./language.js";
import { short } from "./numbers.js";

const OTHERS = [[0, 158, 115], [204, 121, 167], [230, 159, 0], [120, 94, 240], [140, 140, 140]]; // told apart by the colour-blind too
const MARGIN = 34;

/** The colour of a class: vermilion, blue, and others. */
export const classColour = (index, colours) => (index === 0 ? colours.negative : index === 1 ? colours.positive : OTHERS[(index - 2) % OTHERS.length]);

/** A mark for a class: circle, square, triangle, diamond. Filled for training, hollow for testing. */
function mark(context, kind, x, y, size, filled) {
  context.beginPath();
  if (kind % 4 === 0) context.arc(x, y, size, 0, 7);
  else if (kind % 4 === 1) context.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
  else if (kind % 4 === 2) {
    context.moveTo(x, y - size * 1.2);
    context.lineTo(x + size * 1.1, y + size * 0.9);
    context.lineTo(x - size * 1.1, y + size * 0.9);
  } else {
    context.moveTo(x, y - size * 1.3);
    context.lineTo(x + size * 1.2, y);
    context.lineTo(x, y + size * 1.3);
    context.lineTo(x - size * 1.2, y);
  }
  context.closePath();
  if (filled) context.fill();
  context.stroke();
}

/** Make the picture: set(points, classes, columns) once a training, show(view) for each frame. */
export function trainingPicture({ label }) {
  const canvas = h("canvas", { class: "training-picture", role: "img", label });
  const legend = h("div", { class: "row small legend" });
  const element = h("figure", { class: "chart-frame" }, canvas, legend);
  const small = document.createElement("canvas");
  let points = null, classes = [], columns = [], view = null, width = 0;

  function paint() {
    if (!view || !element.clientWidth) return;
    width = Math.min(element.clientWidth, 560);
    const wide = view.name !== "plane", height = wide ? Math.round(width * 0.72) : width;
    const ratio = devicePixelRatio || 1, colours = palette(), context = canvas.getContext("2d");
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      [canvas.width, canvas.height] = [width * ratio, height * ratio];
      [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    Object.assign(context, { font: `12px ${getComputedStyle(document.body).fontFamily}`, lineWidth: 1 });
    if (view.name === "plane") plane(context, width, height, colours);
    else if (view.name === "curve") curve(context, width, height, colours);
    else scatter(context, width, height, colours);
  }

  /** Axes with their ticks; returns how numbers become places. */
  function axes(context, width, height, [low, high], [bottom, top], names, colours, grid = true) {
    const left = MARGIN + 12;
    const x = (own) => left + ((own - low) / (high - low || 1)) * (width - left - 8), y = (own) => height - MARGIN - ((own - bottom) / (top - bottom || 1)) * (height - MARGIN - 8);
    Object.assign(context, { fillStyle: css(colours.soft), strokeStyle: css(colours.line), textBaseline: "top", textAlign: "center" });
    for (const at of ticks(low, high, 5)) {
      if (grid) line(context, x(at), y(bottom), x(at), y(top));
      context.fillText(short(at, 3), x(at), height - MARGIN + 5);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const at of ticks(bottom, top, 5)) {
      if (grid) line(context, x(low), y(at), x(high), y(at));
      context.fillText(short(at, 3), left - 6, y(at));
    }
    context.fillStyle = css(colours.ink);
    context.textBaseline = "bottom";
    context.fillText(names[0], width - 8, height - 2);
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText(names[1], 2, 2);
    return { x, y, left };
  }

  function line(context, fromX, fromY, toX, toY) {
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
    context.stroke();
  }

  function plane(context, width, height, colours) {
    const { side } = view, [low, high] = [points.low.data, points.high.data];
    const place = axes(context, width, height, [low[0], high[0]], [low[1], high[1]], columns, colours, false);
    [small.width, small.height] = [side, side];
    const image = new ImageData(side, side), least = 1 / Math.max(2, classes.length);
    for (let cell = 0; cell < side * side; cell++) {
      const [r, g, b] = classColour(view.classes.data[cell], colours), sure = Math.max(0, (view.sure.data[cell] - least) / (1 - least));
      image.data.set([r, g, b, Number.isFinite(sure) ? 30 + 120 * sure : 0], 4 * cell);
    }
    small.getContext("2d").putImageData(image, 0, 0);
    const [x0, x1, y0, y1] = [place.x(low[0]), place.x(high[0]), place.y(high[1]), place.y(low[1])];
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(small, x0, y0, x1 - x0, y1 - y0);
    context.strokeStyle = css(colours.line);
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
    const { data } = points.x, size = points.t.data.length > 400 ? 2.6 : 3.6;
    for (let at = 0; at < points.t.data.length; at++) {
      const own = points.t.data[at], training = at < points.training, colour = classColour(own, colours);
      Object.assign(context, training ? { fillStyle: css(colour), strokeStyle: css(colours.paper), lineWidth: 1 } : { strokeStyle: css(colour), lineWidth: 1.6 });
      mark(context, own, place.x(data[2 * at]), place.y(data[2 * at + 1]), size, training);
    }
  }

  function curve(context, width, height, colours) {
    const t = points.t.data, x = points.x.data;
    let [bottom, top] = [Math.min(...t), Math.max(...t)];
    const room = (top - bottom || 1) * 0.25;
    [bottom, top] = [bottom - room, top + room];
    const place = axes(context, width, height, [points.low.data[0], points.high.data[0]], [bottom, top], [columns[0] ?? "x", "t, y"], colours);
    for (let at = 0; at < t.length; at++) {
      const training = at < points.training;
      Object.assign(context, { fillStyle: css(colours.soft), strokeStyle: css(training ? colours.paper : colours.soft), lineWidth: training ? 1 : 1.5 });
      mark(context, 0, place.x(x[at]), place.y(t[at]), 3.4, training);
    }
    context.save();
    context.beginPath();
    context.rect(place.left, 0, width - place.left, height - MARGIN);
    context.clip();
    Object.assign(context, { strokeStyle: css(colours.positive), lineWidth: 3, lineJoin: "round" });
    context.beginPath();
    view.x.data.forEach((own, at) => Number.isFinite(view.y.data[at]) && context.lineTo(place.x(own), Math.max(-9999, Math.min(9999, place.y(view.y.data[at])))));
    context.stroke();
    context.restore();
  }

  function scatter(context, width, height, colours) {
    const own = [...view.true.data];
    const room = (Math.max(...own) - Math.min(...own) || 1) * 0.1, range = [Math.min(...own) - room, Math.max(...own) + room];
    const place = axes(context, width, height, range, range, [t("train.axis-true"), t("train.axis-predicted")], colours);
    Object.assign(context, { strokeStyle: css(colours.soft), lineWidth: 1.5 });
    line(context, place.x(range[0]), place.y(range[0]), place.x(range[1]), place.y(range[1]));
    Object.assign(context, { fillStyle: css(colours.positive, 0.7), strokeStyle: css(colours.paper), lineWidth: 1 });
    own.forEach((value, at) => Number.isFinite(view.predicted.data[at]) && mark(context, 0, place.x(value), place.y(Math.max(range[0], Math.min(range[1], view.predicted.data[at]))), 3.4, true));
  }

  function explain() {
    if (!view) return;
    const key = (kind, filled, words, colour) => {
      const own = h("canvas", { width: 28, height: 28, class: "key-mark", "aria-hidden": "true" }), context = own.getContext("2d");
      Object.assign(context, { fillStyle: css(colour), strokeStyle: css(colour), lineWidth: 3 });
      mark(context, kind, 14, 14, 8, filled);
      return h("span", { class: "key" }, own, words);
    };
    const colours = palette(), tested = points && points.t.data.length > points.training;
    const kinds = view.name === "plane" ? classes.map((name, index) => key(index, true, `${t("train.class")} ${name}`, classColour(index, colours))) : [];
    legend.replaceChildren(...kinds, ...(view.name === "scatter" ? [] : [tested ? key(0, true, t("train.for-training"), colours.soft) : "", tested ? key(0, false, t("train.for-testing"), colours.soft) : ""].filter(Boolean)));
  }

  new ResizeObserver(() => element.clientWidth && Math.min(element.clientWidth, 560) !== width && paint()).observe(element);
  addEventListener("glassnet-theme", () => (paint(), explain()));
  return {
    element,
    set(ownPoints, ownClasses, ownColumns) {
      [points, classes, columns] = [ownPoints.x ? ownPoints : null, ownClasses, ownColumns];
    },
    show(own) {
      const other = own.name !== view?.name;
      view = own;
      if (other) explain();
      paint();
    },
    explain,
    paint,
  };
}
