// The frame of the page: tabs, language, theme, link, and what is said when the connection is lost.

import { connect, on } from "./connection.js";
import { h } from "./elements.js";
import { addTexts, currentLanguage, firstLanguage, hasText, onLanguage, setLanguage, t, translate } from "./language.js";
import { linkTo, readLink, turnPage, writeLink } from "./link.js";
import texts from "./texts/common.js";

const TABS = ["digit", "train", "graph", "gates", "handwriting", "models"];
const THEMES = ["auto", "light", "dark"];
const opened = new Map();
const scrolled = new Map(); // how far down each tab was left
let current = null;

addTexts(texts);

// What a tab can do with the page around it.
const page = {
  /** Say something above the page; nothing takes it away. `bad` for what went wrong; what is `lasting` stays until it is dismissed. */
  say(words = "", { bad = false, lasting = false } = {}) {
    const notice = document.getElementById("notice"), bar = document.getElementById("said");
    if (!words && "lasting" in bar.dataset) return;
    notice.textContent = words;
    notice.hidden = bar.hidden = !words;
    for (const each of [notice, bar]) each.classList.toggle("bad", bad);
    if (lasting) bar.dataset.lasting = "";
    else delete bar.dataset.lasting;
  },
  /** Say what a refusal says, in the reader's language where the page has the words. */
  sayError(error) {
    page.say(page.wordsOf(error), { bad: true });
    if (!error.code && !(error.name === "Error")) console.error(error);
  },
  wordsOf: (error) => (error.code && hasText(`error.${error.code}`) ? t(`error.${error.code}`, error.values) : t("error.in-english", { words: error.message })),
  /** Write the present tab's state into the link. */
  keepLink: () => opened.has(current) && writeLink(current, stateOf(current)),
  /** Go to another tab, with a state for it if one is given. */
  go: (name, state = null) => show(name, state),
};

const shownTab = () => document.querySelector("[role=tabpanel]:not([hidden])")?.id.replace("panel-", "") ?? null;
const stateOf = (tab) => ({ ...opened.get(tab).state(), lang: currentLanguage() });

function mark(tab) {
  for (const button of document.querySelectorAll("[role=tab]")) {
    const chosen = button.dataset.tab === tab;
    button.setAttribute("aria-selected", chosen);
    button.tabIndex = chosen ? 0 : -1;
    if (chosen) button.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/** Show a tab; `linked`: the address names it already, so that there is no new page in the history. */
async function show(name, state = null, { linked = false } = {}) {
  const tab = TABS.includes(name) ? name : TABS[0];
  current = tab;
  mark(tab);
  try {
    if (!opened.has(tab)) await open(tab);
  } catch (error) {
    console.error(error);
    if (current !== tab) return;
    current = shownTab() ?? tab;
    mark(current);
    page.say(t("error.not-loaded"), { bad: true });
    return;
  }
  if (current !== tab) return; // overtaken by another choice
  const before = shownTab(), turned = before !== null && before !== tab;
  if (turned) {
    opened.get(before).hidden?.();
    scrolled.set(before, scrollY);
    page.say();
    if (!linked) turnPage(tab);
  }
  for (const panel of document.querySelectorAll("[role=tabpanel]")) panel.hidden = panel.id !== `panel-${tab}`;
  const own = opened.get(tab);
  if (state) own.restore(state);
  own.shown?.();
  if (turned) scrollTo({ top: state && !linked ? 0 : scrolled.get(tab) ?? 0, behavior: "instant" });
  document.title = `${t(`tab.${tab}`)} · glassnet`;
  page.keepLink();
}

/** Follow the address after Back, Forward or a change by hand; what is there as it says is left as it is. */
function follow() {
  const { tab, state } = readLink(), { lang } = state;
  if (lang && lang !== currentLanguage()) setLanguage(lang);
  const same = opened.has(tab) && linkTo(tab, { ...state, lang: "" }) === linkTo(tab, { ...stateOf(tab), lang: "" });
  show(tab, same || !Object.keys(state).length ? null : state, { linked: true });
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
  document.getElementById("dismiss").onclick = () => {
    delete document.getElementById("said").dataset.lasting;
    page.say();
  };
  document.querySelector(".skip").onclick = (event) => {
    event.preventDefault(); // its address would be taken for a tab's
    document.getElementById("stage").focus();
  };
  const connection = document.getElementById("connection");
  on("lost", () => {
    connection.dataset.text = "lost";
    connection.textContent = t("lost");
    connection.hidden = false;
  });
  on("refused", (refusal) => page.sayError(refusal));
  let before = false;
  on("connected", ({ same }) => {
    connection.hidden = true;
    if (before && !same) {
      page.say(t("restarted"), { lasting: true });
      for (const own of opened.values()) own.restarted?.();
    }
    before = true;
  });
  addEventListener("hashchange", follow);
  connect();
  show(tab, Object.keys(state).length ? state : null, { linked: true });
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
