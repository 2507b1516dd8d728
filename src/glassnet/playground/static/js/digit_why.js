// Why a number is what it is: its terms, what they are products of, the activation, and of a gradient the chain rule.

import { h } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { unitStrip } from "./digit_layers.js";
import { hasText, t } from "./language.js";
import { short, signed } from "./numbers.js";
import { readable } from "./library_words.js";

const ADDRESS = /\b(?:d?[ZA]\d+|d[Wb]\d+)\[\d+(?:,\d+)*\]/;
const PIXELS = 28;

/** What an address means, in words. */
export function describe(address, classes = []) {
  const [, gradient = "", letter = address.replace(/\[.*/, ""), layer = "", place = ""] = /^(d?)([A-Za-z]+?)(\d+)\[([\d,]+)\]$/.exec(address) ?? [];
  const input = /^dX\[0,(\d+)\]$/.exec(address);
  if (input) return t("digit.of.dX", { pixel: pixelOf(Number(input[1])) });
  const places = place.split(",").map(Number), unit = places.at(-1);
  const pixel = gradient && letter === "W" && layer === "1" ? "-pixel" : "", key = `digit.of.${gradient}${letter}${pixel}`;
  return hasText(key) ? t(key, { layer, unit, input: places[0], pixel: pixelOf(places[0]), name: classes[unit] ?? unit }) : "";
}

const pixelOf = (index) => `(${Math.floor(index / PIXELS)}, ${index % PIXELS})`;

/** Make the view: show(answer of digit.why, classes); `onpick(address)` when a term leads on to another number. */
export function whyView({ onpick }) {
  const element = h("div", { class: "why stack" });
  return {
    element,
    show(why, classes) {
      element.dataset.address = why.address;
      element.dataset.value = why.value;
      element.replaceChildren(
        heading(why, classes),
        h("div", { class: "why-columns" },
          h("div", { class: "stack" }, sum(why), parts(why, onpick), onward(why), chain(why, onpick)), terms(why, onpick)),
      );
    },
    clear: () => element.replaceChildren(),
  };
}

function heading(why, classes) {
  const words = describe(why.address, classes);
  return h("p", { class: "why-head" },
    h("span", { class: "number big" }, `${why.address} = ${short(why.value, 5)}`), words ? h("span", { class: "soft" }, words) : null);
}

function sum(why) {
  const summed = why.steps.length ? why.steps[0][0] : why.address;
  const formula = h("code", { class: "formula" }, readable(`${why.address.replace(/\[.*/, "")} = ${why.formula}`));
  return h("div", { class: "stack tight" }, formula,
    why.count > 1 ? h("p", {}, t("digit.sum", { name: summed, count: why.count, total: short(why.total, 5) })) : null);
}

function parts(why, onpick) {
  const own = why.parts;
  if (!own) return null;
  const [rows, columns] = own.inputs.shape, picture = rows > 1;
  const part = (key, tensor, values, scale) => h("figure", {}, view(tensor, scale), h("figcaption", { class: "small" }, h("b", {}, t(key)), h("br"), h("code", {}, values)));
  function view({ data }, scale) {
    if (!picture) {
      const strip = unitStrip({ name: own.input, units: columns, onpick, widest: 250 });
      strip.show(data);
      return strip.element;
    }
    const map = heatmap({ cell: 4, gap: 0, scale, label: "digit.picture", words: (row, column, value) => `(${row}, ${column}): ${short(value)}` });
    map.show(data, rows, columns);
    return map.element;
  }
  return h("div", { class: `parts ${picture ? "" : "in-rows"}` },
    part("digit.part.inputs", own.inputs, `${own.input}`, picture ? "ink" : "diverging"), h("span", { class: "sign", "aria-hidden": "true" }, "×"),
    part("digit.part.weights", own.weights, own.weight, "diverging"), h("span", { class: "sign", "aria-hidden": "true" }, "="),
    part("digit.part.products", own.products, `${own.input} · ${own.weight}`, "diverging"));
}

function terms(why, onpick) {
  if (why.count < 2) return null;
  return termsList(why.more.count ? [...why.terms, [t("digit.more-terms", { count: why.more.count }), why.more.sum]] : why.terms, onpick);
}

/** Make a list of [label, value] terms with bars; where a label names a number of the trace, a button leads there. */
export function termsList(list, onpick) {
  const top = Math.max(...list.map(([, value]) => Math.abs(value)), 1e-30);
  return h("div", { class: "terms", role: "list", "aria-label": t("digit.terms") }, list.map(([label, value]) => term(label, value, top, onpick)));
}

function term(label, value, top, onpick) {
  const onward = onpick && label.match(ADDRESS)?.[0], share = (50 * Math.abs(value)) / top;
  const bar = h("span", { class: "track" }, h("span", { class: `fill ${value >= 0 ? "plus" : "minus"}`, style: `width: ${share}%` }));
  const pixel = /^X\[\d+,(\d+)\]/.exec(label);
  const words = [h("code", {}, readable(label)), pixel ? h("span", { class: "soft small" }, t("digit.pixel", { pixel: pixelOf(Number(pixel[1])) })) : null];
  const content = [h("span", { class: "term-words" }, words), bar, h("span", { class: "number" }, signed(value))];
  return h("div", { role: "listitem" }, onward
    ? h("button", { type: "button", class: "term", title: t("digit.why-that", { address: onward }), onclick: () => onpick(onward) }, content)
    : h("div", { class: "term" }, content));
}

function onward(why) {
  if (!why.steps.length) return null;
  return h("div", { class: "stack tight" }, why.steps.slice(1).map(([label, value]) =>
    h("p", {}, h("code", { class: "formula" }, `${readable(label)} = `, h("b", {}, short(value, 5))))));
}

function chain(why, onpick) {
  if (why.numerical === null) return null;
  const product = why.chain.reduce((all, [, value]) => all * value, 1), links = why.chain.length > 1;
  const factors = why.chain.flatMap(([label, value], index) => {
    const onward = label.match(ADDRESS)?.[0];
    const words = [h("code", {}, readable(label)), h("span", { class: "number" }, short(value))];
    return [index ? h("span", { class: "sign", "aria-hidden": "true" }, "·") : null,
      onward ? h("button", { type: "button", class: "factor", title: t("digit.why-that", { address: onward }), onclick: () => onpick(onward) }, words) : h("span", { class: "factor" }, words)];
  });
  return h("div", { class: "stack tight" },
    links ? h("h4", {}, t("digit.chain")) : null,
    links ? h("div", { class: "factors" }, factors, h("span", { class: "sign" }, "="), h("span", { class: "factor result" }, h("span", { class: "number" }, short(product)))) : null,
    links && Math.abs(product - why.value) > 1e-3 * Math.abs(why.value) ? h("p", { class: "soft small" }, t("digit.chain-path")) : null,
    h("div", { class: "beside" },
      h("div", {}, h("span", { class: "small soft" }, t("digit.by-backprop")), h("span", { class: "number big" }, short(why.value, 6))),
      h("div", {}, h("span", { class: "small soft" }, t("digit.by-difference")), h("span", { class: "number big" }, short(why.numerical, 6)))),
    h("p", { class: "soft small" }, t("digit.difference-formula")));
}
