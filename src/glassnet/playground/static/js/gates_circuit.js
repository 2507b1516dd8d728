// Two inputs, two units, one unit: as a circuit of gates with bits on its wires, or as a network with its weights.

import { svg } from "./elements.js";
import { short } from "./numbers.js";

const PLACES = { x1: [52, 58], x2: [52, 192], h1: [250, 58], h2: [250, 192], y: [430, 125] };
const WIRES = [["x1", "h1"], ["x2", "h1"], ["x1", "h2"], ["x2", "h2"], ["h1", "y"], ["h2", "y"]];
const RADIUS = 30, HALF = 41; // of an input's circle and what lies around it; half the width of a gate

/**
 * Make the drawing; show({values, names, under, weights, words}) sets it.
 *
 * values: {x1: words, …} written in the units · names: above them · under: below them (a bias) · weights: six numbers, of x1→h1, x2→h1, x1→h2,
 * x2→h2, h1→y, h2→y, or null · live: the units whose wires carry a 1
 */
export function gateCircuit({ onflip = null } = {}) {
  const element = svg("svg", { class: "gate-circuit", viewBox: "0 0 490 250", role: "img" });

  function wire([from, to], index, { weights, live }) {
    const [[x1, y1], [x2, y2]] = [PLACES[from], PLACES[to]];
    const length = Math.hypot(x2 - x1, y2 - y1), [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
    const weight = weights?.[index];
    const line = { x1: x1 + dx * RADIUS, y1: y1 + dy * RADIUS, x2: x2 - dx * RADIUS, y2: y2 - dy * RADIUS }; // ends under the gate's box
    if (weight === undefined) return [svg("line", { ...line, class: `wire ${live?.has(from) ? "live" : "idle"}` })];
    const along = from[1] === to[1] || to === "y" ? 0.5 : 0.3, kind = weight >= 0 ? "positive" : "negative";
    return [
      svg("line", { ...line, class: `wire ${kind}`, "stroke-width": Math.min(9, 1 + 1.1 * Math.abs(weight)) }),
      svg("text", { class: `weight ${kind}`, x: x1 + (x2 - x1) * along, y: y1 + (y2 - y1) * along - (dy === 0 ? 13 : 0) + 4, "text-anchor": "middle" }, short(weight, 3))];
  }

  function unit(key, { values, names, under, live }) {
    const [x, y] = PLACES[key], input = key.startsWith("x");
    return svg("g", { class: `unit ${live?.has(key) ? "live" : ""} ${input && onflip ? "pick" : ""}`, onclick: input && onflip ? () => onflip(key) : null },
      input && onflip ? svg("circle", { class: "hit", cx: x, cy: y, r: 40 }) : "",
      svg(input ? "circle" : "rect", input ? { cx: x, cy: y, r: RADIUS - 6 } : { x: x - HALF, y: y - RADIUS + 2, width: 2 * HALF, height: 2 * RADIUS - 4, rx: 12 }),
      svg("text", { class: "value", x, y: y + 6, "text-anchor": "middle" }, values[key]),
      names[key] ? svg("text", { class: "name", x, y: y - RADIUS - 6, "text-anchor": "middle" }, names[key]) : null,
      under?.[key] ? svg("text", { class: "under", x, y: y + RADIUS + 16, "text-anchor": "middle" }, under[key]) : null);
  }

  return {
    element,
    show(scene) {
      element.setAttribute("aria-label", scene.words);
      const wires = WIRES.map((own, index) => wire(own, index, scene));
      element.replaceChildren(
        ...wires.map(([line]) => line),
        svg("line", { x1: PLACES.y[0] + HALF, y1: PLACES.y[1], x2: 484, y2: PLACES.y[1], class: `wire ${scene.live ? (scene.live.has("y") ? "live" : "idle") : "plain"}` }),
        ...wires.flatMap(([, words]) => words ?? []),
        ...Object.keys(PLACES).map((key) => unit(key, scene)));
    },
  };
}
