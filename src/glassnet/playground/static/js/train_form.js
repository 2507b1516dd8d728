// The form of an experiment: data, network, learning. Its state is flat and short, since it stands in the link.

import { field, h, select } from "./elements.js";
import { t } from "./language.js";
import { DEFAULTS, PRESETS } from "./train_presets.js";

const DATA = ["xor", "circles", "moons", "spiral", "clusters", "line", "curve", "mnist", "own"];
const ACTIVATIONS = ["sigmoid", "tanh", "relu", "leakyrelu", "prelu", "elu", "maxout", "identity"];
const OUTPUTS = { classes: ["softmax", "sigmoid", "softmax-squares", "sigmoid-squares"], values: ["squares", "absolute", "gaussian"] };
const OPTIMIZERS = { sgd: "SGD", momentum: "Momentum", nesterov: "Nesterov", adagrad: "AdaGrad", rmsprop: "RMSProp", adam: "Adam", adamw: "AdamW" };
const MOST_LAYERS = 8, MOST_WIDTH = 2048;

const clamp = (value, low, high, otherwise) => (Number.isFinite(Number(value)) && value !== "" && value !== null ? Math.min(high, Math.max(low, Number(value))) : otherwise);
const among = (value, choices, otherwise) => (choices.includes(value) ? value : otherwise);

/** What a link's layers say, "8:tanh,4:relu": [{units, activation}], at most eight of them. */
export function readLayers(words) {
  return String(words ?? "").split(",").filter(Boolean).slice(0, MOST_LAYERS).map((own) => {
    const [units, activation] = own.split(":");
    return { units: Math.round(clamp(units, 1, MOST_WIDTH, 8)), activation: among(activation, ACTIVATIONS, "tanh") };
  });
}

/** A state with every value in its range, whatever a link held. */
export function mended(state) {
  const own = { ...DEFAULTS, ...state };
  const data = among(own.data, DATA, DEFAULTS.data), mnist = data === "mnist";
  const whole = (value, low, high, otherwise) => Math.round(clamp(value, low, high, otherwise));
  const kinds = data === "line" || data === "curve" ? OUTPUTS.values : data === "own" ? [...OUTPUTS.classes, ...OUTPUTS.values] : OUTPUTS.classes;
  return {
    data, out: among(own.out, kinds, kinds[0]), n: whole(own.n, mnist ? 100 : 4, mnist ? 60000 : 2000, mnist ? 60000 : 200),
    noise: clamp(own.noise, 0, 1, 0.1), test: clamp(own.test, 0, 0.8, 0.3), label: whole(own.label, 0, 4095, 0), scale: Number(own.scale) ? 1 : 0,
    layers: readLayers(own.layers).map(({ units, activation }) => `${units}:${activation}`).join(","),
    drop: clamp(own.drop, 0, 0.8, 0), bn: Number(own.bn) ? 1 : 0, init: among(own.init, ["auto", "he", "xavier", "normal", "zeros"], "auto"),
    opt: among(own.opt, Object.keys(OPTIMIZERS), "sgd"), rate: clamp(own.rate, 1e-6, 1000, 0.1), batch: whole(own.batch, 0, 60000, 10),
    epochs: whole(own.epochs, 1, 10000, 1000), seed: whole(own.seed, 0, 999999, 0), view: String(own.view ?? "").slice(0, 20),
    speed: among(own.speed, ["slow", "normal", "full"], "normal"),
  };
}

/** What the server is asked for. */
export const asAsked = (state) => ({
  data: { kind: state.data, count: state.n, noise: state.noise, test: state.test, label: state.label, scale: Boolean(state.scale) },
  layers: readLayers(state.layers), dropout: state.drop, batchNorm: Boolean(state.bn), output: state.out, init: state.init,
  optimizer: state.opt, rate: state.rate, batch: state.batch, epochs: state.epochs, seed: state.seed, view: state.view,
});

/**
 * Make the form.
 *
 * @param {object} options onchange(): something that begins the training anew · onupload(file): a CSV file was chosen
 * @returns {{element, state(), show(state), showColumns(columns, label), columns()}}
 */
export function experimentForm({ onchange, onupload }) {
  let state = mended({}), columns = [], fileName = "";
  const change = (name, value, redraw = false) => {
    state = mended({ ...state, [name]: value });
    if (redraw) draw();
    onchange();
  };

  const chooser = (name, options, redraw = false) => select(options, { onchange: (event) => change(name, event.target.value, redraw) });
  const slider = (name, attributes, words) => {
    const shown = h("output", { class: "number" }), input = h("input", { type: "range", ...attributes, oninput: (event) => ((shown.textContent = words(Number(event.target.value))), change(name, Number(event.target.value))) });
    return { element: input, shown, set: (value) => ((input.value = value), (shown.textContent = words(Number(value)))) };
  };
  const number = (name, attributes) => h("input", { type: "number", inputmode: "decimal", ...attributes, onchange: (event) => { change(name, event.target.value); event.target.value = state[name]; } });
  const check = (name) => h("input", { type: "checkbox", onchange: (event) => change(name, event.target.checked ? 1 : 0) });
  const slid = (key, own) => {
    Object.assign(own.element.dataset, { label: key }); // an output is what a label names that holds both
    own.element.setAttribute("aria-label", t(key));
    return h("label", { class: "field" }, h("span", {}, h("span", { text: key }), " ", own.shown), own.element);
  };
  const ticked = (key, own) => h("label", { class: "row tick" }, own, h("span", { text: key }));

  const data = select(DATA.map((own) => [own, `train.data.${own}`]), { onchange: (event) => {
    const kind = event.target.value;
    const like = Object.values(PRESETS).find((own) => own.data === kind) ?? DEFAULTS;
    // Other data, other sizes: what fitted points would be much too long, or too little, for digits.
    const sizes = (kind === "mnist") !== (state.data === "mnist") || kind === "own" ? { n: like.n, batch: kind === "own" ? 20 : like.batch, epochs: kind === "own" ? 100 : like.epochs } : {};
    state = mended({ ...state, ...sizes, data: kind });
    draw();
    onchange();
  } });
  const count = slider("n", { min: 4, max: 2000, step: 2 }, (value) => value.toLocaleString("en-US"));
  const noise = slider("noise", { min: 0, max: 1, step: 0.01 }, (value) => value.toFixed(2));
  const test = slider("test", { min: 0, max: 0.8, step: 0.05 }, (value) => `${Math.round(100 * value)}%`);
  const file = h("input", { type: "file", accept: ".csv,.txt,text/csv", class: "hidden-text", id: "train-file", onchange: (event) => { const [own] = event.target.files; event.target.value = ""; if (own) onupload(own); } });
  const chosen = h("span", { class: "small soft", id: "train-file-name" });
  const label = h("select", { id: "train-label", onchange: (event) => change("label", Number(event.target.value)) });
  const scale = check("scale");
  const labelField = field("train.label", label);
  const ownFields = h("div", { class: "stack" }, h("div", { class: "row" }, h("label", { class: "button", for: "train-file", tabindex: "0", role: "button", onkeydown: (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), file.click()) }, h("span", { text: "train.choose-file" })), file, chosen), labelField, ticked("train.scale", scale), h("p", { class: "small soft", text: "train.own-note" }));
  const fields = { count: slid("train.count", count), noise: slid("train.noise", noise), test: slid("train.test-share", test) };

  const layers = h("div", { class: "stack layers-list", role: "list" });
  const more = h("button", { type: "button", text: "train.add-layer", onclick: () => {
    const own = readLayers(state.layers), last = own.at(-1) ?? { units: 8, activation: "tanh" };
    change("layers", [...own, last].map(({ units, activation }) => `${units}:${activation}`).join(","), true);
  } });
  const ends = h("p", { class: "small soft" });
  const drop = slider("drop", { min: 0, max: 0.8, step: 0.05 }, (value) => (value ? `${Math.round(100 * value)}%` : "0"));
  const batchNorm = check("bn"), output = h("select", { onchange: (event) => change("out", event.target.value) });
  const init = chooser("init", ["auto", "he", "xavier", "normal", "zeros"].map((own) => [own, `train.init.${own}`]));
  const optimizer = chooser("opt", Object.entries(OPTIMIZERS));
  const batch = number("batch", { min: 0, step: 1 }), epochs = number("epochs", { min: 1, max: 10000, step: 1 }), seed = number("seed", { min: 0, step: 1 });
  const another = h("button", { type: "button", label: "train.another-seed", hint: "train.another-seed", onclick: () => { change("seed", (state.seed + 1) % 1000000); seed.value = state.seed; } }, "+1");

  function drawLayers() {
    const own = readLayers(state.layers);
    const put = (changed, redraw) => change("layers", changed.map(({ units, activation }) => `${units}:${activation}`).join(","), redraw);
    layers.replaceChildren(...own.map((layer, index) => {
      const names = { "aria-label": `${t("train.hidden-layer")} ${index + 1}` };
      const units = h("input", { type: "number", min: 1, max: MOST_WIDTH, step: 1, value: layer.units, "aria-label": `${names["aria-label"]}: ${t("train.units")}`, onchange: (event) => { layer.units = Math.round(clamp(event.target.value, 1, MOST_WIDTH, layer.units)); event.target.value = layer.units; put(own); } });
      const activation = select(ACTIVATIONS.map((each) => [each, `train.act.${each}`]), { value: layer.activation, "aria-label": `${names["aria-label"]}: ${t("train.activation")}`, onchange: (event) => { layer.activation = event.target.value; put(own); } });
      const remove = h("button", { type: "button", class: "quiet", label: "train.remove-layer", hint: "train.remove-layer", onclick: () => put(own.filter((_, at) => at !== index), true) }, "✕");
      return h("div", { class: "layer-row", role: "listitem" }, h("span", { class: "number soft" }, String(index + 1)), units, activation, remove);
    }));
    more.disabled = own.length >= MOST_LAYERS;
    ends.textContent = own.length ? "" : t("train.no-hidden");
  }

  function draw() {
    const mnist = state.data === "mnist", own = state.data === "own";
    data.value = state.data;
    Object.assign(count.element, mnist ? { min: 100, max: 60000, step: 100 } : { min: 4, max: 2000, step: 2 });
    count.set(state.n);
    noise.set(state.noise);
    test.set(state.test);
    fields.count.hidden = own;
    fields.noise.hidden = mnist || own;
    fields.test.hidden = mnist;
    ownFields.hidden = !own;
    labelField.hidden = !columns.length;
    chosen.textContent = fileName;
    label.replaceChildren(...columns.map((name, index) => h("option", { value: index }, name)));
    label.value = state.label;
    scale.checked = Boolean(state.scale);
    drawLayers();
    drop.set(state.drop);
    batchNorm.checked = Boolean(state.bn);
    const kinds = state.data === "line" || state.data === "curve" ? OUTPUTS.values : own ? [...OUTPUTS.classes, ...OUTPUTS.values] : OUTPUTS.classes;
    output.replaceChildren(...kinds.map((each) => h("option", { value: each, text: `train.out.${each}` })));
    output.value = state.out;
    init.value = state.init;
    optimizer.value = state.opt;
    [batch.value, epochs.value, seed.value] = [state.batch, state.epochs, state.seed];
  }

  const part = (key, ...children) => h("details", { class: "part", open: true }, h("summary", {}, h("h3", { text: key })), h("div", { class: "stack" }, children));
  const element = h("form", { class: "stack experiment", onsubmit: (event) => event.preventDefault() },
    part("train.part.data", field("train.data", data), ownFields, fields.count, fields.noise, fields.test),
    part("train.part.network", h("div", { class: "small soft", text: "train.hidden-layers" }), layers, ends, more, field("train.out", output), slid("train.dropout", drop), ticked("train.batch-norm", batchNorm), field("train.init", init)),
    part("train.part.learning", field("train.optimizer", optimizer), h("div", { class: "pair" }, field("train.batch", batch), field("train.epochs", epochs)), h("div", { class: "field" }, h("span", { text: "train.seed" }), h("div", { class: "pair seed" }, seed, another))),
  );
  seed.setAttribute("aria-label", "seed");
  draw();
  return {
    element,
    state: () => state,
    /** Show a state; nothing is asked for. */
    show(own) {
      state = mended(own);
      draw();
    },
    /** The columns of a file that was read. */
    showColumns(name, own, at) {
      [fileName, columns] = [name, own];
      state = mended({ ...state, data: "own", label: at });
      draw();
    },
    columns: () => columns,
    /** What the words of lists follow: the language. */
    redraw: draw,
    setRate: (rate) => (state = mended({ ...state, rate })),
    set: (name, value) => (state = mended({ ...state, [name]: value })),
  };
}
