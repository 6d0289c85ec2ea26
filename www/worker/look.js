// A small painting in few steps, to see what becomes of the two pictures before one paints them.

import { textOf } from "../shared/text.js";
import { decode } from "./decode.js";
import { giveInputs, pixelsOf } from "./inputs.js";
import { post } from "./post.js";
import { Timing } from "./speed.js";
import { turn } from "./turns.js";

/**
 * @import { LookOrder, StepRecord, StyleUse } from "../shared/messages.js"
 * @import { Engine } from "../engine/impasto.js"
 * @import { Workbench } from "./workbench.js"
 */

/**
 * Milliseconds from one state that is shown to the next: on a fast graphics card reading the pixels would take longer than
 * painting them.
 */
const PAUSE = 100;

/** Pixels of a picture's longer side that are of use to it, with large strokes too. */
const LONGEST = 512;

/**
 * Pictures that were opened for it: the same ones are looked at again and again.
 * @type {WeakMap<Blob, Promise<ImageData>>}
 */
const opened = new WeakMap();

/** @param {Blob} file */
function open(file) {
  const pixels = opened.get(file) ?? decode(file, LONGEST);
  opened.set(file, pixels);
  return pixels;
}

/** @param {StyleUse} style */
async function openStyle({ file, part, scale, region, source }) {
  const pixels = await open(file);
  const masks = await Promise.all([region, source].map((mask) => mask && open(mask)));
  return { pixels, part, scale, region: masks[0], source: masks[1] };
}

export class Look {
  #bench;
  #order;
  #cancelled = false;
  /** When a state was shown last. */
  #shown = performance.now();

  /**
   * @param {Workbench} bench
   * @param {LookOrder} order its number goes with all that is told of it
   */
  constructor(bench, order) {
    this.#bench = bench;
    this.#order = order;
  }

  cancel() {
    this.#cancelled = true;
  }

  /** Paints until it is done or cancelled. */
  async paint() {
    const { number } = this.#order;
    try {
      await this.#paint();
    } catch (error) {
      const { fault } = this.#bench;
      post("lookFailed", { number, message: textOf(error), fault });
      if (fault) {
        await this.#bench.replaceEngine(async () => {});
      }
    }
  }

  async #paint() {
    const { content, styles } = this.#order;
    const [painted, ...used] = await Promise.all([open(content), ...styles.map(openStyle)]);
    const timing = await this.#unlessCancelled((engine) => this.#begin(engine, painted, used));
    let finished = timing === null;
    while (timing && !finished) {
      finished = (await this.#unlessCancelled((engine) => this.#advance(engine, timing))) ?? true;
      await turn();
    }
  }

  /**
   * The engine is another painting's as soon as this is cancelled.
   * @template T
   * @param {(engine: Engine) => Promise<T>} task
   */
  #unlessCancelled(task) {
    return this.#bench.serially((engine) => (this.#cancelled ? null : task(engine)));
  }

  /**
   * @param {Engine} engine
   * @param {ImageData} content
   * @param {Awaited<ReturnType<typeof openStyle>>[]} styles
   */
  async #begin(engine, content, styles) {
    const { settings } = this.#order;
    giveInputs(engine, { start: null, styles });
    await engine.begin(...pixelsOf(content), settings);
    return new Timing(this.#bench.speed, settings, engine.stages());
  }

  /**
   * @param {Engine} engine
   * @param {Timing} timing
   * @returns {Promise<boolean>} whether it is done
   */
  async #advance(engine, timing) {
    const began = performance.now();
    /** @type {StepRecord[]} */
    const records = await engine.advance(false);
    const last = records.at(-1);
    if (last) {
      const now = performance.now();
      timing.add(last.step, records.length, (now - began) / 1000);
      if (!engine.finished && now - this.#shown < PAUSE) {
        return false;
      }
      this.#shown = now;
      const pixels = new Uint8ClampedArray(await engine.pixels());
      const { width, height, steps, finished } = engine;
      const { number } = this.#order;
      post("look", { number, pixels, width, height, done: last.step / steps, finished });
    }
    return engine.finished;
  }
}
