// A select of the models that are open, which follows what is opened, trained and closed in any tab.

import { ask, on } from "./connection.js";
import { h } from "./elements.js";
import { hasText, onLanguage, t } from "./language.js";

const choices = new Set();
let cards = null;
let asked = null;

/** A model's title: its own, or for those that came along the page's words. */
export const modelTitle = ({ name, title }) => title ?? (hasText(`model.${name}`) ? t(`model.${name}`) : name);

/** The cards of the models that are open, as `models.list` gives them. */
export async function openModels() {
  asked ??= ask("models.list").then(({ models }) => take(models), () => (asked = null));
  await asked;
  return cards ?? [];
}

function take(models) {
  cards = models;
  for (const choice of choices) choice();
}

on("models", ({ models }) => take(models));
on("connected", () => {
  asked = null;
  if (choices.size) openModels();
});

/**
 * Make a select of the open models.
 *
 * @param {object} options value: the name to begin with · onchange(name): the reader chose another, or the chosen one is gone ·
 *   accepts(card): which models stand in it · label: key of the text for screen readers
 * @returns {{element, value(), set(name), card()}} value() and set(name) never call onchange; a name that is not open waits
 *   until it is, and meanwhile the first one is shown and asked for nothing
 */
export function modelChoice({ value = null, onchange = () => {}, accepts = () => true, label = "model" } = {}) {
  let wished = value, shown = [];
  const element = h("select", { label, onchange: () => onchange((wished = element.value)) });

  function fill() {
    if (!cards) return;
    const before = element.value, known = shown;
    shown = cards.filter(accepts);
    element.replaceChildren(...shown.map((card) => h("option", { value: card.name }, modelTitle(card))));
    if (shown.some(({ name }) => name === wished)) element.value = wished;
    else if (known.some(({ name }) => name === wished)) wished = element.value; // it was closed
    if (before && element.value !== before) onchange(element.value);
  }

  choices.add(fill);
  onLanguage(fill);
  fill();
  openModels();
  return {
    element,
    /** The name of the chosen model; before the list has come, the one wished for. */
    value: () => element.value || wished,
    set(name) {
      wished = name;
      if (shown.some((card) => card.name === name)) element.value = name;
    },
    /** The chosen model's card, null before the list has come. */
    card: () => shown.find(({ name }) => name === element.value) ?? null,
  };
}
