// The network's answer: the probabilities as bars, of two models beside each other, and in words.

import { bars } from "./bars.js";
import { h } from "./elements.js";
import { currentLanguage, t } from "./language.js";
import { percent } from "./numbers.js";

/** Make the card: show(models, cards, titles) · say(words) · blank(); `onpick(index of the model, class)`. */
export function answerCard({ onpick }) {
  const says = h("p", { class: "answer-words", "aria-live": "polite" });
  const refused = h("p", { class: "answer-refused", role: "status", hidden: true });
  const titles = [0, 1].map(() => h("h4", {}));
  const shown = [0, 1].map((index) => bars({ label: "digit.probabilities", onpick: (unit) => onpick(index, unit) }));
  const parts = [0, 1].map((index) => h("section", { hidden: index === 1 }, titles[index], shown[index].element));
  const element = h("section", { class: "card area-answer stack" }, h("h2", { text: "digit.answer" }), says, refused, h("div", { class: "answers" }, parts));
  return {
    element,
    show(models, cards, words) {
      element.classList.remove("blank");
      parts[1].hidden = models.length < 2;
      models.forEach(({ probabilities }, index) => {
        shown[index].show(Array.from(probabilities.data), cards[index].classes);
        titles[index].textContent = words[index];
        titles[index].hidden = !words[index];
      });
      refused.hidden = !models[0].refusal;
      refused.textContent = models[0].refusal?.[currentLanguage()] ?? "";
      element.dataset.probabilities = [...models[0].probabilities.data].join();
      element.dataset.answer = models[0].answer;
    },
    /** In words, when the pen rests: a screen reader would not follow each movement. */
    sayAnswer(models, cards, names) {
      const refusal = Boolean(models[0].refusal), two = models.length > 1;
      const words = models.map(({ answer, probabilities }, index) => {
        const values = { name: cards[index].classes[answer] ?? answer, share: percent(probabilities.data[answer]), model: names[index] };
        return t(two ? "digit.reads-of" : refusal ? "digit.reads-anyway" : "digit.reads", values);
      });
      says.textContent = [...(refusal ? [t("digit.refused")] : []), ...words].join("\n");
    },
    say: (words) => (says.textContent = words),
    blank() {
      element.classList.add("blank");
      refused.hidden = true;
    },
  };
}
