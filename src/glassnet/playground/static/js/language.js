// The page's words in Korean and English: each text stands once, as [ko, en].

const LANGUAGES = ["ko", "en"];
const texts = new Map();
const changed = new Set();
let language = "ko";

/** Add a tab's texts: `{ "digit.clear": ["지우기", "Clear"], … }`; {name} stands for a value. */
export function addTexts(own) {
  for (const [key, words] of Object.entries(own)) texts.set(key, words);
}

/** Return a text in the present language. */
export function t(key, values = {}) {
  const words = texts.get(key);
  if (!words) return key;
  return words[LANGUAGES.indexOf(language)].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const hasText = (key) => texts.has(key);
export const currentLanguage = () => language;

/** Change the language, and the words of all that is on the page. */
export function setLanguage(chosen) {
  language = LANGUAGES.includes(chosen) ? chosen : "en";
  document.documentElement.lang = language;
  localStorage.setItem("glassnet-language", language);
  translate(document.body);
  for (const listener of changed) listener(language);
}

/** Call `listener` whenever the language changes; for what is drawn and not only written. */
export function onLanguage(listener) {
  changed.add(listener);
}

/** Write the words of an element and of all in it: `data-text`, `data-label` (aria-label), `data-hint` (title). */
export function translate(root) {
  for (const element of [root, ...root.querySelectorAll("[data-text], [data-label], [data-hint]")]) {
    const { text, label, hint } = element.dataset;
    if (text) element.textContent = t(text);
    if (label) element.setAttribute("aria-label", t(label));
    if (hint) element.title = t(hint);
  }
}

/** The language to begin with: the link's, the last one, or the browser's. */
export function firstLanguage(linked) {
  const wished = linked ?? localStorage.getItem("glassnet-language") ?? navigator.language.slice(0, 2);
  return LANGUAGES.includes(wished) ? wished : "en";
}
