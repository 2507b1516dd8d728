// Why a number of a trace is what it is: a sentence, the terms as bars, what follows them, the chain rule, the check.

import { h } from "./elements.js";
import { t } from "./language.js";
import { readable } from "./library_words.js";
import { short, signed, whole } from "./numbers.js";

const ADDRESS = /\b(?:d?[ZA]\d+|d(?:W|b|gamma|beta|alpha)\d+|losses|dlosses|dX)(?:\[\d+(?:,\d+)*\])?/;

/** Make the part: show(answer of models.why), say(words), clear(); onpick(address) where a term leads on. */
export function traceWhy({ onpick }) {
  const element = h("div", { class: "trace-why stack", "aria-live": "polite" });
  let shown = null;

  const lead = (label) => {
    const address = ADDRESS.exec(label)?.[0];
    return address && address !== shown.address
      ? h("button", { type: "button", class: "trace-term-name", onclick: () => onpick(address) }, readable(label))
      : h("span", { class: "trace-term-name" }, readable(label));
  };

  function sentence() {
    const { address, count, total, terms, steps, rest, rest_count } = shown;
    const summed = steps.length ? steps[0][0] : address;
    if (count === 1) return `${summed} = ${short(total, 6)}${terms[0][0] === summed ? "" : ` = ${readable(terms[0][0])}`}`;
    const largest = terms.slice(0, 2).map(([label, value]) => `${readable(label)} = ${signed(value)}`).join(", ");
    return t(rest_count || count > 2 ? "trace.sum" : "trace.sum-short", { name: summed, count: whole(count), total: short(total, 6), largest, rest: signed(rest) });
  }

  function bar([label, value], top, name = null) {
    const share = (50 * Math.abs(value)) / top;
    return h("div", { class: "trace-term", role: "listitem" }, name ?? lead(label),
      h("div", { class: "trace-term-track", "aria-hidden": "true" }, h("div", { class: `trace-term-fill ${value < 0 ? "minus" : "plus"}`, style: value < 0 ? `right:50%;width:${share}%` : `left:50%;width:${share}%` })),
      h("span", { class: `number ${value < 0 ? "negative" : "positive"}` }, signed(value)));
  }

  function termBars() {
    const top = Math.max(...shown.terms.map(([, value]) => Math.abs(value)), Math.abs(shown.rest), 1e-30);
    const more = shown.rest_count ? [bar(["", shown.rest], top, h("span", { class: "trace-term-name" }, t("trace.rest", { count: whole(shown.rest_count) })))] : [];
    return h("div", { class: "trace-terms", role: "list", label: "trace.terms" }, shown.terms.map((term) => bar(term, top)), more);
  }

  function chain() {
    if (shown.chain.length < 2) return null;
    const factor = ([label, value]) => h("span", { class: "trace-factor" }, lead(label), h("span", { class: "number" }, short(value)));
    const sign = (own) => h("span", { class: "soft", "aria-hidden": "true" }, own);
    return h("div", { class: "stack" }, h("h3", { text: "trace.chain" }), h("p", { class: "soft small", text: "trace.chain-words" }),
      h("div", { class: "trace-chain" }, shown.chain.flatMap((own, index) => [index ? sign("·") : null, factor(own)]), sign("="), h("b", { class: "number" }, short(shown.product, 6))));
  }

  const numerical = () => (shown.numerical === null ? null
    : h("div", { class: "stack" }, h("h3", { text: "trace.numerical" }),
      h("p", { class: "trace-numerical" }, h("span", {}, t("trace.backprop"), " ", h("b", { class: "number" }, short(shown.value, 6))), h("span", {}, t("trace.difference"), " ", h("b", { class: "number" }, short(shown.numerical, 6))))));

  function paint() {
    const { address, value, formula, steps, count } = shown;
    const onward = steps.slice(1).map(([label, number]) => h("li", {}, h("code", {}, readable(label)), " = ", h("b", { class: "number" }, short(number, 6))));
    element.dataset.address = address;
    element.dataset.value = value;
    element.replaceChildren(...[
      h("p", { class: "trace-number number" }, `${address} = ${short(value, 6)}`),
      h("p", {}, h("code", { class: "trace-formula" }, `${address.replace(/\[.*/, "")} = ${readable(formula)}`)),
      h("p", {}, sentence()),
      count > 1 ? termBars() : null,
      onward.length ? h("div", {}, h("h3", { text: "trace.then" }), h("ul", { class: "trace-onward" }, onward)) : null,
      chain(),
      numerical(),
    ].filter(Boolean));
  }

  const own = {
    element,
    show(reasons) {
      shown = reasons;
      paint();
    },
    say(words) {
      shown = null;
      element.replaceChildren(h("p", {}, words));
    },
    clear: () => own.say(t("trace.pick")),
    again: () => (shown ? paint() : own.clear()),
  };
  return own;
}
