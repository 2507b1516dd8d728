// The page's state in its link: #tab?key=value&…, so that a link brings back the same experiment.

/** Read the link: {tab, state}. */
export function readLink() {
  const [tab, query = ""] = location.hash.slice(1).split("?");
  return { tab, state: Object.fromEntries(new URLSearchParams(query)) };
}

/** The link to a tab in a state; what is null or "" is left out. */
export function linkTo(tab, state) {
  const kept = Object.entries(state).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const query = new URLSearchParams(kept).toString();
  return `#${tab}${query ? `?${query}` : ""}`;
}

/** Write the link without a new page in the browser's history. */
export function writeLink(tab, state) {
  const hash = linkTo(tab, state);
  if (hash !== location.hash) history.replaceState(null, "", hash);
}

/** Begin a new page in the browser's history, so that its Back button leads to the tab before. */
export function turnPage(tab) {
  history.pushState(null, "", `#${tab}`);
}
