// The computational graphs that the tab brings along. Their formulas are words (graph.formula.NAME), since they name
// things; values stand in the order of the inputs' first use.

export const EXAMPLES = {
  apples: { values: [100, 2, 1.1], positive: true },
  fruits: { values: [100, 2, 150, 3, 1.1], positive: true },
  squares: { values: [3, 4] },
  relu: { values: [2] },
  sigmoid: { values: [1] },
  neuron: { values: [1, 2, -1.5, 0.5, 1] },
  network: { values: [0.5, 1, -0.5, 2, 1, 1.5, 0.5, -1, 1, -2, 0.5, 1] },
  softmax: { values: [0.3, 2.9, 4, 0, 1, 0] },
};

/** The range of an input's slider: from 0 to twice its first value, or around 0. */
export function rangeOf(value, positive) {
  const reach = Math.max(2, 2 * Math.abs(value)), step = 10 ** Math.floor(Math.log10(reach / 100));
  return { low: positive && value > 0 ? 0 : -reach, high: positive && value > 0 ? 2 * value : reach, step };
}
