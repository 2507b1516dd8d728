// What is shown of trainings with many inputs: the weights of the first layer as pictures, and who is taken for whom.

import { hideBubble, showBubble } from "./bubble.js";
import { diverging, palette } from "./colours.js";
import { h } from "./elements.js";
import { t } from "./language.js";
import { percent, short } from "./numbers.js";

const GAP = 3;

/** Pictures of weights, blue where positive, vermilion where negative, all by the same measure: show({pictures}). */
export function weightPictures({ label }) {
  const canvas = h("canvas", { class: "weight-pictures", role: "img", label });
  const words = h("p", { class: "small soft" });
  const element = h("figure", { class: "chart-frame" }, canvas, words);
  const hidden = document.createElement("canvas");
  let shown = null, columns = 6;

  function paint() {
    if (!shown) return;
    const { pictures: { data, shape: [count, height, width] }, units } = shown, colours = palette();
    columns = Math.min(count, count <= 10 ? 5 : 6);
    const rows = Math.ceil(count / columns);
    let top = 1e-12;
    for (const value of data) if (Math.abs(value) > top) top = Math.abs(value);
    [hidden.width, hidden.height] = [columns * (width + GAP) - GAP, rows * (height + GAP) - GAP];
    const context = hidden.getContext("2d"), image = context.createImageData(hidden.width, hidden.height);
    for (let index = 0; index < count; index++) {
      const left = (index % columns) * (width + GAP), upper = Math.floor(index / columns) * (height + GAP);
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) {
          const at = 4 * ((upper + row) * hidden.width + left + column);
          image.data.set(diverging(data[(index * height + row) * width + column] / top, colours), at);
          image.data[at + 3] = 255;
        }
    }
    context.putImageData(image, 0, 0);
    const scale = 3;
    if (canvas.width !== hidden.width * scale) [canvas.width, canvas.height] = [hidden.width * scale, hidden.height * scale];
    const own = canvas.getContext("2d");
    own.imageSmoothingEnabled = false;
    own.clearRect(0, 0, canvas.width, canvas.height);
    own.drawImage(hidden, 0, 0, canvas.width, canvas.height);
    words.textContent = t("train.weights-words", { shown: count, units, top: short(top, 3) });
  }

  canvas.addEventListener("pointermove", (event) => {
    if (!shown) return;
    const box = canvas.getBoundingClientRect(), [count, height, width] = shown.pictures.shape;
    const x = ((event.clientX - box.left) / box.width) * hidden.width, y = ((event.clientY - box.top) / box.height) * hidden.height;
    const index = Math.floor(y / (height + GAP)) * columns + Math.floor(x / (width + GAP)), [column, row] = [Math.floor(x % (width + GAP)), Math.floor(y % (height + GAP))];
    if (index >= count || column >= width || row >= height) return hideBubble();
    showBubble(`W1[${row * width + column}, ${index}] = ${short(shown.pictures.data[(index * height + row) * width + column])}`, event.clientX, event.clientY);
  });
  canvas.addEventListener("pointerleave", hideBubble);
  addEventListener("glassnet-theme", paint);
  return { element, show: (own) => ((shown = own), paint()), explain: paint };
}

/** The confusion matrix as a table: show({counts, onTest}, names). */
export function confusionTable() {
  const table = h("table", { class: "confusion" }), words = h("p", { class: "small soft" });
  const element = h("div", {}, h("div", { class: "scroll", tabindex: "0", role: "region", label: "train.view.confusion" }, table), words);
  let last = null;

  function draw() {
    if (!last) return;
    const [{ counts: { data, shape: [size] }, onTest }, names] = last;
    const head = h("tr", {}, h("td", { class: "corner" }, t("train.confusion-corner")), names.map((name) => h("th", { scope: "col" }, name)));
    const rows = names.map((name, row) => {
      const own = data.subarray(row * size, (row + 1) * size), sum = own.reduce((total, value) => total + value, 0);
      return h("tr", {}, h("th", { scope: "row" }, name), Array.from(own, (value, column) => {
        const share = sum ? value / sum : 0;
        return h("td", { class: row === column ? "right" : "wrong", style: `--share: ${(100 * Math.min(1, row === column ? share : 2.5 * share)).toFixed(0)}%`, title: t("train.confusion-cell", { row: name, column: names[column], value, share: percent(share) }) }, value ? String(value) : "·");
      }));
    });
    table.replaceChildren(h("thead", {}, head), h("tbody", {}, rows));
    words.textContent = t(onTest ? "train.confusion-test" : "train.confusion-train");
  }

  return { element, show: (view, names) => ((last = [view, names]), draw()), explain: draw };
}
