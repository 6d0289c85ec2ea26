// What this browser keeps for the visitor, in IndexedDB: paintings under way, finished ones, and what suits the GPU.

import { openDB } from "../vendor/idb/index.js";

/**
 * @import { IDBPDatabase, IDBPObjectStore } from "idb"
 * @import { Far, Painting, Unfinished } from "./messages.js"
 */

/**
 * A painting that is done; `small` is a preview.
 * @typedef {{blob: Blob, small: Blob, caption: string, name: string, painted: Date}} NewPainting
 * @typedef {NewPainting & {id: number}} KeptPainting
 */

const RUNS = "runs";
/** How far a run is, and apart from that, because it is large, what the engine needs to go on. */
const STATES = "states";
const BYTES = "bytes";
const PAINTINGS = "paintings";
/** What was measured on a GPU; it was only how the engine's kernels are cut when it got its name. */
const MEASURED = "tiles";
const STORES = [RUNS, STATES, BYTES, PAINTINGS, MEASURED];

/**
 * The name of the lock that a tab holds while it paints a run: no other tab may go on with it then.
 * @param {string} id
 */
const lockOf = (id) => `impasto-run-${id}`;
/** How long a tab that was closed or loaded again may take to let go of its run. */
const LETTING_GO = 2000;

/** @type {Promise<IDBPDatabase | null> | null} */
let opening = null;

/**
 * Private windows may refuse: then nothing is kept, and nothing is wrong.
 * @returns {Promise<IDBPDatabase | null>}
 */
function database() {
  opening ??= openDB("impasto", 1, {
    upgrade(db) {
      db.createObjectStore(RUNS, { keyPath: "id" });
      db.createObjectStore(STATES, { keyPath: "id" });
      db.createObjectStore(BYTES);
      db.createObjectStore(PAINTINGS, { keyPath: "id", autoIncrement: true });
      db.createObjectStore(MEASURED);
    },
    blocking(_current, _blocked, { target }) {
      // A newer version in another tab waits for it.
      /** @type {IDBDatabase} */ (target).close();
      opening = null;
    },
    terminated() {
      opening = null;
    },
  }).catch(() => null);
  return opening;
}

/**
 * @param {string} store
 * @param {object} value
 * @returns {Promise<boolean>} whether this browser keeps anything
 */
async function put(store, value) {
  const db = await database();
  await db?.put(store, value);
  return db !== null;
}

/** @param {string} store */
async function all(store) {
  const db = await database();
  return (await db?.getAll(store)) ?? [];
}

/**
 * Both or neither: a state without its bytes is of no use.
 * @param {string[]} stores
 * @param {(store: IDBPObjectStore<unknown, string[], string, "readwrite">, name: string) => Promise<unknown>} change
 */
async function together(stores, change) {
  const db = await database();
  if (db) {
    const all = db.transaction(stores, "readwrite");
    const changes = stores.map((store) => change(all.objectStore(store), store));
    await Promise.all([...changes, all.done]);
  }
  return db !== null;
}

/**
 * A painting that is begun: its pictures and settings, and when.
 * @param {{id: string, order: Painting, begun: Date}} run
 * @throws {DOMException} where there is no room
 */
export async function keepRun(run) {
  await put(RUNS, run);
}

/**
 * How far it is; it takes the place of what was kept of it before.
 * @param {{id: string} & Far} state
 * @param {Uint8Array} bytes
 * @returns {Promise<boolean>} whether this browser keeps anything
 * @throws {DOMException} where there is no room
 */
export async function keepState(state, bytes) {
  return together([STATES, BYTES], (store, name) =>
    name === BYTES ? store.put(bytes, state.id) : store.put(state),
  );
}

/**
 * @param {string} id
 * @returns {Promise<Uint8Array | undefined>} what {@link keepState} kept last
 */
export async function bytesOf(id) {
  const db = await database();
  return db?.get(BYTES, id);
}

/** @param {string} id of a run that nobody wants to go on with */
export async function forgetRun(id) {
  await together([RUNS, STATES, BYTES], (store) => store.delete(id));
}

/**
 * Holds a run, so that no other tab goes on with it.
 * @param {string} id
 * @returns {Promise<(() => void) | null>} lets it go; none where another tab holds it
 */
export function hold(id) {
  return new Promise((resolve) => {
    const keep = () => new Promise((letGo) => resolve(() => letGo(undefined)));
    const options = { signal: AbortSignal.timeout(LETTING_GO) };
    navigator.locks.request(lockOf(id), options, keep).catch(() => resolve(null));
  });
}

/** Runs that other tabs hold, and for which this one waits. */
const awaited = new Set();

/**
 * Tells, once, when another tab lets go of a run: a closed one may take its time, and a crashed one does it unasked.
 * @param {string} id
 * @param {() => void} told
 */
async function tellWhenLetGo(id, told) {
  if (!awaited.has(id)) {
    awaited.add(id);
    await navigator.locks.request(lockOf(id), () => {});
    awaited.delete(id);
    told();
  }
}

/** @param {string} id */
async function isHeld(id) {
  const letGo = await hold(id);
  letGo?.();
  return letGo === null;
}

/**
 * @param {() => void} more told when there may be another one, which a tab has let go of
 * @returns {Promise<Unfinished[]>} runs that no tab paints, with how far they were kept; the latest first
 */
export async function unfinished(more) {
  const db = await database();
  const runs = await all(RUNS);
  const found = await Promise.all(
    runs.map(async (run) => {
      if (await isHeld(run.id)) {
        tellWhenLetGo(run.id, more);
        return [];
      }
      const state = await db?.get(STATES, run.id);
      if (!state) {
        await forgetRun(run.id);
      }
      return state ? [{ ...run, ...state }] : [];
    }),
  );
  return found.flat().sort((one, other) => other.begun.getTime() - one.begun.getTime());
}

/**
 * @param {NewPainting} painting
 * @returns {Promise<boolean>} whether this browser keeps anything
 * @throws {DOMException} where there is no room
 */
export function keepPainting(painting) {
  return put(PAINTINGS, painting);
}

/** @returns {Promise<KeptPainting[]>} the latest first */
export async function paintings() {
  return (await all(PAINTINGS)).reverse();
}

/** @param {number} id */
export async function forgetPainting(id) {
  const db = await database();
  await db?.delete(PAINTINGS, id);
}

/**
 * What storage does not take or give is measured again: it never fails.
 * @template T
 * @param {(db: IDBPDatabase | null) => T | Promise<T>} task
 */
async function attempt(task) {
  try {
    return await task(await database());
  } catch {
    return undefined;
  }
}

/** @typedef {"tiles" | "speed"} Measure how the engine's kernels are cut, or how long steps take */

/**
 * @param {Measure} measure
 * @param {string} pairing of GPU and engine
 */
const keyOf = (measure, pairing) => (measure === "tiles" ? pairing : `${pairing}, ${measure}`);

/**
 * @param {Measure} measure
 * @param {string} pairing of GPU and engine
 * @returns {Promise<any>} what {@link keepMeasured} kept, or nothing
 */
export function measured(measure, pairing) {
  return attempt((db) => db?.get(MEASURED, keyOf(measure, pairing)));
}

/**
 * @param {Measure} measure
 * @param {string} pairing
 * @param {object} what
 */
export function keepMeasured(measure, pairing, what) {
  return attempt((db) => db?.put(MEASURED, what, keyOf(measure, pairing)));
}

/** Everything but the model: it says nothing of the visitor. */
export async function forgetEverything() {
  await together(STORES, (store) => store.clear());
}
