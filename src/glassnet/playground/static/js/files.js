// Files: taking them by a button or by dropping them, as bytes for the server or as a picture's grey levels.

import { h } from "./elements.js";
import { Tensor } from "./wire.js";

const LARGEST_SIDE = 1200; // of a picture that is sent; finer ones are shrunk

/** Call `take(files)` with what is dropped on an element. */
export function takeDrops(element, take) {
  const stop = (event) => event.preventDefault();
  element.addEventListener("dragover", (event) => (stop(event), element.classList.add("dropping")));
  element.addEventListener("dragleave", () => element.classList.remove("dropping"));
  element.addEventListener("drop", (event) => {
    stop(event);
    element.classList.remove("dropping");
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  });
}

/** A button that lets the reader choose files. */
export function fileButton(text, accept, take, { multiple = false, kind = "" } = {}) {
  const input = h("input", { type: "file", accept, multiple, hidden: true, onchange: () => {
    const files = [...input.files];
    input.value = "";
    if (files.length) take(files);
  } });
  return h("span", { class: "file-button" }, input, h("button", { type: "button", class: kind, text, onclick: () => input.click() }));
}

/** A file's bytes. */
export const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());

/** A picture file as grey levels, (height, width) uint8; fails if the browser cannot read it. */
export async function greyOf(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // what is transparent is paper
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height), grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at++) grey[at] = (299 * data[4 * at] + 587 * data[4 * at + 1] + 114 * data[4 * at + 2]) / 1000;
  return new Tensor(grey, [height, width]);
}

/** A title as a file's name: letters and digits of any script, the rest as dashes. */
export const fileName = (title, ending) => `${title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "glassnet"}${ending}`;
