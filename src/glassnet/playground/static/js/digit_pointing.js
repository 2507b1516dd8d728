// What the bubble says of the unit under the pointer, the finger or the keyboard: its weighted sum.

import { hideBubble, showBubble } from "./bubble.js";
import { latest } from "./connection.js";
import { readable } from "./library_words.js";
import { t } from "./language.js";
import { short, signed } from "./numbers.js";

const MOST_TERMS = 4;

/** Make what is called with (address or null, x, y, index of the model); `request(index)`: {model, image}, or null. */
export function pointing(request) {
  const brief = latest("digit.why");
  let now = null;
  return async (address, x, y, index) => {
    const before = now, asked = request(index);
    now = address && `${index} ${address}`;
    if (!address || !asked || now === before) return;
    const own = now;
    try {
      const why = await brief({ ...asked, address });
      if (why && now === own && request(index)?.image === asked.image) showBubble(briefWords(why), x, y);
    } catch {
      hideBubble(); // another model is shown by now: the next movement asks anew
    }
  };
}

function briefWords(why) {
  const sum = why.steps[0]?.[0] ?? why.address, lines = [`${why.address} = ${short(why.value)}`];
  if (why.count > 1) {
    const [shown, rest] = [why.terms.slice(0, MOST_TERMS), why.terms.slice(MOST_TERMS)];
    lines.push(t("digit.sum", { name: sum, count: why.count, total: short(why.total) }));
    for (const [label, value] of shown) lines.push(`${signed(value)}   ${readable(label)}`);
    if (why.count > MOST_TERMS)
      lines.push(`${signed(rest.reduce((all, [, value]) => all + value, why.more.sum))}   ${t("digit.more-terms", { count: why.count - MOST_TERMS })}`);
  }
  for (const [label, value] of why.steps.slice(1)) lines.push(`${readable(label)} = ${short(value)}`);
  return `${lines.join("\n")}\n${t("digit.click-for-all")}`;
}
