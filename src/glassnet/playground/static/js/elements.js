// Making elements: h("button", { class: "primary", onclick: f, text: "digit.clear" }, …).

import { t } from "./language.js";

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") {
      element.dataset.text = value; // a key of the texts, which follows the language
      element.textContent = t(value);
    } else if (name === "label") {
      element.dataset.label = value;
      element.setAttribute("aria-label", t(value));
    } else if (name === "hint") {
      element.dataset.hint = value;
      element.title = t(value);
    } else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Make an HTML element. `text`, `label` and `hint` are keys of the texts. */
export const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/** Make an SVG element. */
export const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A field with its label above. */
export const field = (key, control) => h("label", { class: "field" }, h("span", { text: key }), control);

/** A select of [value, key of its text, or plain words] pairs. */
export function select(options, attributes = {}) {
  const { value, ...others } = attributes;
  const element = h(
    "select",
    others,
    options.map(([own, words]) => h("option", words.includes?.(".") ? { value: own, text: words } : { value: own }, words.includes?.(".") ? null : words)),
  );
  if (value !== undefined) element.value = value;
  return element;
}

/** Offer bytes as a file to keep. */
export function download(bytes, name, type = "application/octet-stream") {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
