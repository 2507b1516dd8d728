// The tab "My handwriting": collect one's own digits, teach a model to read them, see what was gained and forgotten.

import { ask, on } from "../connection.js";
import { download, h } from "../elements.js";
import { bytesOf, fileButton, fileName, takeDrops } from "../files.js";
import { collector } from "../handwriting_collect.js";
import { digitGrid } from "../handwriting_grid.js";
import { outcomeView } from "../handwriting_outcome.js";
import { MOST_DIGITS, openStore } from "../handwriting_store.js";
import { tuner } from "../handwriting_tuning.js";
import { onLanguage, t } from "../language.js";
import { Tensor } from "../wire.js";

const PIXELS = 784;
const MOST_BYTES = 30_000_000;

/** Fill the panel; return what the page calls: state(), restore(state), shown(), hidden(). */
export function open(panel, page) {
  let store = { digits: [] }, collect = null, grid = null, outcome = null;
  const place = h("div", { class: "stack" }), kept = h("p", { class: "small soft kept" });
  const erase = h("div", { class: "row" });
  const tune = tuner({ page, gather: () => packed(store.digits.filter(({ sure }) => sure)), onstart: () => showOutcome(null) });
  const collected = h("section", { class: "card stack collected" });
  const left = h("div", { class: "stack" });
  panel.append(h("div", { class: "hand-intro" }, h("h2", { text: "handwriting.title" }), h("p", { class: "soft", text: "handwriting.intro" })),
    h("div", { class: "hand-grid" }, left, h("div", { class: "stack" }, collected, tune.element)), place);

  const packed = (digits) => {
    const images = new Uint8Array(digits.length * PIXELS);
    digits.forEach(({ image }, index) => images.set(image, index * PIXELS));
    return { images: new Tensor(images, [digits.length, PIXELS]), labels: Uint8Array.from(digits, ({ label }) => label), held: Uint8Array.from(digits, ({ held }) => Number(held)) };
  };

  async function begin() {
    store = await openStore();
    collect = collector({ page, digits: store.digits, onkeep: add });
    grid = digitGrid({ store, onchange: changed });
    left.append(collect.element);
    collected.append(h("div", { class: "row between" }, h("h2", { text: "handwriting.mine" }), h("div", { class: "row" },
      h("button", { type: "button", text: "handwriting.export", onclick: save }), fileButton("handwriting.import", ".npz", ([file]) => take(file)))),
      grid.element, kept, erase);
    takeDrops(panel, (files) => (/\.npz$/i.test(files[0].name) ? take(files[0]) : collect.takeFiles(files)));
    paint();
    collect.suggest();
    hearOf();
  }

  function paint() {
    kept.textContent = t(store.kept ? "handwriting.kept-where" : "handwriting.kept-nowhere", { place: location.host });
    askErase(false);
    grid.paint();
    tune.count(store.digits);
  }

  function changed() {
    tune.count(store.digits);
    askErase(false);
  }

  async function add(own) {
    if (store.digits.length + own.length > MOST_DIGITS) page.say(t("handwriting.full", { most: MOST_DIGITS }), { bad: true });
    await store.add(own);
    grid.paint();
    changed();
  }

  /** Deleting all is asked twice. */
  function askErase(sure) {
    const button = (text, onclick, kind = "") => h("button", { type: "button", class: kind, text, onclick });
    erase.hidden = !store.digits.length;
    erase.replaceChildren(...(sure
      ? [h("span", { class: "problem" }, t("handwriting.erase-sure", { count: store.digits.length })), button("handwriting.erase-yes", eraseAll), button("handwriting.erase-no", () => askErase(false), "quiet")]
      : [button("handwriting.erase", () => askErase(true))]));
    if (sure) erase.lastElementChild.focus();
  }

  async function eraseAll() {
    await store.clear();
    paint();
    collect.suggest();
  }

  async function save() {
    try {
      const { file } = await ask("handwriting.export", packed(store.digits.filter(({ sure }) => sure)));
      download(file.data, "my-handwriting.npz");
    } catch (error) {
      page.sayError(error);
    }
  }

  async function take(file) {
    if (file.size > MOST_BYTES) return page.say(t("handwriting.file-too-large", { name: file.name }), { bad: true });
    try {
      const { images, labels, held } = await ask("handwriting.import", { file: await bytesOf(file), name: file.name });
      const own = Array.from(labels.data, (label, index) => ({ label, image: images.data.slice(index * PIXELS, (index + 1) * PIXELS), held: held && Boolean(held.data[index]) }));
      const known = new Set(store.digits.map(({ image, label }) => label + image.join())), fresh = own.filter(({ image, label }) => !known.has(label + image.join()));
      await add(fresh);
      collect.suggest();
      page.say(t("handwriting.imported", { count: fresh.length, same: own.length - fresh.length }));
    } catch (error) {
      page.sayError(error);
    }
  }

  function showOutcome(own) {
    outcome = own;
    if (!outcome) return place.replaceChildren();
    place.replaceChildren(outcomeView(outcome, [
      h("button", { type: "button", class: "primary", text: "handwriting.use", onclick: () => page.go("digit", { model: outcome.model, with: outcome.from }) }),
      h("button", { type: "button", text: "handwriting.look", onclick: () => page.go("models", { model: outcome.model }) }),
      h("button", { type: "button", text: "handwriting.download", onclick: saveModel }),
    ]));
  }

  async function saveModel() {
    try {
      download((await ask("models.file", { model: outcome.model })).file.data, fileName(outcome.title, ".safetensors"));
    } catch (error) {
      page.sayError(error);
    }
  }

  /** Ask how the training of this page is, which may have begun before a reload. */
  async function hearOf() {
    try {
      const answer = await ask("handwriting.outcome");
      tune.hear(answer.news);
      if (answer.outcome) showOutcome(answer.outcome);
    } catch (error) {
      page.sayError(error);
    }
  }

  on("handwriting", (news) => {
    tune.hear(news);
    if (news.phase === "done") hearOf().then(() => place.firstElementChild?.scrollIntoView({ behavior: "smooth", block: "start" }));
    if (news.phase === "failed") page.sayError(Object.assign(new Error(news.words), { code: news.code, values: news.values }));
  });
  on("connected", () => grid && hearOf()); // what was said meanwhile went by unheard
  onLanguage(() => {
    if (!grid) return;
    paint();
    if (outcome) showOutcome(outcome);
  });
  begin();

  return { state: tune.state, restore: tune.restore, shown() {}, hidden() {}, restarted: () => showOutcome(null) };
}
