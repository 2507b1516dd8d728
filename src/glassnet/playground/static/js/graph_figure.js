// The drawing of a computational graph, as the library lays it out, with what is known so far at a step.

import { h, svg } from "./elements.js";

// Scales at which its letters are still read, and not yet coarse; on a narrow screen one scrolls instead.
const SMALLEST = 0.7, SMALLEST_NARROW = 0.85, NARROW = 640, LARGEST = 1.35;

/**
 * Make the figure.
 *
 * @param {object} options label: key of its text · onpick(number): a node was clicked · ondrag(number, pixels, ended): an input was dragged
 * @returns {{element, show(words), mark(state)}} show: the SVG's text · mark: what is known, see `knownAt` of graph_steps.js
 */
export function graphFigure({ label, onpick, ondrag }) {
  const element = h("div", { class: "graph-figure scroll", tabindex: 0, role: "group", label });
  let drawing = null, natural = [1, 1], drag = null, insight = null;

  function fit() {
    if (!drawing || !element.clientWidth) return;
    const scale = Math.min(LARGEST, Math.max(element.clientWidth < NARROW ? SMALLEST_NARROW : SMALLEST, element.clientWidth / natural[0]));
    drawing.setAttribute("width", natural[0] * scale);
    drawing.setAttribute("height", natural[1] * scale);
  }

  function show(words) {
    const own = new DOMParser().parseFromString(words, "image/svg+xml").documentElement;
    for (const spare of own.querySelectorAll("title, desc, .paper")) spare.remove(); // the page says it in its own language
    own.removeAttribute("style");
    own.removeAttribute("id");
    own.setAttribute("aria-hidden", "true");
    drawing = document.importNode(own, true);
    natural = [Number(own.getAttribute("width")), Number(own.getAttribute("height"))];
    const left = element.scrollLeft;
    element.replaceChildren(drawing);
    fit();
    element.scrollLeft = left;
    if (element.clientWidth) addHits();
  }

  /** Give each node a place for fingers, at least 40 wide and high. */
  function addHits() {
    for (const node of drawing.querySelectorAll(".node")) {
      const box = node.getBBox();
      const [width, height] = [Math.max(box.width + 8, 40), Math.max(box.height + 8, 34)];
      node.append(svg("rect", { class: "hit", x: box.x + box.width / 2 - width / 2, y: box.y + box.height / 2 - height / 2, width, height }));
    }
  }

  function mark({ values, derivatives, now, edges, begun }) {
    if (!drawing) return;
    const known = (part, yes) => part?.classList.toggle("unknown", !yes);
    for (const node of drawing.querySelectorAll(".node")) {
      const number = Number(node.dataset.node);
      node.classList.toggle("now", number === now);
      node.classList.toggle("ahead", number !== 0 && !values.has(number));
      known(node.querySelector(":scope > .derivative"), derivatives.has(number));
    }
    for (const edge of drawing.querySelectorAll(".edge")) {
      const { from, to, operand } = edge.dataset, key = `${to}.${operand}`;
      edge.classList.toggle("ahead", !values.has(Number(from)));
      edge.classList.toggle("now-forward", edges.forward.has(key));
      edge.classList.toggle("now-backward", edges.backward.has(key));
      known(edge.querySelector(".derivative"), begun.has(Number(to)));
    }
    if (now !== insight && !drag && element.clientWidth) toSight(now);
  }

  function toSight(number) {
    const behavior = insight === null ? "instant" : "smooth";
    insight = number;
    const node = number === null ? null : drawing.querySelector(`[data-node="${number}"]`);
    if (!node || element.scrollWidth <= element.clientWidth) return;
    const own = node.getBoundingClientRect(), frame = element.getBoundingClientRect();
    const left = own.left - frame.left + element.scrollLeft;
    // What is seen whole from an end of the drawing is looked at from there, so that no name is cut at its side.
    const last = element.scrollWidth - element.clientWidth, room = 2 * own.width;
    const middle = left + own.width / 2 - frame.width / 2;
    element.scrollTo({ left: left + own.width + room <= frame.width ? 0 : left - room >= last ? last : middle, behavior });
  }

  const nodeAt = (event) => event.target.closest?.(".node");
  element.addEventListener("pointerdown", (event) => {
    const node = nodeAt(event);
    if (!node?.classList.contains("input")) return;
    event.preventDefault();
    element.focus({ preventScroll: true });
    drag = { number: Number(node.dataset.node), from: event.clientX, moved: false };
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.moved ||= Math.abs(event.clientX - drag.from) > 3;
    if (drag.moved) ondrag(drag.number, event.clientX - drag.from, false);
  });
  const end = () => {
    if (drag?.moved) ondrag(drag.number, 0, true);
    drag = null;
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  element.addEventListener("click", (event) => {
    const node = nodeAt(event);
    if (node?.classList.contains("operation")) onpick(Number(node.dataset.node));
  });
  new ResizeObserver(() => {
    fit();
    if (drawing && element.clientWidth && !drawing.querySelector(".hit")) addHits();
  }).observe(element);
  return { element, show, mark };
}
