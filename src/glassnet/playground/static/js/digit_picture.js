// Pictures that are dropped, chosen or pasted, and pictures of grey levels shown small.

import { h } from "./elements.js";
import { Tensor } from "./wire.js";

const LONGEST_SIDE = 1024; // a larger photo is shrunk before it is sent
const MOST_BYTES = 40_000_000;

/** A picture as grey levels on white paper: a uint8 tensor (height, width). */
export function greyOf(bitmap) {
  const ratio = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * ratio)));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height), grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at++) grey[at] = (299 * data[4 * at] + 587 * data[4 * at + 1] + 114 * data[4 * at + 2]) / 1000;
  return new Tensor(grey, [height, width]);
}

/**
 * Take pictures that are dropped on `target`, pasted anywhere, or chosen with the button that is returned.
 *
 * @param {{target, wanted: () => boolean, onpicture: (bitmap) => void, onbad: () => void, text: string}} options
 */
export function pictureInput({ target, wanted, onpicture, onbad, text }) {
  async function take(file) {
    if (!file) return;
    try {
      if (file.size > MOST_BYTES) throw new Error("too large");
      onpicture(await createImageBitmap(file));
    } catch {
      onbad();
    }
  }
  const file = h("input", { type: "file", accept: "image/*", hidden: true, onchange: () => take(file.files[0]).then(() => (file.value = "")) });
  target.addEventListener("dragover", (event) => {
    event.preventDefault();
    target.classList.add("dropping");
  });
  for (const end of ["dragleave", "drop"]) target.addEventListener(end, () => target.classList.remove("dropping"));
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  addEventListener("paste", (event) => wanted() && take(event.clipboardData?.files[0]));
  return [h("button", { type: "button", text, onclick: () => file.click() }), file];
}

/** Draw grey levels (a uint8 tensor) on a canvas of as many pixels; style makes it larger. */
export function showGrey(canvas, { data, shape: [height, width] }) {
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d"), picture = context.createImageData(width, height), pixels = new Uint32Array(picture.data.buffer);
  for (let at = 0; at < data.length; at++) pixels[at] = 0xff000000 | (data[at] * 0x010101);
  context.putImageData(picture, 0, 0);
}
