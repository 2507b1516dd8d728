// The tab that looks inside a network while a digit is drawn: forward, why, backward, one step of learning.

import { ask, latest, on } from "../connection.js";
import { answerCard } from "../digit_answer.js";
import { backwardView } from "../digit_backward.js";
import { contrastCard } from "../digit_contrast.js";
import { drawingCard } from "../digit_drawing.js";
import { layersView } from "../digit_layers.js";
import { DEFAULT_RATE, labelChooser, learningView } from "../digit_learning.js";
import { pointing } from "../digit_pointing.js";
import { whyView } from "../digit_why.js";
import { hideBubble } from "../bubble.js";
import { field, h } from "../elements.js";
import { onLanguage, t } from "../language.js";

const FIRST_MODEL = "small";
const SETTLED = 150; // milliseconds without a change until what need not follow each stroke is asked for
const MOST_TIMINGS = 500;
const runnerUp = (values, first) => [...values.keys()].filter((unit) => unit !== first).sort((one, other) => values[other] - values[one])[0];
const UNIT = /^(\w+)\[0,(\d+)\]$/;

/** Fill the panel; return what the page calls: state(), restore(state), shown(), hidden(). */
export function open(panel, page) {
  // `image` and `seen` are of the same answer; null while there is none. `of`: which of the two models the address is of.
  const lab = { cards: [], model: FIRST_MODEL, other: "", image: null, seen: null, target: null, address: null, of: 0, link: null };
  const asks = { look: latest("digit.look"), why: latest("digit.why"), backward: latest("digit.backward"), stage: latest("digit.why") };
  const timings = (globalThis.glassnetTimings = []); // from a pointer's event until what it changed is painted
  let settling = null, here = true, asked = 0, answered = 0;

  const drawing = drawingCard({ onchange: drawn, onstages: () => refresh({ stages: true }), onkept: page.keepLink, wanted: () => here, onbad: () => page.say(t("digit.bad-picture"), { bad: true }) });
  const answer = answerCard({ onpick: (index, unit) => pick(`${lab.seen.models[index].output}[0,${unit}]`, index) });

  const point = pointing((index) => lab.seen && { model: lab.seen.models[index]?.name, image: lab.image });
  const layers = [0, 1].map((index) => layersView({ onpick: (address) => pick(address, index), onpoint: (address, x, y) => point(address, x, y, index) }));
  const modelSelect = h("select", { id: "digit-model", onchange: () => choose(modelSelect.value, lab.other) });
  const otherSelect = h("select", { id: "digit-other", onchange: () => choose(lab.model, otherSelect.value) });
  const titles = [h("h3", {}), h("h3", {})];
  const halves = [0, 1].map((index) => h("div", { class: "half", hidden: index === 1 }, titles[index], layers[index].element));
  const layersCard = h("section", { class: "card area-layers stack" },
    h("div", { class: "row spread" }, h("h2", { text: "digit.layers" }), h("div", { class: "row" }, field("digit.model", modelSelect), field("digit.compare", otherSelect))),
    h("p", { class: "soft small", text: "digit.layers-words" }), h("div", { class: "halves" }, halves));

  const why = whyView({ onpick: (address) => pick(address, lab.of, true) });
  const chips = h("div", { class: "row chips", role: "group", label: "digit.why-chips" });
  const neighbours = [-1, 1].map((by) => h("button", { type: "button", label: by < 0 ? "digit.unit-before" : "digit.unit-after", onclick: () => neighbour(by) }, by < 0 ? "‹" : "›"));
  const whyCard = h("section", { class: "card area-why stack", id: "digit-why" },
    h("div", { class: "row spread" }, h("h2", { text: "digit.why" }), h("div", { class: "row" }, neighbours)), chips, why.element);

  const contrast = contrastCard({ onpick: (address) => pick(address), onerror: page.sayError, onchange: page.keepLink });
  const stageWhy = whyView({ onpick: explainStage });
  const backward = backwardView({ onpick: explainStage, onstage: page.keepLink });
  backward.why.append(stageWhy.element);
  const labels = labelChooser({ onpick: chooseLabel });
  const learning = learningView({ ask, request: teaching, onrate: page.keepLink, onerror: page.sayError, onlearned: learned });
  const lesson = h("div", { class: "lesson stack", hidden: true },
    h("div", {}, h("h3", { text: "digit.backward" }), h("p", { class: "soft small", text: "digit.backward-words" })), backward.element,
    h("div", {}, h("h3", { text: "digit.learning" }), h("p", { class: "soft small", text: "digit.learning-words" })), learning.element);
  const teach = h("section", { class: "card area-teach stack", id: "digit-teach" }, h("h2", { text: "digit.teach" }), h("p", { text: "digit.teach-words" }), labels.element, lesson);

  panel.append(h("div", { class: "digit-board" }, drawing.element, answer.element, layersCard, whyCard, contrast.element, teach));

  const cardOf = (name) => lab.cards.find((card) => card.name === name);
  const nameOf = (card) => card.title ?? t(`model.${card.name}`);

  function teaching() {
    return lab.seen && lab.target !== null ? { model: lab.model, image: lab.image, target: lab.target } : null;
  }

  // From the drawing to all that is shown.
  function drawn(since) {
    learning.forget();
    settle();
    if (drawing.isEmpty()) blank(t("digit.blank"));
    else refresh({ since });
  }

  function blank(words) {
    answered = ++asked; // what is on its way comes too late
    lab.image = lab.seen = null;
    for (const own of [...layers, drawing, answer, contrast]) own.blank();
    whyCard.classList.add("blank");
    setInert(true);
    answer.say(words);
    lesson.hidden = true;
  }

  /** Numbers that are faded, since they are those of a drawing before, are not read out, and nothing of them is chosen. */
  function setInert(faded) {
    for (const part of panel.querySelectorAll(".answers, .layers, .why, .chips, .stages")) part.inert = faded;
  }

  /** Ask for all layers, of the drawing or (again) of the image that was read, and show them. */
  async function refresh({ again = false, since = 0, stages = false } = {}) {
    if (drawing.isEmpty() || !lab.cards.length) return;
    const own = ++asked, source = again && lab.image ? { image: lab.image } : drawing.question(stages);
    try {
      const content = await asks.look({ ...source, models: [lab.model, lab.other].filter(Boolean) });
      if (!content || own <= answered) return;
      answered = own;
      show(content);
      if (since) timePaint(since);
    } catch (error) {
      if (own === asked) blank(page.wordsOf(error));
    }
  }

  function timePaint(since) {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel(); // what it brings comes after the frame is painted
      port1.onmessage = () => {
        timings.push(performance.now() - since);
        if (timings.length > MOST_TIMINGS) timings.shift();
      };
      port2.postMessage(null);
    });
  }

  function show(content) {
    const cards = content.models.map((own) => cardOf(own.name));
    if (!cards.every(Boolean)) return; // a model that was closed meanwhile
    [lab.image, lab.seen] = [content.image, content];
    whyCard.classList.remove("blank");
    setInert(false);
    const two = cards.length > 1;
    halves[1].hidden = !two;
    halves[0].parentElement.classList.toggle("two", two);
    const words = content.models.map((own, index) => {
      cards[index].taught = own.taught;
      return [two || own.taught ? nameOf(cards[index]) : "", own.taught ? t("digit.taught", { count: own.taught }) : ""].filter(Boolean).join(" · ");
    });
    drawing.show(content);
    answer.show(content.models, cards, words);
    content.models.forEach((own, index) => {
      titles[index].textContent = words[index];
      titles[index].hidden = !words[index];
      layers[index].show(own, cards[index]);
    });
  }

  /** What need not follow each movement of the pen: words, why, stages, backward, link. */
  function settle() {
    clearTimeout(settling);
    settling = setTimeout(settled, SETTLED);
  }

  async function settled() {
    if (asked !== answered) return settle(); // an answer is on its way
    page.keepLink();
    if (lab.seen) {
      answer.sayAnswer(lab.seen.models, lab.seen.models.map((own) => cardOf(own.name)), lab.seen.models.map((own) => nameOf(cardOf(own.name))));
      showChips();
      showContrast();
      if (drawing.stagesOpen()) refresh({ stages: true });
    }
    await Promise.all([explain(), showLesson()]);
  }

  // Why.
  function pick(address, of = 0, quiet = false) {
    if (!lab.seen) return;
    [lab.address, lab.of] = [address, of];
    hideBubble();
    page.keepLink();
    layers.forEach((own, index) => own.mark(index === of ? address : null));
    explain().then(() => quiet || whyCard.scrollIntoView({ block: "nearest", behavior: "smooth" }));
  }

  function neighbour(by) {
    const [, name, unit] = UNIT.exec(lab.address ?? why.element.dataset.address) ?? [];
    const row = lab.seen?.models[lab.of]?.rows.find((own) => own.name === name);
    if (row) pick(`${name}[0,${(Number(unit) + by + row.units) % row.units}]`, lab.of, true);
  }

  /** Explain the number that was chosen; where none was, the answer's. */
  async function explain() {
    if (!lab.seen) return;
    const model = lab.seen.models[lab.of] ?? lab.seen.models[0], address = lab.address ?? `${model.output}[0,${model.answer}]`;
    try {
      const own = await asks.why({ model: model.name, image: lab.image, address });
      if (own) why.show(own, cardOf(model.name).classes);
      for (const button of neighbours) button.disabled = !UNIT.test(address);
    } catch {
      if (lab.address === null) return why.clear();
      lab.address = null; // a link, or another model, has named what this one has not
      for (const own of layers) own.mark(null);
      await explain();
    }
  }

  function showChips() {
    const { rows, output, probabilities, answer: first } = lab.seen.models[0], { classes } = cardOf(lab.model);
    const chip = (address, words) => h("button", { type: "button", class: "chip", onclick: () => pick(address, 0, true) }, words);
    const second = runnerUp(probabilities.data, first);
    const strongest = rows.filter(({ name }) => /^A\d+$/.test(name) && name !== output).map(({ name, values: { data } }) => {
      const address = `${name}[0,${data.indexOf(Math.max(...data))}]`;
      return chip(address, `${t("digit.chip-strongest")} ${address}`);
    });
    chips.replaceChildren(chip(`${output}[0,${first}]`, t("digit.chip-answer", { name: classes[first] ?? first })),
      chip(`${output}[0,${second}]`, t("digit.chip-second", { name: classes[second] ?? second })), ...strongest);
  }

  function showContrast() {
    const { name, answer: first, probabilities } = lab.seen.models[0];
    contrast.show({ model: name, image: lab.image, card: cardOf(name), answer: first, second: runnerUp(probabilities.data, first) });
  }

  // Teaching.
  async function chooseLabel(target) {
    lab.target = target;
    learning.forget();
    page.keepLink();
    await showLesson();
  }

  /** The labels, and once one is chosen the backward pass and what a step would do. */
  async function showLesson() {
    const card = cardOf(lab.model);
    if (!card) return;
    if (lab.target >= card.classes.length) lab.target = null;
    labels.show(card.classes, lab.target, lab.seen ? lab.seen.models[0].answer : null);
    const request = teaching();
    lesson.hidden = !request;
    if (!request) return;
    try {
      const own = await asks.backward(request);
      if (own) backward.show(own.stages, lab.link);
      lab.link = null;
      await learning.refresh(card.classes, card.taught);
    } catch (error) {
      page.sayError(error);
    }
  }

  async function explainStage(address) {
    const request = teaching();
    if (!request) return;
    try {
      const own = await asks.stage({ ...request, address });
      if (own) stageWhy.show(own, cardOf(lab.model).classes);
    } catch (error) {
      page.sayError(error);
    }
  }

  async function learned() {
    await refresh({ again: true });
    await settled();
  }

  // Models.
  async function choose(model, other) {
    [lab.model, lab.other] = [model, other === model ? "" : other];
    fillSelects();
    learning.forget();
    await refresh({ again: true });
    settle();
  }

  function fillSelects() {
    const option = (card) => h("option", { value: card.name }, nameOf(card));
    modelSelect.replaceChildren(...lab.cards.map(option));
    otherSelect.replaceChildren(h("option", { value: "" }, t("digit.no-other")), ...lab.cards.filter(({ name }) => name !== lab.model).map(option));
    [modelSelect.value, otherSelect.value] = [lab.model, lab.other];
  }

  async function listModels() {
    lab.cards = (await ask("digit.models")).models;
    const missing = [lab.model, lab.other].find((name) => name && !cardOf(name));
    if (missing) page.say(t("digit.no-model", { name: missing }), { bad: true });
    if (!cardOf(lab.model)) lab.model = FIRST_MODEL;
    if (!cardOf(lab.other) || lab.other === lab.model) lab.other = "";
    fillSelects();
    await refresh();
    settle();
  }

  const begin = () => listModels().catch(page.sayError);
  on("models", begin);
  onLanguage(() => {
    fillSelects();
    if (drawing.isEmpty()) answer.say(t("digit.blank"));
    if (lab.seen) show(lab.seen);
    settle();
  });
  blank(t("digit.blank"));
  begin();

  return {
    state: () => ({
      model: lab.model, with: lab.other, strokes: drawing.strokes(), label: lab.target, unit: lab.address, not: contrast.wanted(),
      rate: learning.rate() === DEFAULT_RATE ? "" : learning.rate(), link: lab.target === null ? "" : backward.index() || "",
    }),
    restore(state) {
      const number = (words) => (/^\d{1,2}$/.test(words ?? "") ? Number(words) : null);
      if (state.model) lab.model = String(state.model);
      lab.other = String(state.with ?? "");
      [lab.target, lab.link, lab.of] = [number(state.label), number(state.link), 0];
      lab.address = /^[A-Za-z]\w{0,20}\[\d{1,6}(,\d{1,6}){0,2}\]$/.test(state.unit ?? "") ? state.unit : null;
      contrast.want(number(state.not));
      if (Number(state.rate) > 0) learning.setRate(Number(state.rate));
      if (/^[0-9a-z.]{4,}$/.test(state.strokes ?? "")) drawing.draw(state.strokes);
      if (lab.cards.length) begin();
    },
    shown() {
      here = true;
      drawing.greet();
    },
    hidden() {
      here = false;
      hideBubble();
    },
    restarted: begin,
  };
}
