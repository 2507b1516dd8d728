// What passes between page and server: one binary frame a message. ../../wire.py describes it.

const TYPES = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };
const NAMES = new Map(Object.entries(TYPES).map(([name, type]) => [type, name]));
const filled = (size) => Math.ceil(size / 8) * 8;

/** An array with its shape: `data` is a typed array in row order. */
export class Tensor {
  constructor(data, shape = [data.length]) {
    this.data = data;
    this.shape = shape;
  }

  /** The numbers of one row of a tensor of two axes. */
  row(index) {
    const width = this.shape[1];
    return this.data.subarray(index * width, (index + 1) * width);
  }
}

/** Return a message as a frame; tensors and typed arrays may stand anywhere in it. */
export function pack(message) {
  const arrays = [];
  const plain = withoutArrays(message, arrays);
  let offset = 0;
  const table = arrays.map(({ data, shape }) => {
    const entry = [NAMES.get(data.constructor), shape, offset];
    offset += filled(data.byteLength);
    return entry;
  });
  let header = new TextEncoder().encode(JSON.stringify({ message: plain, arrays: table }));
  const start = filled(4 + header.length);
  const frame = new Uint8Array(start + offset).fill(32, 0, start);
  new DataView(frame.buffer).setUint32(0, start - 4, true);
  frame.set(header, 4);
  arrays.forEach(({ data }, index) => {
    frame.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + table[index][2]);
  });
  return frame;
}

function withoutArrays(value, arrays) {
  if (ArrayBuffer.isView(value)) return withoutArrays(new Tensor(value), arrays);
  if (value instanceof Tensor) return { $array: arrays.push(value) - 1 };
  if (Array.isArray(value)) return value.map((own) => withoutArrays(own, arrays));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, withoutArrays(own, arrays)]));
  }
  return value;
}

/** Return the message that a frame (an ArrayBuffer) holds, its arrays as tensors. */
export function unpack(frame) {
  const length = new DataView(frame).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, length)));
  const arrays = header.arrays.map(([type, shape, offset]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return new Tensor(new TYPES[type](frame, 4 + length + offset, count), shape);
  });
  return withArrays(header.message, arrays);
}

function withArrays(value, arrays) {
  if (Array.isArray(value)) return value.map((own) => withArrays(own, arrays));
  if (value === null || typeof value !== "object") return value;
  if ("$array" in value) return arrays[value.$array];
  if ("$number" in value) return { nan: NaN, inf: Infinity, "-inf": -Infinity }[value.$number];
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, withArrays(own, arrays)]));
}
