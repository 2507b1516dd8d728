// Collecting: "write a 3 now" on the pad, or pictures from files, each brought into MNIST's form by the server.

import { ask } from "./connection.js";
import { digitTile } from "./digit_tile.js";
import { h } from "./elements.js";
import { fileButton, greyOf } from "./files.js";
import { onLanguage, t } from "./language.js";
import { drawingPad } from "./pad.js";

const ORDER = [3, 7, 1, 9, 4, 0, 8, 2, 6, 5];
const NAMED = /^(\d)(?!\d)/; // "3.png", "3_b.jpg": the name says what it is

/** Make the part: {element, suggest(), takeFiles(files)}; onkeep([{label, image, sure}]) gets what was written or read. */
export function collector({ page, digits, onkeep }) {
  let wanted = ORDER[0], reading = false;
  const prompt = h("p", { class: "write-now", "aria-live": "polite" });
  const keep = h("button", { type: "button", class: "primary keep-digit", text: "handwriting.keep", disabled: true, onclick: () => take() });
  const pad = drawingPad({ label: "handwriting.pad", onchange: () => (keep.disabled = reading || pad.isEmpty()) });
  const choices = Array.from({ length: 10 }, (_, digit) => h("button", { type: "button", "aria-pressed": "false", onclick: () => want(digit) }, String(digit)));
  const last = h("p", { class: "row small soft last-kept", "aria-live": "polite" });

  pad.element.addEventListener("keydown", (event) => {
    if (event.key === "Enter") take();
    else if (/^[0-9]$/.test(event.key)) want(Number(event.key));
    else return;
    event.preventDefault();
  });

  function want(digit) {
    wanted = digit;
    prompt.replaceChildren(...t("handwriting.write-now", { digit: "\u0000" }).split(/(\u0000)/).map((part) => (part === "\u0000" ? h("b", {}, String(digit)) : part)));
    choices.forEach((button, own) => button.setAttribute("aria-pressed", String(own === digit)));
  }

  /** Ask for the digit of which there are fewest; `coming`: one that is about to be kept. */
  function suggest(coming = null) {
    const counts = ORDER.map((digit) => digits.filter(({ label }) => label === digit).length + Number(digit === coming));
    want(ORDER[counts.indexOf(Math.min(...counts))]);
  }

  async function take() {
    if (reading || pad.isEmpty()) return;
    reading = keep.disabled = true;
    const label = wanted, picture = pad.picture(), strokes = pad.strokes();
    pad.clear(); // at once: who writes fast has begun the next one before this one is read
    suggest(label);
    const next = wanted;
    try {
      const { image } = await ask("handwriting.read", { picture });
      await onkeep([{ label, image: new Uint8Array(image.data), sure: true }]);
      last.replaceChildren(digitTile(image.data), h("span", {}, t("handwriting.kept", { label })));
    } catch (error) {
      page.sayError(error);
      if (pad.isEmpty()) {
        pad.draw(strokes);
        if (wanted === next) want(label);
      }
    }
    reading = false;
    keep.disabled = pad.isEmpty();
  }

  /** Read pictures from files: a name that begins with one digit says what it is, else a model is asked. */
  async function takeFiles(files) {
    const read = [], unread = [];
    for (const [index, file] of files.entries()) {
      page.say(t("handwriting.reading", { number: index + 1, count: files.length }));
      try {
        const { image, answer } = await ask("handwriting.read", { picture: await greyOf(file) });
        const named = NAMED.exec(file.name);
        read.push({ label: named ? Number(named[1]) : (answer ?? 0), image: new Uint8Array(image.data), sure: Boolean(named) });
      } catch (error) {
        if (error.code === "lost") return page.sayError(error);
        unread.push(file.name);
      }
    }
    await onkeep(read);
    suggest();
    page.say([read.length ? t("handwriting.read", { count: read.length }) : "", unread.length ? t("handwriting.unread", { names: unread.slice(0, 5).join(", "), count: unread.length }) : ""].filter(Boolean).join(" "), { bad: unread.length > 0 });
  }

  onLanguage(() => want(wanted));
  return {
    element: h("section", { class: "card stack collect" }, h("h2", { text: "handwriting.collect" }), prompt,
      pad.element,
      h("div", { class: "row" }, keep, h("button", { type: "button", text: "handwriting.undo", onclick: () => pad.undo() }), h("button", { type: "button", text: "handwriting.clear", onclick: () => pad.clear() })),
      last,
      h("div", {}, h("p", { class: "small soft", id: "other-digit", text: "handwriting.other" }), h("div", { class: "ten", role: "group", "aria-labelledby": "other-digit" }, choices)),
      h("div", { class: "stack pictures-in" }, h("div", { class: "row" }, fileButton("handwriting.pictures", "image/*", takeFiles, { multiple: true })), h("p", { class: "small soft", text: "handwriting.pictures-words" }))),
    suggest,
    takeFiles,
  };
}
