// One's own digits, kept in this browser (IndexedDB), and nowhere else.

const NAME = "glassnet-handwriting";
const STORE = "digits";
export const MOST_DIGITS = 1000;
const HELD_SHARE = 3; // every third digit of a label is held out

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function database() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  return done(request);
}

/**
 * Open what is kept. A digit is {id, label, image: Uint8Array(784), held, sure}: `held` is settled when the digit comes and
 * stays, so that a digit that was once held out of learning is never learned from later; `sure` is whether a person gave the label.
 *
 * @returns {Promise<{digits, kept, add(own), change(digit), remove(digit), clear()}>} kept: false where the browser keeps nothing
 */
export async function openStore() {
  let base = null, digits = [], next = 1;
  try {
    base = await database();
    digits = (await done(base.transaction(STORE).objectStore(STORE).getAll())).filter(isDigit);
    next = 1 + Math.max(0, ...digits.map(({ id }) => id));
  } catch {
    base = null; // a private window of some browsers: kept until the page is closed
  }
  const write = (work) => (base ? done(work(base.transaction(STORE, "readwrite").objectStore(STORE))) : null);

  return {
    digits,
    kept: base !== null,
    /** Add digits: [{label, image, sure, held?}]. Which are held out is settled here where it is not given. */
    async add(own) {
      for (const { label, image, sure = true, held = null } of own.slice(0, MOST_DIGITS - digits.length)) {
        const digit = { id: next++, label, image, sure, held: held ?? nextIsHeld(digits, label) };
        await write((store) => store.put(digit));
        digits.push(digit);
      }
    },
    change: (digit) => write((store) => store.put(digit)),
    async remove(digit) {
      digits.splice(digits.indexOf(digit), 1);
      await write((store) => store.delete(digit.id));
    },
    async clear() {
      digits.length = 0;
      await write((store) => store.clear());
    },
  };
}

const isDigit = (own) => Number.isInteger(own?.label) && own.label >= 0 && own.label < 10 && own.image instanceof Uint8Array && own.image.length === 784;

/** Whether the next digit of a label is held out: so that a third of those that are surely of it is. */
export function nextIsHeld(digits, label) {
  const same = digits.filter((digit) => digit.sure && digit.label === label), held = same.filter((digit) => digit.held).length;
  return held < Math.floor((same.length + 1) / HELD_SHARE);
}
