// Numbers as colours: blue above zero, vermilion below, the paper at zero. Told apart by the colour-blind too.

const read = (name) => {
  const words = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((at) => parseInt(words.slice(at, at + 2), 16));
};

let colours = null;

/** The theme's colours, for canvases. */
export const palette = () => (colours ??= {
  paper: read("--card"), ink: read("--ink"), soft: read("--soft"), line: read("--line"),
  positive: read("--positive"), negative: read("--negative"), accent: read("--accent"), wash: read("--wash"),
});

export const css = ([r, g, b], alpha = 1) => `rgb(${r} ${g} ${b} / ${alpha})`;

const mix = (from, to, share) => from.map((own, at) => Math.round(own + (to[at] - own) * share));

/** A number from −1 to 1 as a colour: [r, g, b]. */
export function diverging(share, colours) {
  if (Number.isNaN(share)) return [255, 0, 255];
  const strength = Math.min(1, Math.abs(share)) ** 0.8;
  return mix(colours.wash, share >= 0 ? colours.positive : colours.negative, strength);
}

/** A number from 0 to 1 as ink on paper. */
export const inked = (share, colours) => mix(colours.paper, colours.ink, Math.max(0, Math.min(1, share)));

const painters = new Set();

/** Paint anew whenever the theme changes, for as long as what is painted is in use. */
export const onTheme = (paint) => painters.add(new WeakRef(paint));

addEventListener("glassnet-theme", () => {
  colours = null;
  for (const painter of painters) {
    const paint = painter.deref();
    if (paint) paint();
    else painters.delete(painter);
  }
});
