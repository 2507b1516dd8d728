// A matrix as coloured cells on a canvas; hover, touch and arrow keys go to its cells.

import { hideBubble, showBubble } from "./bubble.js";
import { diverging, inked, onTheme, palette } from "./colours.js";
import { h } from "./elements.js";
import { t } from "./language.js";
import { short } from "./numbers.js";

/**
 * Make a picture of a matrix.
 *
 * @param {object} options
 *   cell: side of a cell in CSS pixels · gap: between cells · scale: "diverging" (by the largest size, or `limit`) or "ink"
 *   (0 to `limit`, default 1) · words(row, column, value): what the bubble says · onpick(row, column): click or Enter ·
 *   onpoint(row, column, x, y): a cell is pointed at, or none (row null) · label: key of the text for screen readers
 * @returns {{element, show(data, rows, columns), mark(row, column)}}
 */
export function heatmap({ cell = 12, gap = 1, scale = "diverging", limit = null, words = null, onpick = null, onpoint = null, label = null }) {
  const canvas = h("canvas", { class: "heatmap", role: "img", tabindex: onpick || words ? "0" : null, label });
  let data = null, rows = 0, columns = 0, at = [0, 0], marked = null;
  const step = cell + gap;

  function paint() {
    if (!data) return;
    const ratio = devicePixelRatio || 1, colours = palette();
    const context = canvas.getContext("2d"), [width, height] = [columns, rows].map((count) => Math.round(count * step * ratio));
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
      canvas.style.width = `${columns * step}px`;
      canvas.style.aspectRatio = `${columns} / ${rows}`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, columns * step, rows * step);
    let top = limit;
    if (top === null) {
      top = 1e-12;
      for (const value of data) if (Math.abs(value) > top) top = Math.abs(value);
    }
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const value = data[row * columns + column];
        if (value === undefined) continue;
        const [r, g, b] = (scale === "ink" ? inked : diverging)(value / top, colours);
        context.fillStyle = `rgb(${r},${g},${b})`;
        context.fillRect(column * step, row * step, cell, cell);
      }
    if (marked) {
      context.strokeStyle = `rgb(${colours.accent})`;
      context.lineWidth = 2;
      context.strokeRect(marked[1] * step + 1, marked[0] * step + 1, cell - 2, cell - 2);
    }
  }

  function cellAt(event) {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const inside = row >= 0 && column >= 0 && row < rows && column < columns;
    return inside && data[row * columns + column] !== undefined ? [row, column] : null;
  }

  function tellOf(place, x, y) {
    onpoint?.(...(place ?? [null, null]), x, y);
    if (!place) return hideBubble();
    const value = data[place[0] * columns + place[1]];
    showBubble(words ? words(...place, value) : short(value), x, y);
  }

  canvas.addEventListener("pointermove", (event) => data && tellOf(cellAt(event), event.clientX, event.clientY));
  for (const end of ["pointerleave", "blur"]) canvas.addEventListener(end, () => tellOf(null));
  canvas.addEventListener("click", (event) => {
    const place = data && cellAt(event);
    if (place) onpick?.(...place);
  });
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!data) return;
    if (move) {
      at = [Math.max(0, Math.min(rows - 1, at[0] + move[0])), Math.max(0, Math.min(columns - 1, at[1] + move[1]))];
      const box = canvas.getBoundingClientRect();
      tellOf(at, box.left + ((at[1] + 1) / columns) * box.width, box.top + (at[0] / rows) * box.height);
      canvas.setAttribute("aria-label", `${label ? t(label) : ""} ${words ? words(...at, data[at[0] * columns + at[1]]) : short(data[at[0] * columns + at[1]])}`);
      event.preventDefault();
    } else if (event.key === "Enter" || event.key === " ") {
      onpick?.(...at);
      event.preventDefault();
    }
  });
  onTheme(paint);
  return {
    element: canvas,
    show(own, ownRows, ownColumns) {
      [data, rows, columns] = [own, ownRows, ownColumns];
      paint();
    },
    mark(row, column) {
      marked = row === null ? null : [row, column];
      paint();
    },
  };
}
