// A digit of 28×28 pixels as a small picture: ink on paper, in both themes.

import { h } from "./elements.js";

const SIDE = 28;

/** Make the picture of 784 numbers from 0 to 255. */
export function digitTile(image) {
  const canvas = h("canvas", { class: "tile", width: SIDE, height: SIDE, "aria-hidden": "true" });
  const context = canvas.getContext("2d"), picture = context.createImageData(SIDE, SIDE);
  for (let at = 0; at < SIDE * SIDE; at++) picture.data[4 * at + 3] = image[at]; // black ink; the style turns it over in the dark
  context.putImageData(picture, 0, 0);
  return canvas;
}
