// The card that is drawn on: the pad, examples, pictures, what the network sees of it, and the stages on the way.

import { h } from "./elements.js";
import { drawByItself, EXAMPLES } from "./digit_examples.js";
import { greyOf, pictureInput, showGrey } from "./digit_picture.js";
import { heatmap } from "./heatmap.js";
import { t } from "./language.js";
import { drawingPad } from "./pad.js";

const WIDE = "(min-width: 721px)"; // where the stages are open from the beginning

/**
 * Make the card.
 *
 * @param {{onchange(since), onstages(), onkept(), onbad(), wanted(): boolean}} options
 *   `onchange`: something was drawn, by a pointer's event at `since` or (0) not; `onstages`: the stages were opened;
 *   `onkept`: an example is complete; `onbad`: a file is no picture; `wanted`: whether a pasted picture is meant for this tab
 */
export function drawingCard({ onchange, onstages, onkept, onbad, wanted }) {
  const pad = drawingPad({ onchange: drawn, label: "digit.pad" });
  let bitmap = null, example = -1, untouched = false, stop = null, since = 0;

  const seen = heatmap({ cell: 5, gap: 0, scale: "ink", limit: 255, label: "digit.seen", words: (row, column, value) => t("digit.pixel-value", { row, column, value }) });
  const stagesList = h("div", { class: "stages" });
  const stages = h("details", { class: "stages-panel", open: matchMedia(WIDE).matches, ontoggle: () => stages.open && onstages() },
    h("summary", { text: "digit.stages" }), h("p", { class: "soft small", text: "digit.stages-words" }), stagesList);
  const frame = h("div", { class: "pad-frame empty" }, pad.element, h("p", { class: "pad-hint", text: "digit.draw-here", "aria-hidden": "true" }));
  const chooser = pictureInput({ target: frame, wanted, onbad, text: "digit.picture-button", onpicture: (own) => {
    endExample();
    bitmap = own;
    pad.show(own);
  } });
  const button = (name, onclick, kind = null) => h("button", { type: "button", id: `digit-${name}`, class: kind, text: `digit.${name}`, onclick });
  const element = h("section", { class: "card area-draw stack" }, h("h2", { text: "digit.title" }), h("p", { class: "soft", text: "digit.invitation" }), frame,
    h("div", { class: "pad-buttons" }, button("example", () => play(example + 1), "primary"), button("clear", byHand(pad.clear)), button("undo", byHand(pad.undo)), chooser),
    h("div", { class: "seen row" }, seen.element, h("p", { class: "small soft", text: "digit.seen-words" })), stages);

  for (const type of ["pointerdown", "pointermove"]) pad.element.addEventListener(type, (event) => event.buttons && (since = event.timeStamp), { capture: true });
  frame.addEventListener("pointerdown", begin, { capture: true });
  frame.addEventListener("keydown", (event) => event.key === " " && begin(), { capture: true });

  /** One's own first stroke takes the place of an example. */
  function begin() {
    const replaced = untouched;
    endExample();
    if (replaced) pad.clear();
  }

  function byHand(change) {
    return () => {
      endExample();
      change();
    };
  }

  function endExample() {
    stop?.();
    stop = null;
    untouched = false;
  }

  function play(index) {
    endExample();
    bitmap = null;
    example = index % EXAMPLES.length;
    untouched = true;
    stop = drawByItself(pad, EXAMPLES[example].strokes, () => {
      stop = null;
      onkept();
    });
  }

  function drawn() {
    if (pad.isEmpty()) bitmap = null;
    frame.classList.toggle("empty", pad.isEmpty());
    onchange(since);
    since = 0;
  }

  return {
    element,
    isEmpty: pad.isEmpty,
    /** What is asked about: a picture that was dropped as large as it is; with strokes over it, as the pad shows it. */
    question: (wantStages) => ({ picture: bitmap && !pad.strokes() ? greyOf(bitmap) : pad.picture(), drawn: !bitmap, stages: wantStages }),
    stagesOpen: () => stages.open,
    show(content) {
      element.classList.remove("blank");
      seen.show(content.image.data, ...content.image.shape);
      if (content.stages) stagesList.replaceChildren(...content.stages.map(shownStage));
    },
    blank: () => element.classList.add("blank"),
    /** Draw an example by itself, unless there has been one. */
    greet: () => example < 0 && pad.isEmpty() && play(0),
    /** For the link; a picture does not fit into one. */
    strokes: () => (bitmap ? "" : stop ? EXAMPLES[example].strokes : pad.strokes()),
    draw(strokes) {
      endExample();
      bitmap = null;
      pad.draw(strokes);
    },
  };
}

function shownStage({ name, picture }) {
  const canvas = h("canvas", { class: "pixels", role: "img", "aria-hidden": "true" });
  showGrey(canvas, picture);
  const key = `digit.stage.${name.replace(/\W+/g, "-")}`;
  return h("figure", {}, canvas, h("figcaption", { class: "small", text: key }));
}
