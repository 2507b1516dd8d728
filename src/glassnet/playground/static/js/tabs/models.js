// The tab "Open a model": files of models and traces; a model's card; a trace number by number.

import { ask, on } from "../connection.js";
import { download, h } from "../elements.js";
import { bytesOf, fileButton, fileName, takeDrops } from "../files.js";
import { onLanguage, t } from "../language.js";
import { modelTitle } from "../model_choice.js";
import { modelCard, modelHead } from "../models_card.js";
import { traceForm } from "../models_trace.js";
import { whole } from "../numbers.js";
import { traceView } from "../trace_view.js";

const MOST_BYTES = 30_000_000;
const MADE_HERE = "traced";
const PACKAGED = ["small", "large", "lecture"];

/** Fill the panel; return what the page calls: state(), restore(state), shown(), hidden(). */
export function open(panel, page) {
  let models = [], traces = [], chosen = { kind: "model", name: "small" }, card = null, form = null, traced = false, side = "card";
  const list = h("div", { class: "open-list", role: "group", label: "models.open" });
  const top = h("section", { class: "card" }), place = h("div", { class: "stack models-place" }), tracing = h("div", { class: "stack" });
  const view = traceView({ page, onchange: () => page.keepLink() });
  const opener = h("section", { class: "card stack opener" }, h("h2", { text: "models.title" }), h("p", { class: "soft", text: "models.intro" }),
    fileButton("models.choose", ".safetensors,.json", (files) => files.forEach(take), { kind: "primary", multiple: true }), h("p", { class: "soft small", text: "models.drop" }), h("h3", { text: "models.open" }), list);
  panel.append(h("div", { class: "models-grid" }, h("div", { class: "models-side" }, opener), h("div", { class: "stack models-main" }, top, place, tracing, view.element)));
  takeDrops(panel, (files) => files.forEach(take));

  async function take(file) {
    if (file.size > MOST_BYTES) return page.say(t("models.too-large", { name: file.name, most: whole(MOST_BYTES / 1e6) }), { bad: true });
    try {
      const { kind, name } = await ask("models.open", { file: await bytesOf(file), name: file.name });
      page.say(t(`models.opened.${kind}`, { name: file.name }));
      await lists();
      choose(kind, name);
    } catch (error) {
      page.sayError(error);
    }
  }

  async function lists() {
    try {
      ({ models, traces } = await ask("models.list"));
    } catch (error) {
      return page.sayError(error);
    }
    paintList();
  }

  function paintList() {
    const item = (kind, name, title, detail) => h("button", { type: "button", class: "open-item", "aria-pressed": String(chosen.kind === kind && chosen.name === name), onclick: () => choose(kind, name) },
      h("span", {}, title), h("span", { class: "soft small" }, detail));
    list.replaceChildren(
      ...models.map((own) => item("model", own.name, modelTitle(own), t("models.detail", { n_in: whole(own.n_in), n_out: own.n_out, parameters: whole(own.parameters) }))),
      ...traces.filter(({ name }) => name !== MADE_HERE).map((own) => item("trace", own.name, own.title, t("models.a-trace"))));
  }

  const askCard = async (name) => ({ ...(await ask("models.card", { model: name })), name, title: models.find((each) => each.name === name)?.title ?? null });

  /** The card with the model's numbers of now: it may have been taught in another tab. */
  async function refreshCard() {
    const before = form;
    try {
      const own = await askCard(card.name);
      if (form !== before) return; // another was chosen meanwhile
      card = own;
      paintModel();
    } catch (error) {
      if (form === before) page.sayError(error);
    }
  }

  async function choose(kind, name, state = {}) {
    chosen = { kind, name };
    traced = false;
    side = state.digit !== undefined || state.x !== undefined ? "trace" : "card";
    view.clear();
    form = null;
    paintList();
    page.keepLink();
    if (kind === "trace") return chooseTrace(name, state.number);
    try {
      const own = await askCard(name);
      if (chosen.name !== name) return;
      card = own;
    } catch (error) {
      page.sayError(error);
      if (name !== "small") choose("model", "small");
      return;
    }
    paintCard(state);
  }

  function paintModel() {
    const title = modelTitle(card), digits = card.reads !== "table" && card.n_in === 784;
    const sides = ["card", "trace"].map((own) => h("button", { type: "button", "data-side": own, text: `models.side.${own}`, onclick: () => show(own) }));
    top.replaceChildren(modelHead(card, [
      digits ? h("button", { type: "button", text: "models.use", onclick: () => page.go("digit", { model: card.name }) }) : null,
      h("button", { type: "button", text: "models.download", onclick: () => save("models.file", { model: card.name }, fileName(title, ".safetensors")) }),
      PACKAGED.includes(card.name) ? null : h("button", { type: "button", text: "models.close", onclick: () => close("models.close", { model: card.name }) }),
    ]), h("div", { class: "row sides", role: "group", label: "models.sides" }, sides));
    place.replaceChildren(...modelCard(card, page));
    pressSide();
  }

  function paintCard(state) {
    paintModel();
    let wished = state.number ?? "";
    form = traceForm(card, { page, state, ontrace: async (name) => {
      traced = true;
      tracing.querySelector(".keep-trace").disabled = false;
      await view.show(name, wished || view.number());
      wished = "";
      page.keepLink();
    } });
    const keep = h("button", { type: "button", class: "keep-trace", text: "trace.download", disabled: !traced, onclick: () => traced && save("models.trace-file", { trace: MADE_HERE }, fileName(`${modelTitle(card)} trace`, ".safetensors")) });
    tracing.replaceChildren(h("section", { class: "card" }, h("div", { class: "row between" }, h("h2", { text: "models.trace-this" }), keep), form.element));
    show(side);
  }

  /** Show the model's card, or an input on its way through it. */
  function show(own) {
    side = own;
    place.hidden = side !== "card";
    tracing.hidden = side !== "trace";
    view.element.hidden = side !== "trace" || !traced;
    pressSide();
    if (side === "trace" && !traced) form.run();
    page.keepLink();
  }

  function pressSide() {
    for (const button of top.querySelectorAll("[data-side]")) button.setAttribute("aria-pressed", String(button.dataset.side === side));
  }

  async function chooseTrace(name, number = "") {
    const title = traces.find((each) => each.name === name)?.title ?? name;
    top.replaceChildren(h("div", { class: "row between" }, h("h2", { class: "models-title" }, title), h("div", { class: "row" },
      h("button", { type: "button", text: "models.download", onclick: () => save("models.trace-file", { trace: name }, fileName(title, ".safetensors")) }),
      h("button", { type: "button", text: "models.close", onclick: () => close("models.close-trace", { trace: name }) }))));
    place.replaceChildren();
    tracing.replaceChildren();
    await view.show(name, number);
  }

  async function save(action, arguments_, name) {
    try {
      download((await ask(action, arguments_)).file.data, name);
    } catch (error) {
      page.sayError(error);
    }
  }

  async function close(action, arguments_) {
    try {
      await ask(action, arguments_);
      await lists();
      choose("model", "small");
    } catch (error) {
      page.sayError(error);
    }
  }

  on("models", (content) => ((models = content.models), paintList()));
  on("traces", (content) => ((traces = content.traces), paintList()));
  const redraw = () => place.querySelector(".drawing")?.redraw();
  addEventListener("glassnet-theme", redraw);
  onLanguage(redraw);
  onLanguage(() => {
    paintList();
    if (chosen.kind === "model" && card && form) paintCard({ ...form.state(), number: view.number() });
    else if (chosen.kind === "trace") chooseTrace(chosen.name, view.number());
  });
  let begun = false;
  const begin = async (state) => {
    begun = true;
    await lists();
    if (traces.some(({ name }) => name === state.trace && name !== MADE_HERE)) return choose("trace", state.trace, state);
    if (state.trace) page.say(t("models.not-here", { name: state.trace }), { bad: true });
    const known = models.some(({ name }) => name === state.model);
    if (state.model && !known) page.say(t("models.not-here", { name: state.model }), { bad: true });
    await choose("model", known ? state.model : "small", known || !state.model ? state : {});
  };

  return {
    state: () => (chosen.kind === "trace" ? { trace: chosen.name, number: view.number() } : { model: chosen.name, ...(side === "trace" && form ? { ...form.state(), number: view.number() } : {}) }),
    restore: begin,
    shown() {
      if (!begun) begin({});
      else if (chosen.kind === "model" && form) refreshCard();
    },
    hidden() {},
    restarted: () => begin({ model: chosen.kind === "model" && PACKAGED.includes(chosen.name) ? chosen.name : undefined }),
  };
}
