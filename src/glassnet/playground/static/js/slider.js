// A number with a slider and a field, as a row of three in an element of the class "sliders".

import { h } from "./elements.js";

/**
 * Make the row.
 *
 * @param {object} options name: what it is called, in plain words · largest: of the field, in size · onchange(value)
 * @returns {{element, set(value, range)}} set writes the value; range {low, high, step} is the slider's, widened for a value outside
 */
export function numberSlider({ name, largest, onchange, id = null }) {
  const number = h("input", { type: "number", step: "any", inputmode: "decimal", "aria-label": name, id, oninput: () => {
    const value = number.valueAsNumber;
    if (Number.isFinite(value) && Math.abs(value) <= largest) onchange(value);
  } });
  const slider = h("input", { type: "range", "aria-label": name, oninput: () => onchange(slider.valueAsNumber) });
  const words = h("span", { class: "name", "aria-hidden": "true" }, name);
  return {
    element: h("div", { class: "slider-row" }, words, slider, number),
    name(own) {
      words.textContent = own;
      for (const control of [number, slider]) control.setAttribute("aria-label", own);
    },
    set(value, { low, high, step }) {
      for (const [key, own] of Object.entries({ min: Math.min(low, value), max: Math.max(high, value), step })) slider[key] = own;
      slider.value = value;
      if (document.activeElement !== number || number.valueAsNumber !== value) number.value = Number(value.toPrecision(10));
    },
  };
}
