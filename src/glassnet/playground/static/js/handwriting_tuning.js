// Teaching a model one's digits: which model, how long, how fast, how many of MNIST's digits with them; progress and cancel.

import { ask } from "./connection.js";
import { lineChart } from "./chart.js";
import { field, h } from "./elements.js";
import { onLanguage, t } from "./language.js";
import { modelChoice, modelTitle } from "./model_choice.js";
import { percent } from "./numbers.js";

const DEFAULTS = { model: "small", epochs: 15, rate: 0.001, mixed: 300, augment: 0 };
const LIMITS = { epochs: [1, 100], rate: [1e-6, 1], mixed: [0, 5000] };
export const WANTED = 30;

/** Make the part: {element, state(), restore(state), hear(news), digits()}; ondigits() gives the digits to be sent. */
export function tuner({ page, gather, onstart }) {
  const model = modelChoice({ value: DEFAULTS.model, accepts: (card) => card.reads !== "table" && card.n_in === 784 && card.n_out === 10, onchange: () => page.keepLink() });
  const number = (name, step) => h("input", { type: "number", min: String(LIMITS[name][0]), max: String(LIMITS[name][1]), step, value: String(DEFAULTS[name]), onchange: ({ target }) => { target.value = String(settings()[name]); page.keepLink(); } });
  const epochs = number("epochs", "1"), rate = number("rate", "any"), mixed = number("mixed", "50");
  const augment = h("input", { type: "checkbox", onchange: () => page.keepLink() });
  const counted = h("p", { class: "counted", "aria-live": "polite" });
  const start = h("button", { type: "button", class: "primary", text: "handwriting.start", onclick: begin });
  const cancel = h("button", { type: "button", text: "handwriting.cancel", hidden: true, onclick: () => ask("handwriting.cancel").catch(page.sayError) });
  const progress = h("progress", { max: "1", label: "handwriting.progress" }), words = h("p", { class: "small soft", role: "status" });
  const chart = lineChart({ series: [{ name: "handwriting.loss", colour: "accent" }], height: 150, x: "handwriting.epoch", label: "handwriting.loss-chart" });
  const running = h("div", { class: "stack", hidden: true }, progress, words, chart.element);
  let news = { phase: "none" };

  const within = (input, name) => {
    const value = Number(input.value);
    return Number.isFinite(value) && input.value !== "" ? Math.max(LIMITS[name][0], Math.min(LIMITS[name][1], value)) : DEFAULTS[name];
  };
  const settings = () => ({ epochs: Math.round(within(epochs, "epochs")), rate: within(rate, "rate"), mixed: Math.round(within(mixed, "mixed")) });

  async function begin() {
    const card = model.card();
    if (!card) return;
    start.disabled = true;
    try {
      onstart();
      await ask("handwriting.start", { ...gather(), ...settings(), augment: augment.checked, model: card.name, title: t("handwriting.title-of-model", { model: [...modelTitle(card)].slice(0, 50).join("") }) });
      page.say();
    } catch (error) {
      page.sayError(error);
      paint();
    }
  }

  function paint() {
    const busy = news.phase === "running" || news.phase === "measuring";
    running.hidden = !busy && !news.losses?.length;
    start.disabled = busy;
    cancel.hidden = !busy;
    progress.hidden = !busy;
    if (news.phase === "running") progress.value = news.share;
    words.textContent = news.phase === "running" ? t("handwriting.running", { epoch: news.epoch, epochs: news.epochs, share: percent(news.share) })
      : ["measuring", "cancelled", "left"].includes(news.phase) ? t(`handwriting.${news.phase}`) : "";
    if (!running.hidden && news.losses) chart.show([[news.losses.map((_, index) => index + 1), news.losses]]);
  }

  function count(digits) {
    const sure = digits.filter((digit) => digit.sure), held = sure.filter((digit) => digit.held).length;
    const missing = Array.from({ length: 10 }, (_, label) => label).filter((label) => sure.filter((digit) => digit.label === label).length < 3);
    counted.dataset.count = sure.length;
    counted.replaceChildren(h("span", {}, t("handwriting.counted", { learn: sure.length - held, held })), " ",
      missing.length ? h("span", { class: "soft" }, t("handwriting.wanted", { wanted: WANTED, missing: missing.join(", ") })) : "");
  }

  onLanguage(paint);
  return {
    element: h("section", { class: "card stack tuning" }, h("h2", { text: "handwriting.tune" }), counted,
      h("div", { class: "settings-grid" }, field("handwriting.model", model.element), field("handwriting.epochs", epochs), field("handwriting.rate", rate), field("handwriting.mixed", mixed)),
      h("label", { class: "row check" }, augment, h("span", { text: "handwriting.augment" })),
      h("p", { class: "small soft", text: "handwriting.honest" }),
      h("div", { class: "row" }, start, cancel), running),
    state: () => ({ model: model.value(), ...settings(), augment: augment.checked ? 1 : "" }),
    restore(state) {
      if (state.model) model.set(String(state.model));
      for (const [name, input] of Object.entries({ epochs, rate, mixed })) if (state[name] !== undefined && Number.isFinite(Number(state[name]))) input.value = String(state[name]);
      augment.checked = String(state.augment) === "1";
    },
    hear(own) {
      news = { losses: news.losses, ...own };
      paint();
    },
    count,
  };
}
