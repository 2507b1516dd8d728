// Experiments by name, each with what it shows; and the values that a link may leave out.

export const DEFAULTS = {
  data: "moons", n: 200, noise: 0.1, test: 0.3, label: 0, scale: 1, layers: "8:tanh", drop: 0, bn: 0, out: "softmax",
  init: "auto", opt: "sgd", rate: 0.3, batch: 10, epochs: 1000, seed: 0, view: "", speed: "normal",
};

const own = (changes) => ({ ...DEFAULTS, ...changes });

export const PRESETS = {
  "xor-line": own({ data: "xor", layers: "", rate: 0.5, batch: 20, epochs: 200 }),
  xor: own({ data: "xor", layers: "4:tanh", rate: 0.5, batch: 20, epochs: 200 }),
  spiral: own({ data: "spiral", n: 300, noise: 0.02, layers: "16:tanh,16:tanh", opt: "adam", rate: 0.01, batch: 20, epochs: 500 }),
  line: own({ data: "line", n: 60, layers: "", out: "squares", rate: 0.1, batch: 10, epochs: 100, speed: "slow" }),
  curve: own({ data: "curve", n: 150, layers: "16:tanh", out: "squares", opt: "adam", rate: 0.01, batch: 15, epochs: 500 }),
  diverges: own({ data: "line", n: 60, layers: "", out: "squares", rate: 1.15, batch: 0, epochs: 1000, speed: "slow" }),
  vanishing: own({ data: "circles", noise: 0.08, layers: Array(6).fill("8:sigmoid").join(","), rate: 0.5, epochs: 500 }),
  overfitting: own({ n: 60, noise: 0.35, test: 0.5, layers: "64:relu,64:relu", opt: "adam", rate: 0.01, batch: 0, epochs: 1500 }),
  zeros: own({ layers: "6:tanh", init: "zeros", epochs: 200 }),
  clusters: own({ data: "clusters", noise: 0.3, layers: "6:relu", epochs: 200 }),
  mnist: own({ data: "mnist", n: 60000, layers: "50:sigmoid", init: "normal", rate: 0.1, batch: 100, epochs: 17, speed: "full" }),
};

export const FIRST = "xor";
