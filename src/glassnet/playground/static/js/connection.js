// The connection to the server: questions with their answers, and events that come unasked.

import { pack, unpack } from "./wire.js";

const FIRST_WAIT = 300; // milliseconds before the connection is tried again; doubled each time
const LONGEST_WAIT = 5000;

/** An answer that is a refusal: `words` in English, and perhaps a `code` that the page's texts know. */
export class Refused extends Error {
  constructor({ words, code = null, values = {} }) {
    super(words);
    this.code = code;
    this.values = values;
  }
}

const waiting = new Map();
const listeners = new Map();
let socket = null;
let ready = null;
let wait = FIRST_WAIT;
let next = 1;
let given_up = false;

/** Call `listener(content)` at each event of that name: `connected` and `lost` are the connection's own. */
export function on(event, listener) {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event).add(listener);
  return () => listeners.get(event).delete(listener);
}

function tell(event, content) {
  for (const listener of listeners.get(event) ?? []) listener(content);
}

/** Ask the server: `await ask("digit.look", { picture })`. Fails with `Refused`, or when the connection is lost. */
export async function ask(name, content = {}) {
  await connect();
  const id = next++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    socket.send(pack({ id, do: name, with: content }));
  });
}

/** Ask in a way that never lags behind: of questions that come while one is on its way only the last is asked. */
export function latest(name) {
  let busy = false;
  let pending = null;
  async function run(content, resolve, reject) {
    busy = true;
    try {
      resolve(await ask(name, content));
    } catch (error) {
      reject(error);
    }
    busy = false;
    if (pending) {
      const [following, onward, failed] = pending;
      pending = null;
      run(following, onward, failed);
    }
  }
  return (content) =>
    new Promise((resolve, reject) => {
      if (busy) {
        pending?.[1](null); // overtaken
        pending = [content, resolve, reject];
      } else run(content, resolve, reject);
    });
}

export function connect() {
  ready ??= new Promise((resolve) => open(resolve));
  return ready;
}

function open(resolve) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/connection`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => socket.send(pack({ session: sessionStorage.getItem("glassnet-session") }));
  socket.onmessage = ({ data }) => {
    const message = unpack(data);
    if (message.event === "hello") {
      const same = sessionStorage.getItem("glassnet-session") === message.content.session;
      sessionStorage.setItem("glassnet-session", message.content.session);
      wait = FIRST_WAIT;
      tell("connected", { ...message.content, same });
      resolve();
    } else if (message.event === "refused") {
      given_up = true;
      tell("refused", new Refused(message.content));
    } else if (message.event) tell(message.event, message.content);
    else answer(message);
  };
  socket.onclose = () => {
    for (const { reject } of waiting.values()) reject(new Refused({ words: "The connection was lost.", code: "lost" }));
    waiting.clear();
    if (given_up) return;
    tell("lost", {});
    const again = new Promise((onward) => setTimeout(() => open(onward), wait));
    again.then(resolve);
    ready = again;
    wait = Math.min(2 * wait, LONGEST_WAIT);
  };
}

function answer({ id, content, error }) {
  const question = waiting.get(id);
  waiting.delete(id);
  if (!question) return;
  if (error) question.reject(new Refused(error));
  else question.resolve(content);
}
