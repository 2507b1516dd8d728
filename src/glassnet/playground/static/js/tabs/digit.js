// The tab that looks inside a network while a digit is drawn: forward, why, backward, one step of learning.

import { backwardView } from "../digit_backward.js";
import { bars } from "../bars.js";
import { hideBubble, showBubble } from "../bubble.js";
import { ask, latest, on } from "../connection.js";
import { drawByItself, EXAMPLES } from "../digit_examples.js";
import { layersView } from "../digit_layers.js";
import { DEFAULT_RATE, labelChooser, learningView } from "../digit_learning.js";
import { greyOf, pictureInput, showGrey } from "../digit_picture.js";
import { whyView } from "../digit_why.js";
import { field, h } from "../elements.js";
import { heatmap } from "../heatmap.js";
import { onLanguage, t } from "../language.js";
import { percent, short, signed } from "../numbers.js";
import { drawingPad } from "../pad.js";

const FIRST_MODEL = "small";
const SETTLED = 150; // milliseconds without a change until what need not follow each stroke is asked for
const MOST_TIMINGS = 500;
const TERMS_IN_BUBBLE = 4;

/** Fill the panel; return what the page calls: state(), restore(state), shown(), hidden(). */
export function open(panel, page) {
  const lab = { cards: [], model: FIRST_MODEL, other: "", image: null, seen: null, target: null, address: null, wantedStage: null };
  const timings = (globalThis.glassnetTimings = []);
  let bitmap = null, example = -1, ownExample = false, stopExample = null, settling = null, inputAt = 0, here = true, number = 0;

  // What is drawn.
  const pad = drawingPad({ onchange: drawn, label: "digit.pad" });
  const says = h("p", { class: "answer-words", "aria-live": "polite" });
  const seenPicture = heatmap({ cell: 5, gap: 0, scale: "ink", limit: 255, label: "digit.seen", words: (row, column, value) => t("digit.pixel-value", { row, column, value }) });
  const stagesList = h("div", { class: "stages" });
  const stages = h("details", { class: "stages-panel", open: matchMedia("(min-width: 721px)").matches, ontoggle: () => stages.open && refresh(true, 0, true) }, h("summary", { text: "digit.stages" }), h("p", { class: "soft small", text: "digit.stages-words" }), stagesList);
  const padFrame = h("div", { class: "pad-frame" }, pad.element, h("p", { class: "pad-hint", text: "digit.draw-here", "aria-hidden": "true" }));
  const chooser = pictureInput({ target: padFrame, wanted: () => here, text: "digit.picture-button", onbad: () => page.say(t("digit.bad-picture"), { bad: true }), onpicture: (own) => {
    endExample();
    bitmap = own;
    pad.show(own);
  } });
  const draw = h("section", { class: "card area-draw stack" }, h("h2", { text: "digit.title" }), h("p", { class: "soft", text: "digit.invitation" }), padFrame,
    h("div", { class: "pad-buttons" },
      h("button", { type: "button", class: "primary", id: "digit-example", text: "digit.example", onclick: () => play(example + 1) }),
      h("button", { type: "button", id: "digit-clear", text: "digit.clear", onclick: () => (endExample(), pad.clear()) }),
      h("button", { type: "button", text: "digit.undo", onclick: () => (endExample(), pad.undo()) }),
      chooser),
    h("div", { class: "seen row" }, seenPicture.element, h("p", { class: "small soft", text: "digit.seen-words" })), stages);

  // What the network answers.
  const answerBars = [0, 1].map(() => bars({ label: "digit.probabilities", onpick: (unit) => pick(`${lab.seen.models[0].output}[0,${unit}]`) }));
  const answerTitles = [h("h4", {}), h("h4", {})];
  const answers = [0, 1].map((index) => h("section", { hidden: index === 1 }, answerTitles[index], answerBars[index].element));
  const answer = h("section", { class: "card area-answer stack" }, h("h2", { text: "digit.answer" }), says, h("div", { class: "answers" }, answers));

  const point = pointer();
  const layers = [0, 1].map((index) => layersView({ onpick: (address) => pick(address, index), onpoint: (address, x, y) => point(address, x, y, index) }));
  const modelSelect = h("select", { id: "digit-model", onchange: () => choose({ model: modelSelect.value }) });
  const otherSelect = h("select", { id: "digit-other", onchange: () => choose({ other: otherSelect.value }) });
  const layersTitles = [h("h3", {}), h("h3", {})];
  const halves = [0, 1].map((index) => h("div", { class: "half", hidden: index === 1 }, layersTitles[index], layers[index].element));
  const layersCard = h("section", { class: "card area-layers stack" },
    h("div", { class: "row spread" }, h("h2", { text: "digit.layers" }), h("div", { class: "row" }, field("digit.model", modelSelect), field("digit.compare", otherSelect))),
    h("p", { class: "soft small", text: "digit.layers-words" }), h("div", { class: "halves" }, halves));

  // Why a number is what it is.
  const why = whyView({ onpick: (address) => pick(address, whyOf, true) });
  let whyOf = 0;
  const chips = h("div", { class: "row chips", role: "group", label: "digit.why-chips" });
  const steps = [-1, 1].map((by) => h("button", { type: "button", label: by < 0 ? "digit.unit-before" : "digit.unit-after", onclick: () => neighbour(by) }, by < 0 ? "‹" : "›"));
  const whyCard = h("section", { class: "card area-why stack" }, h("div", { class: "row spread" }, h("h2", { text: "digit.why" }), h("div", { class: "row" }, steps)), chips, why.element);

  // Backward, and a step.
  const stageWhy = whyView({ onpick: (address) => explainStage(address) });
  const backward = backwardView({ onpick: (address) => explainStage(address), onstage: () => page.keepLink() });
  backward.why.append(stageWhy.element);
  const labels = labelChooser({ onpick: (target) => {
    lab.target = target;
    learning.forget();
    page.keepLink();
    refreshTaught();
  } });
  const learning = learningView({ ask, request: teaching, onrate: () => page.keepLink(), onerror: (error) => page.sayError(error), onlearned: async () => {
    await listModels();
    await refresh(false);
  } });
  const lesson = h("div", { class: "lesson stack", hidden: true },
    h("div", {}, h("h3", { text: "digit.backward" }), h("p", { class: "soft small", text: "digit.backward-words" })), backward.element,
    h("div", {}, h("h3", { text: "digit.learning" }), h("p", { class: "soft small", text: "digit.learning-words" })), learning.element);
  const teach = h("section", { class: "card area-teach stack" }, h("h2", { text: "digit.teach" }), h("p", { text: "digit.teach-words" }), labels.element, lesson);

  panel.append(h("div", { class: "digit-board" }, draw, layersCard, answer, whyCard, teach));

  // A stroke: the time from the pointer's event until what it changed is painted.
  for (const type of ["pointerdown", "pointermove"]) pad.element.addEventListener(type, (event) => event.buttons && (inputAt = event.timeStamp), { capture: true });
  padFrame.addEventListener("pointerdown", beginOwn, { capture: true });
  padFrame.addEventListener("keydown", (event) => event.key === " " && beginOwn(), { capture: true });

  function beginOwn() {
    const untouched = ownExample || stopExample;
    endExample();
    if (untouched) pad.clear();
  }

  function endExample() {
    stopExample?.();
    stopExample = null;
    ownExample = false;
  }

  function play(index) {
    endExample();
    bitmap = null;
    example = index % EXAMPLES.length;
    ownExample = true;
    stopExample = drawByItself(pad, EXAMPLES[example].strokes, () => {
      stopExample = null;
      page.keepLink();
    });
  }

  const look = latest("digit.look");
  const names = () => [lab.model, lab.other].filter(Boolean);
  const cardOf = (name) => lab.cards.find((card) => card.name === name);
  const titleOf = (card) => card?.title ?? t(`model.${card?.name}`);

  function teaching() {
    return lab.image && lab.target !== null && lab.seen ? { model: lab.model, image: lab.image, target: lab.target } : null;
  }

  async function drawn() {
    if (pad.isEmpty()) bitmap = null;
    padFrame.classList.toggle("empty", pad.isEmpty());
    learning.forget();
    settle();
    if (pad.isEmpty()) return blank("digit.blank");
    await refresh(true, inputAt);
    inputAt = 0;
  }

  function blank(words, values) {
    number++;
    lab.image = lab.seen = null;
    for (const own of layers) own.blank();
    draw.classList.add("blank");
    answer.classList.add("blank");
    whyCard.classList.add("blank");
    says.textContent = words.includes(" ") ? words : t(words, values);
    lesson.hidden = true;
  }

  /** A picture that was dropped is sent as large as it is; with strokes over it, as the pad shows it. */
  const picture = () => (bitmap && !pad.strokes() ? greyOf(bitmap) : pad.picture());

  /** Ask for all layers, of the drawing or of the image read before, and show them. */
  async function refresh(anew = true, since = 0, wantStages = false) {
    if (pad.isEmpty() || !lab.cards.length) return;
    const own = ++number;
    const source = anew || !lab.image ? { picture: picture(), drawn: !bitmap, stages: wantStages } : { image: lab.image };
    try {
      const content = await look({ ...source, models: names() });
      if (content && own >= (lab.shownNumber ?? 0) && !pad.isEmpty()) {
        lab.shownNumber = own;
        show(content);
        if (since) timePaint(since);
      }
    } catch (error) {
      if (own === number) blank(page.wordsOf(error));
    }
  }

  function timePaint(since) {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        timings.push(performance.now() - since);
        if (timings.length > MOST_TIMINGS) timings.shift();
      };
      port2.postMessage(null);
    });
  }

  function show(content) {
    lab.image = content.image;
    lab.seen = content;
    for (const part of [draw, answer, whyCard]) part.classList.remove("blank");
    seenPicture.show(content.image.data, ...content.image.shape);
    if (content.stages) showStages(content.stages);
    halves[1].hidden = answers[1].hidden = content.models.length < 2;
    halves[0].parentElement.classList.toggle("two", content.models.length > 1);
    content.models.forEach((own, index) => {
      const card = cardOf(own.name);
      if (!card) return;
      card.taught = own.taught;
      layers[index].show(own, card);
      answerBars[index].show(Array.from(own.probabilities.data), card.classes);
      for (const title of [layersTitles[index], answerTitles[index]]) title.textContent = titleOf(card) + (own.taught ? ` · ${t("digit.taught", { count: own.taught })}` : "");
      title(index, content);
    });
    answer.dataset.probabilities = [...content.models[0].probabilities.data].join();
    answer.dataset.answer = content.models[0].answer;
  }

  function title(index, content) {
    const only = content.models.length < 2;
    answerTitles[index].hidden = layersTitles[index].hidden = only && !content.models[index].taught;
  }

  function showStages(list) {
    stagesList.replaceChildren(...list.map(({ name, picture }) => {
      const canvas = h("canvas", { class: "pixels", role: "img", "aria-hidden": "true" });
      showGrey(canvas, picture);
      return h("figure", {}, canvas, h("figcaption", { class: "small" }, t(`digit.stage.${name.replace(/\W+/g, "-")}`)));
    }));
  }

  /** What need not follow each movement of the pen: words, why, backward, link. */
  function settle() {
    clearTimeout(settling);
    settling = setTimeout(settled, SETTLED);
  }

  async function settled() {
    if (lab.shownNumber !== number && lab.seen) return settle(); // an answer is on its way
    page.keepLink();
    if (!lab.seen) return refreshTaught();
    sayAnswer();
    showChips();
    if (stages.open) refresh(true, 0, true);
    await Promise.all([explain(), refreshTaught()]);
  }

  function sayAnswer() {
    if (!lab.seen) return;
    says.textContent = lab.seen.models.map((own) => {
      const card = cardOf(own.name), words = t("digit.reads", { name: card.classes[own.answer], share: percent(own.probabilities.data[own.answer]) });
      return lab.seen.models.length > 1 ? `${titleOf(card)}: ${words}` : words;
    }).join(" ");
  }

  function pointer() {
    const brief = latest("digit.why");
    let now = null;
    return async (address, x, y, index) => {
      const same = now === address;
      now = address;
      if (!address || !lab.seen || same) return;
      const model = lab.seen.models[index]?.name;
      try {
        const own = await brief({ model, image: lab.image, address });
        if (own && now === address && lab.seen) showBubble(briefWords(own), x, y);
      } catch {
        hideBubble(); // the drawing has gone on: the next movement asks anew
      }
    };
  }

  function briefWords(own) {
    const sum = own.steps[0]?.[0] ?? own.address, lines = [`${own.address} = ${short(own.value)}`];
    if (own.count > 1) {
      lines.push(t("digit.sum", { name: sum, count: own.count, total: short(own.total) }));
      const rest = own.terms.slice(TERMS_IN_BUBBLE);
      for (const [label, value] of own.terms.slice(0, TERMS_IN_BUBBLE)) lines.push(`${signed(value)}   ${label.replace(" * ", " · ")}`);
      if (own.count > TERMS_IN_BUBBLE) lines.push(`${signed(rest.reduce((all, [, value]) => all + value, own.more.sum))}   ${t("digit.more-terms", { count: own.count - TERMS_IN_BUBBLE })}`);
    }
    for (const [label, value] of own.steps.slice(1)) lines.push(`${label} = ${short(value)}`);
    return `${lines.join("\n").replaceAll("-", "−")}\n${t("digit.click-for-all")}`;
  }

  function pick(address, index = 0, quiet = false) {
    lab.address = address;
    whyOf = index;
    hideBubble();
    page.keepLink();
    layers.forEach((own, each) => own.mark(each === index ? address : null));
    explain().then(() => quiet || whyCard.scrollIntoView({ block: "nearest", behavior: "smooth" }));
  }

  function neighbour(by) {
    const [, name, unit] = /^(\w+)\[0,(\d+)\]$/.exec(lab.address ?? "") ?? [];
    const row = lab.seen?.models[whyOf]?.rows.find((own) => own.name === name);
    if (row) pick(`${name}[0,${(Number(unit) + by + row.units) % row.units}]`, whyOf, true);
  }

  const askWhy = latest("digit.why");

  /** Explain the chosen number of the drawing; of none chosen, the answer's. */
  async function explain() {
    if (!lab.seen) return;
    const model = lab.seen.models[whyOf] ?? lab.seen.models[0], card = cardOf(model.name);
    const fallback = `${model.output}[0,${model.answer}]`;
    try {
      const own = await askWhy({ model: model.name, image: lab.image, address: lab.address ?? fallback });
      if (own) why.show(own, card.classes);
      for (const step of steps) step.disabled = !/^\w+\[0,\d+\]$/.test(lab.address ?? fallback);
    } catch {
      if (lab.address === null) return why.clear();
      lab.address = null; // a link, or another model, named what this one has not
      layers.forEach((own) => own.mark(null));
      return explain();
    }
  }

  function showChips() {
    if (!lab.seen) return;
    const { rows, output, probabilities, answer: first } = lab.seen.models[0], classes = cardOf(lab.model).classes;
    const order = [...probabilities.data.keys()].sort((one, other) => probabilities.data[other] - probabilities.data[one]);
    const chip = (address, words) => h("button", { type: "button", class: "chip", onclick: () => pick(address, 0, true) }, words);
    const strongest = rows.filter(({ name }) => /^A\d+$/.test(name) && name !== output).map(({ name, values }) => {
      const unit = values.data.indexOf(Math.max(...values.data));
      return chip(`${name}[0,${unit}]`, `${t("digit.chip-strongest")} ${name}[0,${unit}]`);
    });
    const second = order.find((unit) => unit !== first);
    chips.replaceChildren(chip(`${output}[0,${first}]`, t("digit.chip-answer", { name: classes[first] })), chip(`${output}[0,${second}]`, t("digit.chip-second", { name: classes[second] })), ...strongest);
  }

  /** The labels, and once one is chosen the backward pass and what a step would do. */
  async function refreshTaught() {
    const card = cardOf(lab.model);
    if (!card) return;
    if (lab.target !== null && lab.target >= card.classes.length) lab.target = null;
    labels.show(card.classes, lab.target, lab.seen ? lab.seen.models[0].answer : null);
    const asked = teaching();
    lesson.hidden = !asked;
    if (!asked) return;
    try {
      const { stages: own } = await askBackward(asked) ?? {};
      if (own) backward.show(own, lab.wantedStage);
      lab.wantedStage = null;
      await learning.refresh(card.classes, card.taught);
    } catch (error) {
      page.sayError(error);
    }
  }

  const askBackward = latest("digit.backward");
  const askStage = latest("digit.why");

  async function explainStage(address) {
    const asked = teaching();
    if (!asked) return;
    try {
      const own = await askStage({ ...asked, address });
      if (own) stageWhy.show(own, cardOf(lab.model).classes);
    } catch (error) {
      page.sayError(error);
    }
  }

  // Models.
  async function choose({ model = lab.model, other = lab.other }) {
    [lab.model, lab.other] = [model, other === model ? "" : other];
    fillSelects();
    learning.forget();
    await refresh(false);
    settle();
  }

  function fillSelects() {
    const option = (card) => h("option", { value: card.name }, titleOf(card));
    modelSelect.replaceChildren(...lab.cards.map(option));
    otherSelect.replaceChildren(h("option", { value: "" }, t("digit.no-other")), ...lab.cards.filter(({ name }) => name !== lab.model).map(option));
    [modelSelect.value, otherSelect.value] = [lab.model, lab.other];
  }

  async function listModels() {
    lab.cards = (await ask("digit.models")).models;
    const known = (name) => lab.cards.some((card) => card.name === name);
    for (const name of new Set([lab.model, lab.other])) if (name && !known(name)) page.say(t("error.no-model", { name }), { bad: true });
    if (!known(lab.model)) lab.model = FIRST_MODEL;
    if (!known(lab.other) || lab.other === lab.model) lab.other = "";
    fillSelects();
  }

  async function begin() {
    await listModels();
    if (pad.isEmpty()) return;
    await refresh();
    settle();
  }

  on("models", () => listModels().then(() => refresh(false)).catch(page.sayError));
  onLanguage(() => {
    fillSelects();
    if (pad.isEmpty()) says.textContent = t("digit.blank");
    if (lab.seen) show(lab.seen);
    settle();
  });
  padFrame.classList.add("empty");
  blank("digit.blank");
  begin().catch(page.sayError);

  return {
    state: () => ({
      model: lab.model, with: lab.other, strokes: bitmap ? "" : stopExample ? EXAMPLES[example].strokes : pad.strokes(), label: lab.target,
      rate: learning.rate() === DEFAULT_RATE ? "" : learning.rate(), unit: lab.address, link: lab.target === null ? "" : backward.index() || "",
    }),
    restore(state) {
      if (state.model) lab.model = String(state.model);
      if (state.with) lab.other = String(state.with);
      if (/^\d{1,2}$/.test(state.label ?? "")) lab.target = Number(state.label);
      if (Number(state.rate) > 0) learning.setRate(Number(state.rate));
      if (/^[A-Za-z]\w{0,20}\[\d{1,6}(,\d{1,6})?\]$/.test(state.unit ?? "")) lab.address = state.unit;
      if (/^\d{1,2}$/.test(state.link ?? "")) lab.wantedStage = Number(state.link);
      if (/^[0-9a-z.]{4,}$/.test(state.strokes ?? "")) {
        endExample();
        bitmap = null;
        pad.draw(state.strokes);
      }
      if (lab.cards.length) begin().catch(page.sayError);
    },
    shown() {
      here = true;
      if (example < 0 && pad.isEmpty()) play(0);
    },
    hidden() {
      here = false;
      hideBubble();
    },
    restarted: () => begin().catch(page.sayError),
  };
}
