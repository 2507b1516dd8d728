// The tab "train": data, network and recipe are chosen; the training runs on the server, and is watched and led here.

import { lineChart } from "../chart.js";
import { ask, latest, on } from "../connection.js";
import { download, field, h, select } from "../elements.js";
import { currentLanguage, onLanguage, t } from "../language.js";
import { percent, short, whole } from "../numbers.js";
import { asAsked, experimentForm, mended } from "../train_form.js";
import { layerHistograms, networkDrawing } from "../train_layers.js";
import { trainingPicture } from "../train_picture.js";
import { FIRST, PRESETS } from "../train_presets.js";
import { confusionTable, weightPictures } from "../train_tables.js";

const SPEEDS = ["slow", "normal", "full"];
const LATER = 200; // milliseconds after the last change until the training begins anew

/** Fill the panel; return what the page calls: state(), restore(state), shown(), hidden(). */
export function open(panel, page) {
  let number = 0; // of the training whose events are heard
  let about = null; // what set-up told
  let frame = null;
  let findings = null;
  let waiting = false; // whether a frame waits to be painted
  let timer = 0;
  let preset = FIRST;

  const form = experimentForm({ onchange: later, onupload: upload });
  const presets = select([...Object.keys(PRESETS).map((name) => [name, `train.preset.${name}`]), ["", "train.preset.none"]], { id: "train-preset", onchange: (event) => event.target.value && choose(event.target.value) });
  const lesson = h("p", { class: "lesson" });

  const go = h("button", { type: "button", class: "primary go", id: "train-go", text: "train.start", onclick: toggle });
  const step = h("button", { type: "button", id: "train-step", text: "train.step", onclick: () => act("step", { steps: 1 }) });
  const reset = h("button", { type: "button", id: "train-reset", text: "train.reset", onclick: () => begin() });
  const speeds = h("div", { class: "speeds", role: "group", label: "train.speed" }, SPEEDS.map((name) => h("button", { type: "button", "data-speed": name, text: `train.speed.${name}`, hint: `train.speed.${name}.hint`, onclick: () => setSpeed(name) })));
  const rate = h("input", { type: "number", min: 0.000001, max: 1000, step: "any", inputmode: "decimal", id: "train-rate", onchange: () => setRate(Number(rate.value)) });
  const slower = h("button", { type: "button", label: "train.rate-half", hint: "train.rate-half", onclick: () => setRate(form.state().rate / 2) }, "÷2");
  const faster = h("button", { type: "button", label: "train.rate-double", hint: "train.rate-double", onclick: () => setRate(form.state().rate * 2) }, "×2");
  const status = h("p", { class: "status", role: "status", "aria-live": "polite", id: "train-status" });
  const facts = Object.fromEntries(["epoch", "step", "loss", "accuracy", "speed"].map((name) => [name, h("span", { class: "fact-number number", id: `train-fact-${name}` }, "–")]));
  const fact = (name) => h("div", { class: "fact" }, h("span", { class: "small soft", text: `train.fact.${name}` }), facts[name]);
  const accuracyFact = fact("accuracy");

  const picture = trainingPicture({ label: "train.picture" }), weights = weightPictures({ label: "train.view.weights" }), confusion = confusionTable();
  const pictures = { plane: picture, curve: picture, scatter: picture, weights, confusion };
  const views = h("div", { class: "row views", role: "group", label: "train.views" });
  const stage = h("div", { class: "picture-stage" });
  const size = h("p", { class: "small soft" });

  const loss = lineChart({ series: [{ name: "train.on-training", colour: "positive" }, { name: "train.on-test", colour: "negative" }], height: 180, x: "train.steps", label: "train.loss" });
  const logarithmic = lineChart({ series: [{ name: "train.on-training", colour: "positive" }, { name: "train.on-test", colour: "negative" }], height: 180, x: "train.steps", label: "train.loss", log: true });
  const log = h("input", { type: "checkbox", id: "train-log", onchange: () => { loss.element.hidden = log.checked; logarithmic.element.hidden = !log.checked; redraw(); } });
  const accuracy = lineChart({ series: [{ name: "train.on-training", colour: "positive" }, { name: "train.on-test", colour: "negative" }], height: 180, x: "train.steps", label: "train.accuracy", range: [0, 1.02] });
  const accuracyPart = h("div", {}, h("h3", { text: "train.accuracy" }), accuracy.element);
  logarithmic.element.hidden = true;

  const network = networkDrawing({ label: "train.drawing" }), histograms = layerHistograms();
  const doctor = h("div", { class: "findings", id: "train-findings" });
  const announced = h("p", { class: "hidden-text", role: "status" }); // the findings' titles: the list itself changes every other second
  const code = h("pre", { class: "scroll code", tabindex: "0", id: "train-code" });
  const copy = h("button", { type: "button", text: "train.copy-code", onclick: copyCode });
  const keep = h("button", { type: "button", id: "train-keep", text: "train.keep", onclick: keepModel });
  const save = h("button", { type: "button", id: "train-save", text: "train.save", onclick: saveModel });

  panel.append(
    h("div", { class: "train-grid" },
      h("section", { class: "card train-presets" }, h("div", { class: "preset-row" }, field("train.preset", presets), lesson)),
      h("section", { class: "card train-form" }, form.element),
      h("section", { class: "card train-main" },
        h("div", { class: "controls" }, h("div", { class: "row" }, go, step, reset), speeds, h("div", { class: "row rate" }, h("label", { class: "small soft", for: "train-rate", text: "train.rate" }), rate, slower, faster)),
        status,
        h("div", { class: "facts" }, fact("epoch"), fact("step"), fact("loss"), accuracyFact, fact("speed")),
        views, stage, size),
      h("section", { class: "card train-charts stack" },
        h("div", {}, h("div", { class: "row spread" }, h("h3", { text: "train.loss" }), h("label", { class: "row tick small" }, log, h("span", { text: "train.logarithmic" }))), loss.element, logarithmic.element),
        accuracyPart,
        h("div", {}, h("h3", { text: "train.doctor" }), doctor, announced)),
      h("section", { class: "card train-layers" }, h("h2", { text: "train.inside" }), h("p", { class: "small soft", text: "train.inside-words" }), h("div", { class: "inside" }, network.element, histograms.element)),
      h("section", { class: "card train-takeaway stack" }, h("h2", { text: "train.takeaway" }), h("div", { class: "row" }, keep, save), h("details", {}, h("summary", { text: "train.code" }), h("div", { class: "stack code-part" }, h("p", { class: "small soft", text: "train.code-words" }), h("div", {}, copy), code))),
    ),
  );

  const setUp = latest("train.set-up");
  let changes = 0;

  function later() {
    changes += 1;
    preset = "";
    presets.value = "";
    explain();
    clearTimeout(timer);
    timer = setTimeout(begin, LATER);
    leave();
    page.keepLink();
  }

  /** Hear no more of the training that was on. */
  function leave() {
    number = Infinity;
    showButtons();
  }

  /** Make everything anew: the same state gives the same training. */
  async function begin() {
    clearTimeout(timer);
    leave();
    const of = changes;
    try {
      const own = await setUp(asAsked(form.state()));
      if (!own || of !== changes) return; // overtaken, or changed meanwhile: the next beginning is on its way
      [about, number, frame] = [own, own.number, own];
      findings = null;
      panel.classList.remove("without");
      page.say();
      showNew();
      await ask("train.change", { speed: form.state().speed, watched: true });
    } catch (error) {
      number = 0;
      about = null;
      panel.classList.add("without"); // what is shown is of the last experiment
      page.sayError(error);
      showButtons();
    }
  }

  function showNew() {
    picture.set(about.points, about.classes, about.columns);
    form.set("view", about.view.name);
    views.replaceChildren(...(about.views.length > 1 ? about.views.map((name) => h("button", { type: "button", "data-view": name, text: `train.view.${name}`, onclick: () => setView(name) })) : []));
    accuracyPart.hidden = accuracyFact.hidden = about.task === "values";
    code.textContent = about.code;
    keep.hidden = !about.pictures;
    rate.value = form.state().rate;
    showFrame();
    showLayers(about.layers);
    showFindings();
    showSize();
    pressed(speeds, "speed", form.state().speed);
    page.keepLink();
  }

  function showSize() {
    if (!about) return;
    size.textContent = t("train.size", { training: whole(about.training), test: whole(about.test), inputs: about.inputs, parameters: whole(about.parameters), steps: whole(about.stepsPerEpoch), batch: whole(form.state().batch || about.training) });
  }

  const pressed = (group, name, value) => group.querySelectorAll("button").forEach((own) => own.setAttribute("aria-pressed", own.dataset[name] === value));

  function showFrame() {
    waiting = false;
    if (!frame || !about) return;
    const { course, view } = frame;
    if (view.name === "nothing") stage.replaceChildren();
    else {
      if (stage.firstChild !== pictures[view.name].element) stage.replaceChildren(pictures[view.name].element);
      pictures[view.name].show(view, about.classes);
    }
    pressed(views, "view", view.name);
    const steps = course.step.data, shown = log.checked ? logarithmic : loss, tested = about.test > 0;
    shown.show([[steps, course.trainLoss.data], tested ? [steps, course.testLoss.data] : [[], []]]);
    if (about.task === "classes") accuracy.show([[steps, course.trainAccuracy.data], tested ? [steps, course.testAccuracy.data] : [[], []]]);
    facts.epoch.textContent = `${whole(frame.epoch)} / ${whole(Math.max(form.state().epochs, frame.epoch))}`;
    facts.step.textContent = whole(frame.step);
    facts.loss.textContent = tested ? `${short(frame.trainLoss, 3)} · ${short(frame.testLoss, 3)}` : short(frame.trainLoss, 3);
    facts.accuracy.textContent = tested ? `${percent(frame.trainAccuracy)} · ${percent(frame.testAccuracy)}` : percent(frame.trainAccuracy);
    facts.speed.textContent = frame.samplesPerSecond ? whole(Math.round(frame.samplesPerSecond)) : "–";
    showButtons();
  }

  function showButtons() {
    const state = number === Infinity ? "changing" : frame && about ? frame.status : "none", running = state === "running" || state === "preparing";
    const words = running ? "train.pause" : state === "paused" || state === "finished" ? "train.continue" : "train.start";
    if (go.dataset.text !== words) {
      go.dataset.text = words;
      go.textContent = t(words);
    }
    go.disabled = step.disabled = ["stopped", "none", "changing"].includes(state);
    keep.disabled = save.disabled = ["preparing", "none", "changing"].includes(state);
    const said = state === "none" ? t("train.status.none") : state === "stopped" ? t("train.status.stopped", { reason: reasonOf(frame.reason) }) : t(`train.status.${state}`, { epochs: whole(frame?.epoch ?? 0) });
    if (status.textContent !== said) status.textContent = said;
    status.dataset.state = state;
  }

  const reasonOf = (words) => (words.startsWith("not finite") ? t("train.not-finite-loss") : words);

  function showLayers(layers) {
    network.show(layers, about.inputs <= 2 ? about.columns : []);
    histograms.show(layers);
  }

  function showFindings() {
    const own = findings?.[currentLanguage()] ?? [];
    const words = (finding) => h("details", { class: `finding ${finding.severity}` }, h("summary", {}, h("strong", {}, `${t(`train.severity.${finding.severity}`)}: ${finding.title}`)), h("p", {}, finding.found), h("p", { class: "soft" }, finding.why), h("p", {}, finding.advice));
    const codes = own.map(({ code }) => code).join(" ") + currentLanguage() + Boolean(findings);
    if (doctor.dataset.codes === codes) return own.forEach((finding, index) => doctor.children[index].querySelectorAll("p").forEach((p, at) => (p.textContent = [finding.found, finding.why, finding.advice][at])));
    doctor.dataset.codes = codes;
    announce(own);
    doctor.replaceChildren(...(own.length ? own.map(words) : [h("p", { class: "soft small" }, t(findings ? "train.no-findings" : "train.no-visit"))]));
  }

  /** Tell a screen reader what was found, once: when the set of findings changes (or the language). */
  function announce(own) {
    const codes = [...new Set(own.map(({ code }) => code))].sort().join(" ") + currentLanguage();
    if (announced.dataset.codes === codes) return;
    announced.dataset.codes = codes;
    announced.textContent = own.map(({ title }) => title).join(" · ");
  }

  const act = (name, content = {}) => ask(`train.${name}`, content).catch(page.sayError);

  function toggle() {
    const running = ["running", "preparing"].includes(frame?.status);
    if (running) return act("pause");
    page.say();
    return act("start", { speed: form.state().speed });
  }

  function setSpeed(name) {
    form.set("speed", name);
    pressed(speeds, "speed", name);
    page.keepLink();
    if (about) act("change", { speed: name });
  }

  function setRate(value) {
    if (!(value > 0)) return void (rate.value = form.state().rate);
    form.setRate(Number(value.toPrecision(6)));
    rate.value = form.state().rate;
    page.keepLink();
    if (about) act("change", { rate: form.state().rate }).then(() => frame.step === 0 && ask("train.set-up", asAsked(form.state())).then((own) => own && ([about, number, frame] = [own, own.number, own]) && showNew()).catch(page.sayError));
  }

  function setView(name) {
    form.set("view", name);
    page.keepLink();
    act("change", { view: name });
  }

  async function upload(file) {
    try {
      if (file.size > 30 * 2 ** 20) return page.say(t("train.file-too-large", { most: 30 }), { bad: true });
      const own = await ask("train.upload", { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
      form.showColumns(own.name, own.columns, own.label);
      later();
    } catch (error) {
      page.sayError(error);
    }
  }

  async function keepModel() {
    try {
      const title = `${t(`train.data.${form.state().data}`)} · ${t("train.step-number", { step: whole(frame.step) })}`;
      const { name } = await ask("train.keep", { title });
      page.go("digit", { model: name });
    } catch (error) {
      page.sayError(error);
    }
  }

  async function saveModel() {
    try {
      const { bytes } = await ask("train.save");
      download(bytes.data, `${form.state().data}-${frame.step}.safetensors`);
    } catch (error) {
      page.sayError(error);
    }
  }

  async function copyCode() {
    try {
      await navigator.clipboard.writeText(code.textContent);
      page.say(t("train.copied"));
    } catch {
      getSelection().selectAllChildren(code);
    }
  }

  function choose(name) {
    preset = name;
    presets.value = name;
    form.show(PRESETS[name]);
    explain();
    begin();
  }

  function explain() {
    lesson.textContent = preset ? t(`train.lesson.${preset}`) : t("train.lesson.own");
  }

  function redraw() {
    showFrame();
    showFindings();
    showSize();
    Object.values(pictures).forEach((own) => own.explain());
    network.explain();
    histograms.explain();
  }

  on("train.frame", (own) => {
    if (own.number !== number) return;
    frame = own;
    if (!panel.hidden && !waiting) {
      waiting = true;
      requestAnimationFrame(showFrame);
    }
  });
  on("train.layers", (own) => own.number === number && !panel.hidden && requestAnimationFrame(() => own.number === number && showLayers(own)));
  on("train.findings", (own) => {
    if (own.number !== number) return;
    findings = own.findings;
    showFindings();
  });
  on("connected", ({ same }) => same && about && ask("train.change", { view: frame.view.name }).catch(() => {}));
  onLanguage(() => {
    form.redraw();
    explain();
    redraw();
  });
  explain();

  let opened = false;
  const presetLike = (state) => Object.keys(PRESETS).find((name) => JSON.stringify({ ...mended(PRESETS[name]), view: "", speed: "" }) === JSON.stringify({ ...state, view: "", speed: "" })) ?? "";

  return {
    state() {
      const own = form.state();
      return { ...own, drop: own.drop || null, bn: own.bn || null, label: own.data === "own" ? own.label : null, scale: own.data === "own" ? own.scale : null, init: own.init === "auto" ? null : own.init, layers: own.layers || "none" };
    },
    restore(state) {
      const { lang, ...own } = state;
      if (!own.data) {
        if (!opened || PRESETS[own.preset]) choose(PRESETS[own.preset] ? own.preset : FIRST);
        opened = true;
        return;
      }
      form.show({ ...own, layers: own.layers === "none" ? "" : own.layers ?? PRESETS[FIRST].layers, view: own.view ?? "" });
      preset = presetLike(form.state());
      presets.value = preset;
      explain();
      opened = true;
      begin();
    },
    shown() {
      if (!opened) {
        opened = true;
        choose(FIRST);
      } else if (about) {
        ask("train.change", { watched: true, view: frame.view.name }).catch(() => {});
        redraw();
      }
    },
    hidden: () => about && ask("train.change", { watched: false }).catch(() => {}),
    restarted: () => begin(),
  };
}
