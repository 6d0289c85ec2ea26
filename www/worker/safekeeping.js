// Keeps a painting under way in this browser, now and then, so that a reload, a crash or the loss of the GPU costs
// little of it.

import { bytesOf, forgetRun, hold, keepRun, keepState } from "../shared/store.js";
import { Trouble, text, textOf } from "../shared/text.js";

/**
 * @import { Far, Painting } from "../shared/messages.js"
 * @import { Text } from "../shared/text.js"
 */

/** The first time soon: most of what goes wrong does so early. */
const FIRST_MILLISECONDS = 4000;
const LEAST_MILLISECONDS = 15_000;
/** At most this part of the time goes into it. */
const MOST_PART = 0.03;
/** Of a larger painting the last smaller size stays kept: this one would be hundreds of megabytes each time. */
const MOST_PIXELS = 1500 * 1500;

/**
 * What storage has no room for, which at least outlives the GPU: a run's id and its bytes.
 * @type {{id: string, bytes: Uint8Array} | null}
 */
let atHand = null;

/**
 * @param {string} id of a run
 * @returns {Promise<Uint8Array>} what was put aside of it last
 * @throws {Error} where that is gone
 */
export async function putAsideOf(id) {
  const bytes = atHand?.id === id ? atHand.bytes : await bytesOf(id);
  if (!bytes) {
    throw new Trouble("kept-gone");
  }
  return bytes;
}

/** What is kept of one painting. */
export class Safekeeping {
  /**
   * @param {string} id
   * @param {() => void} letGo of the run, which this tab holds
   * @param {{far: Far | null, stored: boolean}} kept as for {@link Safekeeping.open}
   * @param {(why: Text) => void} failed told once, when storage keeps no more
   */
  constructor(id, letGo, { far, stored }, failed) {
    this.id = id;
    this.letGo = letGo;
    this.failed = failed;
    this.over = false;
    this.next = performance.now() + FIRST_MILLISECONDS;
    /** How far it was when it was kept last. */
    this.far = far;
    this.stored = stored;
    /** Whether this browser keeps something of it that a reload would leave. */
    this.inStorage = far !== null && atHand?.id !== id;
  }

  /**
   * @param {{id: string, order: Painting, far: Far | null, stored: boolean}} run `far` where it was kept before,
   *   `stored` unless the visitor wants this browser to keep nothing
   * @param {(why: Text) => void} failed
   * @returns {Promise<Safekeeping>}
   * @throws {Error} where another tab paints it
   */
  static async open({ id, order, far, stored }, failed) {
    const letGo = await hold(id);
    if (!letGo) {
      throw new Trouble("painted-elsewhere");
    }
    const safekeeping = new Safekeeping(id, letGo, { far, stored }, failed);
    await safekeeping.attempt(() => keepRun({ id, order, begun: new Date() }));
    return safekeeping;
  }

  /**
   * Nothing of this is worth ending the painting for.
   * @param {() => Promise<unknown>} task
   * @returns {Promise<boolean>} whether it was done, and gave something
   */
  async attempt(task) {
    try {
      return this.stored && Boolean(await task());
    } catch (error) {
      const full = error instanceof Error && error.name === "QuotaExceededError";
      this.failed(full ? text("storage-full") : textOf(error));
      this.failed = () => {};
      return false;
    }
  }

  /**
   * @param {{width: number, height: number}} size
   * @returns {boolean} whether it is time to keep a painting of that size
   */
  isDue({ width, height }) {
    return !this.over && width * height <= MOST_PIXELS && performance.now() >= this.next;
  }

  /** At the next opportunity: the page may be gone soon. */
  hurry() {
    this.next = 0;
  }

  /**
   * @param {Far} far where it is now
   * @param {() => Promise<Uint8Array>} putAside asks the engine for what it needs to go on
   */
  async keep(far, putAside) {
    const began = performance.now();
    const bytes = await putAside();
    const stored = await this.attempt(() => keepState({ id: this.id, ...far }, bytes));
    atHand = stored ? null : { id: this.id, bytes };
    this.inStorage ||= stored;
    this.far = far;
    const took = performance.now() - began;
    this.next = performance.now() + Math.max(LEAST_MILLISECONDS, took / MOST_PART);
  }

  /** The painting is done, or nobody wants it: nothing of it is kept any more. */
  async forget() {
    this.over = true;
    this.inStorage = false;
    atHand = null;
    await forgetRun(this.id).catch(() => {});
    this.letGo();
  }

  /** It stays for later, in this tab or another. */
  release() {
    this.over = true;
    this.letGo();
  }
}
