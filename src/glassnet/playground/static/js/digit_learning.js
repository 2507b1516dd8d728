// Learning from one drawing: which label is right, how large a step, and the answer before and after it.

import { bars } from "./bars.js";
import { lineChart } from "./chart.js";
import { latest } from "./connection.js";
import { h } from "./elements.js";
import { t } from "./language.js";
import { percent, short } from "./numbers.js";

const RATES = [1e-4, 1e-3, 1e-2, 1e-1].flatMap((decade) => [1, 1.5, 2, 3, 5, 7].map((by) => Number((by * decade).toPrecision(2)))).concat(1);
export const DEFAULT_RATE = 0.01;

/** A share as percent, of tiny ones the first digits too. */
const finely = (share) => (share > 0.0005 ? percent(share) : `${short(100 * share, 2)}%`);

/** Make the row of labels to choose from: show(classes, chosen, answer). */
export function labelChooser({ onpick }) {
  const element = h("div", { class: "labels", role: "radiogroup", label: "digit.right-label" });
  element.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key], own = [...element.children];
    if (!step) return;
    event.preventDefault();
    const next = own[(own.indexOf(document.activeElement) + step + own.length) % own.length];
    next.focus();
    next.click();
  });
  return {
    element,
    show(classes, chosen, answer) {
      if (element.children.length !== classes.length || classes.some((name, index) => element.children[index].textContent !== name))
        element.replaceChildren(...classes.map((name, index) => h("button", { type: "button", role: "radio", onclick: () => onpick(index) }, name)));
      [...element.children].forEach((button, index) => {
        button.setAttribute("aria-checked", index === chosen);
        button.tabIndex = index === (chosen ?? 0) ? 0 : -1;
        button.classList.toggle("read", index === answer);
      });
    },
  };
}

/**
 * Make the step of learning.
 *
 * @param {{ask(name, content), request(), onlearned(), onrate(), onerror(error)}} options `request()`: {model, image, target}, or null
 * @returns {{element, rate(), setRate(value), refresh(classes, taught)}}
 */
export function learningView({ ask, request, onlearned, onrate, onerror }) {
  const slider = h("input", { type: "range", min: 0, max: RATES.length - 1, step: 1, value: RATES.indexOf(DEFAULT_RATE), oninput: changed, label: "digit.rate" });
  const shownRate = h("output", { class: "number" });
  const before = bars({ label: "digit.before" }), after = bars({ label: "digit.after" });
  const afterTitle = h("h4", {}), beforeTitle = h("h4", { text: "digit.before" });
  const lossBefore = h("p", { class: "number small" }), lossAfter = h("p", { class: "number small" });
  const says = h("p", { class: "says", "aria-live": "polite" });
  const counted = h("span", { class: "soft small" });
  const chart = lineChart({ series: [{ name: "digit.losses", colour: "accent" }], height: 120, x: "digit.steps", label: "digit.losses" });
  const course = h("div", { hidden: true }, h("h4", { text: "digit.losses" }), chart.element);
  const step = h("button", { type: "button", class: "primary", text: "digit.step", onclick: () => make("digit.step", { keep: true, rate: rate() }) });
  const undo = h("button", { type: "button", text: "digit.undo-step", onclick: () => make("digit.undo", {}) });
  const reset = h("button", { type: "button", text: "digit.reset", onclick: () => make("digit.undo", { all: true }) });
  const element = h("div", { class: "learning" }, h("div", { class: "stack" },
    h("p", {}, h("code", { class: "formula" }, "W ← W − η · ∂L/∂W"), " ", h("span", { class: "soft small", text: "digit.sgd" })),
    h("label", { class: "field" }, h("span", {}, h("span", { text: "digit.rate" }), " η = ", shownRate), slider),
    h("div", { class: "row" }, step, undo, reset, counted), says, course),
    h("div", { class: "before-after" }, h("section", {}, beforeTitle, before.element, lossBefore), h("section", { class: "after" }, afterTitle, after.element, lossAfter)));
  const preview = latest("digit.step");
  let classes = [], kept = null, number = 0, losses = [];

  const rate = () => RATES[slider.value];

  async function changed() {
    shownRate.textContent = short(rate());
    kept = null;
    onrate();
    await look();
  }

  /** Say what one step would do, as long as none was just made. */
  async function look() {
    const asked = request(), own = ++number;
    if (!asked || kept) return;
    try {
      const would = await preview({ ...asked, rate: rate() });
      if (would && own === number) show(would);
    } catch (error) {
      if (own === number) onerror(error);
    }
  }

  function show(content) {
    element.classList.toggle("preview", !content.kept);
    afterTitle.dataset.text = content.kept ? "digit.after" : "digit.would-be";
    afterTitle.textContent = t(afterTitle.dataset.text);
    before.show(Array.from(content.before.data), classes);
    after.show(Array.from(content.after.data), classes);
    Object.assign(element.dataset, { before: [...content.before.data].join(), after: [...content.after.data].join(), loss: content.loss.join(), kept: content.kept });
    [lossBefore, lossAfter].forEach((own, index) => (own.textContent = `loss = ${short(content.loss[index])}`));
    const target = request()?.target ?? 0, [from, to] = [content.before.data[target], content.after.data[target]].map(finely);
    says.textContent = t(content.kept ? "digit.learned" : "digit.would-learn", { name: classes[target] ?? target, from, to });
  }

  async function make(action, content) {
    const asked = request();
    if (!asked) return;
    const buttons = [step, undo, reset], were = buttons.map(({ disabled }) => disabled);
    for (const button of buttons) button.disabled = true;
    try {
      const made = await ask(action, { ...asked, ...content });
      kept = action === "digit.step" ? made : null;
      losses = kept ? [...(losses.length ? losses : [kept.loss[0]]), kept.loss[1]] : content.all ? [] : losses.slice(0, -1);
      showCourse();
      number++;
      if (kept) show(kept);
      await onlearned();
    } catch (error) {
      buttons.forEach((button, index) => (button.disabled = were[index]));
      onerror(error);
    }
    step.disabled = false;
  }

  function showCourse() {
    course.hidden = losses.length < 2;
    if (!course.hidden) chart.show([[[...losses.keys()], losses]]);
  }

  shownRate.textContent = short(rate());
  return {
    element,
    rate,
    setRate(value) {
      const away = RATES.map((own) => Math.abs(Math.log(own / value)));
      slider.value = away.indexOf(Math.min(...away));
      shownRate.textContent = short(rate());
    },
    /** Another drawing, label or model: what was made is over. */
    forget() {
      kept = null;
      losses = [];
      showCourse();
    },
    refresh(ownClasses, taught) {
      classes = ownClasses;
      counted.textContent = taught ? t("digit.taught", { count: taught }) : "";
      undo.disabled = reset.disabled = !taught;
      if (kept) show(kept);
      return look();
    },
  };
}
