// What was gained and what was forgotten: one's own held-out digits and MNIST's test digits, before and after, by digit.

import { digitTile } from "./digit_tile.js";
import { h } from "./elements.js";
import { t } from "./language.js";
import { percent, whole } from "./numbers.js";
import { WANTED } from "./handwriting_tuning.js";

const sum = (counts) => counts.reduce((total, own) => total + own, 0);

/** Fill the outcome; `buttons` are what can be done with the new model. */
export function outcomeView(outcome, buttons) {
  const held = sum(outcome.held.count);
  return h("section", { class: "card stack outcome" },
    h("div", { class: "row between" }, h("h2", {}, t("handwriting.outcome", { title: outcome.title })), h("div", { class: "row" }, buttons)),
    h("div", { class: "verdicts" }, verdict("held", outcome.held), verdict("mnist", outcome.mnist), verdict("taught", outcome.taught)),
    held < WANTED ? h("p", { class: "note" }, t("handwriting.few", { held, worth: percent(1 / held), wanted: WANTED })) : null,
    h("h3", { text: "handwriting.by-digit" }), byDigit(outcome),
    h("h3", { text: "handwriting.changed" }), changes(outcome));
}

function verdict(name, { count, before, after }) {
  const [all, was, is] = [sum(count), sum(before), sum(after)], gain = is - was;
  return h("div", { class: `verdict ${name}`, "data-before": was, "data-after": is, "data-count": all },
    h("p", { class: "small soft", text: `handwriting.of.${name}` }),
    h("p", { class: "verdict-numbers" }, h("span", { class: "soft" }, percent(was / all)), h("span", { class: "soft", "aria-hidden": "true" }, " → "), h("b", {}, percent(is / all))),
    h("p", { class: "small" }, h("b", { class: gain > 0 ? "better" : gain < 0 ? "worse" : "" }, t(gain > 0 ? "handwriting.more-right" : gain < 0 ? "handwriting.fewer-right" : "handwriting.as-many", { count: whole(Math.abs(gain)) })), h("span", { class: "soft" }, ` · ${t("handwriting.right-of", { right: whole(is), all: whole(all) })}`)));
}

function byDigit({ held, mnist }) {
  const share = ({ count, before, after }, digit) => (count[digit] ? [before[digit] / count[digit], after[digit] / count[digit]] : null);
  const low = Math.min(0.8, ...Array.from({ length: 10 }, (_, digit) => share(mnist, digit)).flat()), floor = Math.floor(low * 10) / 10;
  const pair = (name, set, digit, from) => {
    const own = share(set, digit);
    if (!own) return h("td", { class: "soft small" }, t("handwriting.none-of"));
    const bar = (value, kind) => h("div", { class: `pair-bar ${kind}` }, h("div", { class: "pair-track", "aria-hidden": "true" }, h("div", { class: "pair-fill", style: `width:${(100 * (value - from)) / (1 - from)}%` })), h("span", { class: "number" }, percent(value)));
    return h("td", { "data-set": name }, bar(own[0], "was"), bar(own[1], own[1] >= own[0] ? "is" : "is less"));
  };
  const change = (set, digit) => (set.count[digit] ? signedWhole(set.after[digit] - set.before[digit]) : "");
  return h("div", { class: "stack" },
    h("div", { class: "row small legend" }, h("span", { class: "key" }, h("i", { class: "pair-chip was" }), h("span", { text: "handwriting.before" })), h("span", { class: "key" }, h("i", { class: "pair-chip is" }), h("span", { text: "handwriting.after" })), h("span", { class: "soft" }, t("handwriting.floor", { floor: percent(floor) }))),
    h("div", { class: "scroll" }, h("table", { class: "by-digit" },
      h("colgroup", {}, ["digit", "pair", "change", "pair", "change"].map((kind) => h("col", { class: kind }))),
      h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "handwriting.digit" }), h("th", { scope: "col", colspan: "2", text: "handwriting.of.held" }), h("th", { scope: "col", colspan: "2", text: "handwriting.of.mnist" }))),
      h("tbody", {}, Array.from({ length: 10 }, (_, digit) => h("tr", {}, h("th", { scope: "row" }, String(digit)), pair("held", held, digit, 0), h("td", { class: "number change" }, change(held, digit)), pair("mnist", mnist, digit, floor), h("td", { class: "number change" }, change(mnist, digit))))))));
}

const signedWhole = (value) => (value > 0 ? `+${whole(value)}` : value < 0 ? `−${whole(-value)}` : "0");

function changes({ images, labels, held_out, answers }) {
  const groups = { "now-right": [], "now-wrong": [], "still-wrong": [] };
  labels.data.forEach((label, index) => {
    if (!held_out.data[index]) return;
    const [was, is] = [answers.before.data[index], answers.after.data[index]];
    if (was !== label && is === label) groups["now-right"].push(index);
    else if (was === label && is !== label) groups["now-wrong"].push(index);
    else if (is !== label) groups["still-wrong"].push(index);
  });
  const one = (index) => {
    const [label, was, is] = [labels.data[index], answers.before.data[index], answers.after.data[index]];
    const words = t("handwriting.answers", { label, was, is });
    return h("figure", { class: "changed-digit", title: words, "data-before": was, "data-after": is }, digitTile(images.data.subarray(index * 784, (index + 1) * 784)),
      h("figcaption", {}, h("span", { class: "hidden-text" }, words), h("span", { class: "true-label small", "aria-hidden": "true" }, t("handwriting.it-is", { label })), h("span", { class: "number", "aria-hidden": "true" }, h("span", { class: was === label ? "is-right" : "is-wrong" }, String(was)), " → ", h("b", { class: is === label ? "is-right" : "is-wrong" }, String(is)))));
  };
  const group = ([name, own]) => h("div", { class: `changed ${name}` }, h("h4", {}, t(`handwriting.${name}`, { count: own.length })), own.length ? h("div", { class: "changed-row" }, own.map(one)) : h("p", { class: "soft small", text: "handwriting.no-such" }));
  return h("div", { class: "stack" }, h("p", { class: "soft small", text: "handwriting.changed-words" }), Object.entries(groups).map(group));
}
