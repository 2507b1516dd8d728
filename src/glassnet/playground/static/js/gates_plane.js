// The plane of two inputs: where something fires, lines, and the four points.

import { diverging, palette } from "./colours.js";
import { h, svg } from "./elements.js";
import { t } from "./language.js";

const SIZE = 320, LEFT = 34, TOP = 8, SIDE = 278;

/**
 * Make a plane.
 *
 * @param {object} options names: of the axes · onpick(index): a point was clicked
 * @returns {{element, show(scene)}} scene: {low, high, ticks, regions: [{fires, line, kind}], cells: tensor or null, points, words};
 *   points: [{x, y, one, wrong, chosen, name}], `one` is whether the output there is 1; words: for those who cannot see it
 */
export function gatePlane({ names, onpick = null }) {
  const picture = svg("svg", { class: "gate-plane", viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img" });
  let scene = null;

  function paint() {
    const { low = -0.5, high = 1.5, ticks = [0, 1], regions = [], cells = null, points, words } = scene;
    const X = (own) => LEFT + ((own - low) / (high - low)) * SIDE, Y = (own) => TOP + ((high - own) / (high - low)) * SIDE;
    const at = (list) => list.map(([x, y]) => `${X(x).toFixed(1)},${Y(y).toFixed(1)}`).join(" ");
    picture.setAttribute("aria-label", words);
    picture.replaceChildren(
      svg("rect", { class: "frame", x: LEFT, y: TOP, width: SIDE, height: SIDE, rx: 6 }),
      ...(cells ? [svg("image", { href: asPicture(cells), x: LEFT, y: TOP, width: SIDE, height: SIDE, preserveAspectRatio: "none" })] : []),
      ...regions.filter(({ fires }) => fires?.length).map(({ fires, kind }) => svg("polygon", { class: `fires ${kind}`, points: at(fires) })),
      ...ticks.flatMap((own) => [
        svg("line", { class: "guide", x1: X(own), x2: X(own), y1: TOP, y2: TOP + SIDE }), svg("line", { class: "guide", y1: Y(own), y2: Y(own), x1: LEFT, x2: LEFT + SIDE }),
        svg("text", { x: X(own), y: TOP + SIDE + 16, "text-anchor": "middle" }, String(own)), svg("text", { x: LEFT - 7, y: Y(own) + 4, "text-anchor": "end" }, String(own))]),
      svg("text", { class: "axis", x: LEFT + SIDE - 4, y: TOP + SIDE + 18, "text-anchor": "end" }, names[0]),
      svg("text", { class: "axis", x: LEFT - 7, y: TOP + 14, "text-anchor": "end" }, names[1]),
      ...regions.filter(({ line }) => line?.length === 2).map(({ line: [[x1, y1], [x2, y2]], kind }) => svg("line", { class: `border ${kind}`, x1: X(x1), y1: Y(y1), x2: X(x2), y2: Y(y2) })),
      ...together(points, (high - low) / 60).map((own, index, all) => {
        const crowded = all.slice(0, index).some(({ x, y }) => Math.abs(x - own.x) < (high - low) / 6 && Math.abs(y - own.y) < (high - low) / 12);
        return mark(own, X(own.x), Y(own.y), crowded ? 30 : -21);
      }));
  }

  function mark({ one, wrong, chosen, name, indices }, x, y, aside) {
    const shape = one ? svg("circle", { class: "shape", cx: x, cy: y, r: 10 }) : svg("rect", { class: "shape", x: x - 8.5, y: y - 8.5, width: 17, height: 17, rx: 2 });
    return svg("g", { class: `point ${one ? "one" : "zero"}${chosen ? " chosen" : ""}${onpick ? " pick" : ""}`, onclick: onpick && (() => onpick(indices[0])) },
      onpick ? svg("circle", { class: "hit", cx: x, cy: y, r: 24 }) : null,
      chosen ? svg("circle", { class: "ring", cx: x, cy: y, r: 16 }) : null,
      shape,
      wrong ? svg("path", { class: "cross", d: `M${x - 5} ${y - 5}l10 10m0 -10l-10 10` }) : null,
      svg("text", { class: "name", x, y: y + aside, "text-anchor": "middle" }, name));
  }

  addEventListener("glassnet-theme", () => scene?.cells && paint());
  return {
    element: picture,
    show(own) {
      scene = own;
      paint();
    },
  };
}

/** Points that lie on each other become one, with all their names. */
function together(points, near) {
  const found = [];
  points.forEach((point, index) => {
    const same = found.find(({ x, y }) => Math.hypot(x - point.x, y - point.y) < near);
    if (!same) found.push({ ...point, indices: [index] });
    else Object.assign(same, { name: `${same.name} ${point.name}`, wrong: same.wrong || point.wrong, chosen: same.chosen || point.chosen, indices: [...same.indices, index] });
  });
  return found;
}

/** Probabilities as a picture: blue towards 1, vermilion towards 0, the first row below. */
function asPicture({ data, shape: [rows, columns] }) {
  const canvas = h("canvas", { width: columns, height: rows }), context = canvas.getContext("2d"), colours = palette();
  const image = context.createImageData(columns, rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [r, g, b] = diverging(1.2 * (data[row * columns + column] - 0.5), colours);
      image.data.set([r, g, b, 255], 4 * ((rows - 1 - row) * columns + column));
    }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** What the marks mean. */
export const planeKey = ({ wrong = true } = {}) =>
  h("div", { class: "row small plane-key" },
    h("span", { class: "key" }, sign(svg("circle", { class: "shape", cx: 9, cy: 9, r: 7 }), "one"), h("span", { text: "gates.key.one" })),
    h("span", { class: "key" }, sign(svg("rect", { class: "shape", x: 3, y: 3, width: 12, height: 12, rx: 2 }), "zero"), h("span", { text: "gates.key.zero" })),
    wrong ? h("span", { class: "key" }, sign(svg("path", { class: "cross alone", d: "M4 4l10 10m0 -10l-10 10" }), ""), h("span", { text: "gates.key.wrong" })) : null);

const sign = (shape, kind) => svg("svg", { width: 18, height: 18, "aria-hidden": "true", class: "gate-plane small-sign" }, svg("g", { class: `point ${kind}` }, shape));

/** The four points in words: “(0, 0): 0, …”. */
export const pointsInWords = (rows) => rows.map(({ x1, x2, output }) => `(${x1}, ${x2}): ${output}`).join(", ") + `. ${t("gates.plane.words")}`;
