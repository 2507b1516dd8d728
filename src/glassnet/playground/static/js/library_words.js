// The library's formulas and labels in the reader's language: their names and numbers stay, their few words change.

import { t } from "./language.js";

const PHRASES = [
  [/what (\S+) adds, its target being (\S+)/, "library.share"],
  [/sum of losses \* weights \/ sum of weights \(weights of 1: the mean over the rows\)/, "library.mean-loss"],
  [/sum of (\w+) over rows/, "library.rows"],
  [/(?<=^|\()([^()]+) if (\S+) > 0, else ([^()]+)(?=$|\))/, "library.if-positive"],
  [/the mean over the samples/, "library.samples"],
  [/, mean (\S+?)(?=,|$)/, "library.mean"],
  [/, (\d+) of (\d+) not finite/, "library.not-finite"],
  [/none of (\d+) finite/, "library.none-finite"],
  [/nothing is dropped in prediction/, "library.dropout"],
];

/** A formula or label as it is read: true minus signs, a dot for products, words in the page's language. */
export function readable(words) {
  for (const [phrase, key] of PHRASES) words = words.replace(phrase, (_, ...found) => t(key, { first: found[0], second: found[1], third: found[2] }));
  return words.replace(/(^|[^\w\]])-(?=[\d.a-zA-Z(Σ])/g, "$1−").replace(/ - /g, " − ").replaceAll(" * ", " · ");
}
