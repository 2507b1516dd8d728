// The frame of the page: tabs, language, theme, link, and what is said when the connection is lost.

import { connect, on } from "./connection.js";
import { h } from "./elements.js";
import { addTexts, currentLanguage, firstLanguage, hasText, onLanguage, setLanguage, t, translate } from "./language.js";
import { readLink, writeLink } from "./link.js";
import texts from "./texts/common.js";

const TABS = ["digit", "train", "graph", "gates", "handwriting", "models"];
const THEMES = ["auto", "light", "dark"];
const opened = new Map();
let current = null;

addTexts(texts);

// What a tab can do with the page around it.
const page = {
  /** Say something above the page; nothing takes it away. `bad` for what went wrong. */
  say(words = "", { bad = false } = {}) {
    const notice = document.getElementById("notice");
    notice.textContent = words;
    notice.hidden = !words;
    notice.classList.toggle("bad", bad);
  },
  /** Say what a refusal says, in the reader's language where the page has the words. */
  sayError(error) {
    page.say(page.wordsOf(error), { bad: true });
    if (!error.code && !(error.name === "Error")) console.error(error);
  },
  wordsOf: (error) => (error.code && hasText(`error.${error.code}`) ? t(`error.${error.code}`, error.values) : error.message),
  /** Write the present tab's state into the link. */
  keepLink: () => opened.has(current) && writeLink(current, { ...opened.get(current).state(), lang: currentLanguage() }),
  /** Go to another tab, with a state for it if one is given. */
  go: (name, state = null) => show(name, state),
};

async function show(name, state = null) {
  const tab = TABS.includes(name) ? name : TABS[0];
  for (const button of document.querySelectorAll("[role=tab]")) {
    const chosen = button.dataset.tab === tab;
    button.setAttribute("aria-selected", chosen);
    button.tabIndex = chosen ? 0 : -1;
    if (chosen) button.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  if (current && current !== tab) opened.get(current)?.hidden?.();
  const before = current;
  current = tab;
  if (!opened.has(tab)) await open(tab);
  if (current !== tab) return; // overtaken by another choice
  for (const panel of document.querySelectorAll("[role=tabpanel]")) panel.hidden = panel.id !== `panel-${tab}`;
  const own = opened.get(tab);
  if (before !== tab) page.say();
  if (state) own.restore(state);
  own.shown?.();
  document.title = `${t(`tab.${tab}`)} · glassnet`;
  page.keepLink();
}

async function open(tab) {
  const [module, own] = await Promise.all([import(`./tabs/${tab}.js`), import(`./texts/${tab}.js`)]);
  addTexts(own.default);
  document.head.append(h("link", { rel: "stylesheet", href: `static/style/${tab}.css` }));
  const panel = h("section", { id: `panel-${tab}`, role: "tabpanel", "aria-labelledby": `tab-${tab}` });
  document.getElementById("stage").append(panel);
  opened.set(tab, module.open(panel, page));
  translate(panel);
}

function makeTabs() {
  const list = document.querySelector("[role=tablist]");
  list.append(...TABS.map((tab) => h("button", { type: "button", role: "tab", id: `tab-${tab}`, "data-tab": tab, "aria-controls": `panel-${tab}`, text: `tab.${tab}`, onclick: () => show(tab) })));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.indexOf(current) + step + TABS.length) % TABS.length];
    show(next);
    document.getElementById(`tab-${next}`).focus();
  });
}

function setTheme(theme) {
  localStorage.setItem("glassnet-theme", theme);
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  const button = document.getElementById("theme");
  button.dataset.text = `theme.${theme}`;
  button.textContent = t(button.dataset.text);
  dispatchEvent(new Event("glassnet-theme"));
}

function start() {
  const { tab, state } = readLink();
  makeTabs();
  setLanguage(firstLanguage(state.lang));
  const theme = () => localStorage.getItem("glassnet-theme") ?? "auto";
  setTheme(theme());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(theme()));
  document.getElementById("theme").onclick = () => setTheme(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]);
  const language = document.getElementById("language");
  const name = () => ((language.textContent = currentLanguage() === "ko" ? "English" : "한국어"), (language.lang = currentLanguage() === "ko" ? "en" : "ko"));
  name();
  onLanguage(name);
  language.onclick = () => {
    setLanguage(currentLanguage() === "ko" ? "en" : "ko");
    document.title = `${t(`tab.${current}`)} · glassnet`;
    page.keepLink();
  };
  document.getElementById("share").onclick = share;
  on("lost", () => page.say(t("lost"), { bad: true }));
  on("refused", (refusal) => page.sayError(refusal));
  let before = false;
  on("connected", ({ same }) => {
    if (before) page.say(same ? "" : t("restarted"));
    if (before && !same) for (const own of opened.values()) own.restarted?.();
    before = true;
  });
  addEventListener("hashchange", () => {
    const linked = readLink();
    if (linked.state.lang && linked.state.lang !== currentLanguage()) setLanguage(linked.state.lang);
    show(linked.tab, linked.state);
  });
  connect();
  show(tab, Object.keys(state).length ? state : null);
}

async function share() {
  page.keepLink();
  try {
    await navigator.clipboard.writeText(location.href);
    page.say(t("shared"));
  } catch {
    page.say(`${t("share-by-hand")} ${location.href}`);
  }
}

start();
