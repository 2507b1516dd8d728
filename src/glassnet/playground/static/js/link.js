// The page's state in its link: #tab?key=value&…, so that a link brings back the same experiment.

/** Read the link: {tab, state}. */
export function readLink() {
  const [tab, query = ""] = location.hash.slice(1).split("?");
  return { tab, state: Object.fromEntries(new URLSearchParams(query)) };
}

/** Write the link without a new page in the browser's history; what is null or "" is left out. */
export function writeLink(tab, state) {
  const kept = Object.entries(state).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const query = new URLSearchParams(kept).toString();
  const hash = `#${tab}${query ? `?${query}` : ""}`;
  if (hash !== location.hash) history.replaceState(null, "", hash);
}
