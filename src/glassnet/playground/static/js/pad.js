// A pad to draw on with mouse, finger, pen or the keyboard; what is drawn is a grey picture.

import { css, palette } from "./colours.js";
import { h } from "./elements.js";
import { Tensor } from "./wire.js";

const SIDE = 280; // of the pad in its own units
const PICTURE = 112; // of the picture that is read: as fine as the reading needs
const PEN = 20;
const KEY_STEP = 10;

/**
 * Make a drawing pad. Arrow keys move the pen, Space puts it down and lifts it, Delete clears, Ctrl+Z takes back.
 *
 * @param {{onchange: () => void, label: string}} options `onchange` is called at each change, many times a stroke.
 * @returns {{element, clear(), undo(), isEmpty(), picture(), strokes(), draw(strokes), show(picture)}}
 */
export function drawingPad({ onchange, label }) {
  const canvas = h("canvas", { class: "pad", width: SIDE * 2, height: SIDE * 2, tabindex: "0", role: "application", label });
  let strokes = [], background = null, drawing = null; // `drawing`: the pointer that draws
  const reading = new OffscreenCanvas(PICTURE, PICTURE).getContext("2d", { willReadFrequently: true });
  const pen = { x: SIDE / 2, y: SIDE / 4, shown: false, down: false };

  function paintOn(context, ink, paper, scale) {
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = paper;
    context.fillRect(0, 0, SIDE, SIDE);
    if (background) {
      const ratio = Math.min(SIDE / background.width, SIDE / background.height);
      const [width, height] = [background.width * ratio, background.height * ratio];
      context.drawImage(background, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    }
    Object.assign(context, { strokeStyle: ink, fillStyle: ink, lineWidth: PEN, lineCap: "round", lineJoin: "round" });
    for (const stroke of strokes) {
      context.beginPath();
      context.moveTo(...stroke[0]);
      if (stroke.length === 1) context.lineTo(stroke[0][0] + 0.1, stroke[0][1]);
      for (const [x, y] of stroke.slice(1)) context.lineTo(x, y);
      context.stroke();
    }
  }

  function paint() {
    const colours = palette(), context = canvas.getContext("2d");
    paintOn(context, background ? "#111" : css(colours.ink), background ? "#fff" : css(colours.paper), canvas.width / SIDE);
    if (pen.shown) {
      context.strokeStyle = css(colours.accent);
      context.lineWidth = 2;
      context.beginPath();
      context.arc(pen.x, pen.y, PEN / 2 + 2, 0, 7);
      context.stroke();
    }
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((at, axis) =>
      Math.round(Math.max(0, Math.min(SIDE, (at / (axis ? box.height : box.width)) * SIDE)) * 10) / 10);
  }

  /** End the stroke that is being drawn, if there is one: there is nothing left to go on with. */
  function lift() {
    drawing = null;
    pen.down = false;
  }

  function changed() {
    paint();
    onchange();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 0 || drawing !== null) return; // a second finger, or the palm, draws nothing
    canvas.setPointerCapture(event.pointerId);
    drawing = event.pointerId;
    pen.shown = false;
    strokes.push([place(event)]);
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) strokes.at(-1).push(place(each));
    changed();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => event.pointerId === drawing && (drawing = null));
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (move) {
      pen.shown = true;
      pen.x = Math.max(0, Math.min(SIDE, pen.x + move[0] * KEY_STEP));
      pen.y = Math.max(0, Math.min(SIDE, pen.y + move[1] * KEY_STEP));
      if (pen.down) strokes.at(-1).push([pen.x, pen.y]);
      if (pen.down) changed();
      else paint();
    } else if (event.key === " ") {
      pen.shown = true;
      pen.down = !pen.down;
      if (pen.down) strokes.push([[pen.x, pen.y]]);
      changed();
    } else if (event.key === "Delete" || event.key === "Backspace") pad.clear();
    else if (event.key === "z" && (event.ctrlKey || event.metaKey)) pad.undo();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    pen.shown = pen.down = false;
    paint();
  });
  addEventListener("glassnet-theme", paint);

  const pad = {
    element: canvas,
    clear() {
      strokes = [];
      background = null;
      lift();
      changed();
    },
    undo() {
      strokes.pop();
      lift();
      changed();
    },
    isEmpty: () => strokes.length === 0 && background === null,
    /** What is drawn, dark on light, as a uint8 tensor (height, width). */
    picture() {
      paintOn(reading, "#000", "#fff", PICTURE / SIDE);
      const { data } = reading.getImageData(0, 0, PICTURE, PICTURE);
      const grey = new Uint8Array(PICTURE * PICTURE);
      for (let at = 0; at < grey.length; at++) grey[at] = (299 * data[4 * at] + 587 * data[4 * at + 1] + 114 * data[4 * at + 2]) / 1000;
      return new Tensor(grey, [PICTURE, PICTURE]);
    },
    /** The strokes as a short text for a link, and back. */
    strokes: () => strokes.map((stroke) => thinned(stroke).map(([x, y]) => code(x) + code(y)).join("")).join("."),
    draw(text) {
      const pairs = (words) => (words.match(/.{4}/g) ?? []).map((pair) => [uncode(pair.slice(0, 2)), uncode(pair.slice(2))]);
      strokes = String(text).split(".").map(pairs).filter((stroke) => stroke.length && stroke.flat().every(Number.isFinite));
      background = null;
      lift();
      changed();
    },
    /** Put a picture (an ImageBitmap) under the strokes. */
    show(picture) {
      strokes = [];
      lift();
      background = picture;
      changed();
    },
  };
  paint();
  return pad;
}

// A link keeps whole units in two letters of base 36, and not more points than a stroke's form needs.
const code = (value) => Math.round(Math.max(0, Math.min(SIDE, value))).toString(36).padStart(2, "0");
const uncode = (letters) => (/^[0-9a-z]{2}$/.test(letters) ? parseInt(letters, 36) : NaN);

function thinned(stroke) {
  const kept = [stroke[0]];
  for (const point of stroke.slice(1, -1)) if (Math.hypot(point[0] - kept.at(-1)[0], point[1] - kept.at(-1)[1]) >= 5) kept.push(point);
  if (stroke.length > 1) kept.push(stroke.at(-1));
  return kept;
}
