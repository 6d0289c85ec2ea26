// One painting, from its order to its end.

import { keepPainting } from "../shared/store.js";
import { textOf } from "../shared/text.js";
import { encode, preview } from "./encode.js";
import { Film } from "./film.js";
import { giveInputs, openInputs, pixelsOf } from "./inputs.js";
import { post } from "./post.js";
import { putAsideOf, Safekeeping } from "./safekeeping.js";
import { turn, wait } from "./turns.js";

/**
 * @import { Engine } from "../engine/impasto.js"
 * @import { Far, Format, InputRecord, News, Order, RunNews, Showing, Stage, StepRecord, Tuning } from "../shared/messages.js"
 * @import { Inputs } from "./inputs.js"
 * @import { Workbench } from "./workbench.js"
 */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes the engine gives copies of its memory, which is its own as a whole */

/**
 * The formats that the engine writes, by whether they have sixteen bits.
 * @type {Partial<Record<Format, boolean>>}
 */
const PNG = { png: false, png16: true };

export class Run {
  #bench;
  #order;
  #step = 0;
  #paused = false;
  #stopped = false;
  /** @type {Film | null} */
  #film = null;
  /** Goes on after a pause. */
  #wake = () => {};
  /** What was changed of it while it painted, and of what is shown. */
  #tuning;
  #showing;
  /**
   * What is recorded of the content and of each style.
   * @type {InputRecord[]}
   */
  #records = [];
  /** Of the picture at present, with the steps of all sizes. */
  #size = { width: 0, height: 0, steps: 0, stages: /** @type {Stage[]} */ ([]) };
  /** @type {Safekeeping | undefined} */
  #safe;

  /**
   * @param {Workbench} bench
   * @param {Order & {number: number}} order its number goes with all that is told of it, so that the page shows nothing of an old one
   */
  constructor(bench, order) {
    this.#bench = bench;
    this.#order = order;
    this.#tuning = order.from?.tuning ?? null;
    this.#showing = order.from?.showing ?? null;
  }

  /**
   * @template {keyof RunNews} Kind
   * @param {Kind} type
   * @param {RunNews[Kind]} news
   */
  #post(type, news) {
    const { number } = this.#order;
    post(type, /** @type {News[Kind]} */ ({ number, ...news }));
  }

  /** Paints until it is done or stopped, and tells all of it. */
  async paint() {
    try {
      await this.#prepare();
      const complete = await this.#advanceToEnd();
      await this.#deliverFilm();
      this.#post("finished", { complete });
      await this.#safe?.forget();
      await this.#keepResult();
    } catch (error) {
      await this.#deliverFilm();
      await this.#fail(error);
    }
  }

  /** Takes the order's pictures and begins, or goes on from what was kept. */
  async #prepare() {
    const { settings, film, from } = this.#order;
    const inputs = await openInputs(this.#order);
    if (this.#stopped) {
      return;
    }
    if (film) {
      await this.#openFilm(film, inputs.content, settings.size);
    }
    this.#records = inputs.records;
    await this.#keepSafe();
    this.#size = await this.#beginEngine(inputs);
    if (from?.tuning) {
      this.#recordBlend(from.tuning);
    }
    this.#post("begun", this.#size);
    await this.#filming((film) => film.add());
  }

  async #keepSafe() {
    const { id, from, number: _, ...order } = this.#order;
    const run = { id, order, far: from, stored: order.keep };
    this.#safe = await Safekeeping.open(run, (why) => post("keepFailed", { message: why }));
  }

  /**
   * In one turn: of a painting that is given up halfway nothing stays for the next.
   * @param {Inputs} inputs
   */
  #beginEngine(inputs) {
    return this.#bench.drawing(async (engine) => {
      giveInputs(engine, inputs);
      await this.#beginOrResume(engine, inputs.content);
      this.#film?.see(this.#bench.canvas, 0, false);
      const { width, height, steps } = engine;
      return { width, height, steps, stages: engine.stages() };
    });
  }

  /**
   * @param {Engine} engine
   * @param {ImageData} content
   */
  async #beginOrResume(engine, content) {
    const { id, settings, from } = this.#order;
    if (from) {
      await engine.resume(...pixelsOf(content), await putAsideOf(id), settings.size);
    } else {
      await engine.begin(...pixelsOf(content), settings);
    }
  }

  async #advanceToEnd() {
    let done = false;
    while (!this.#stopped && !done) {
      if (this.#paused) {
        await this.#pause();
        continue;
      }
      const began = performance.now();
      done = await this.#advance();
      if (!done) {
        await this.#putAsideIfDue();
      }
      await (this.#bench.gentle ? wait(performance.now() - began) : turn());
    }
    return done;
  }

  #pause() {
    this.#post("paused", {});
    return /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        this.#wake = resolve;
      })
    );
  }

  /** The next few steps; gives whether they were the last. */
  async #advance() {
    const { records, width, height, finished } = await this.#advanceEngine();
    if (width !== this.#size.width || height !== this.#size.height) {
      Object.assign(this.#size, { width, height });
      this.#post("grown", { width, height });
    }
    if (records.length > 0) {
      this.#post("steps", { records });
      await this.#filming((film) => film.add());
    }
    return finished;
  }

  // All in one turn: the engine answers nothing, not even this, while another call is under way.
  #advanceEngine() {
    return this.#bench.drawing(async (engine) => {
      /** @type {StepRecord[]} */
      const records = await engine.advance(this.#bench.gentle);
      const { width, height, finished } = engine;
      this.#step = records.at(-1)?.step ?? this.#step;
      const isLast = finished || this.#stopped;
      await this.#filming((film) => film.see(this.#bench.canvas, this.#step, isLast));
      return { records, width, height, finished };
    });
  }

  async #putAsideIfDue() {
    const safe = this.#safe;
    if (!safe?.isDue(this.#size)) {
      return;
    }
    const { width, height, steps } = this.#size;
    /** @type {Far} */
    const far = {
      step: this.#step,
      steps,
      tuning: this.#tuning,
      showing: this.#showing,
      side: Math.max(width, height),
    };
    await safe.keep(far, () => this.#bench.serially((engine) => engine.putAside()));
  }

  /** @param {unknown} error */
  async #fail(error) {
    const { fault } = this.#bench;
    const far = this.#safe?.far ?? null;
    if (far) {
      this.#safe?.release();
    } else {
      await this.#safe?.forget();
    }
    if (fault === "code") {
      post("halted", { message: textOf(error) });
      return;
    }
    this.#post("failed", { message: textOf(error), fault, far });
    if (fault) {
      await this.#bench.replaceEngine();
    }
  }

  /** Among the paintings that this browser keeps. */
  async #keepResult() {
    const { keep, caption, name } = this.#order;
    if (!keep || this.#step === 0) {
      return;
    }
    try {
      const blob = await this.file("png", 100);
      await keepPainting({ blob, small: await preview(blob), caption, name, painted: new Date() });
      post("keptPainting", {});
    } catch (error) {
      post("keepFailed", { message: textOf(error) });
    }
  }

  /**
   * @param {number} every so many steps there is a frame
   * @param {ImageData} content
   * @param {number} size of the painting's longer side
   */
  async #openFilm(every, { width, height }, size) {
    const scale = size / Math.max(width, height);
    try {
      this.#film = await Film.open(Math.round(width * scale), Math.round(height * scale), every);
    } catch (error) {
      this.#post("filmFailed", { message: textOf(error) });
    }
  }

  /**
   * A film that fails is no reason to end the painting.
   * @template T
   * @param {(film: Film) => T | Promise<T>} task
   */
  async #filming(task) {
    try {
      if (this.#film) {
        return await task(this.#film);
      }
    } catch (error) {
      this.#film = null;
      this.#post("filmFailed", { message: textOf(error) });
    }
    return null;
  }

  async #deliverFilm() {
    const film = await this.#filming((film) => film.finish());
    if (film) {
      this.#post("film", film);
    }
  }

  stop() {
    this.#stopped = true;
    this.#wake();
  }

  pause() {
    this.#paused = true;
    this.hurry();
  }

  resume() {
    this.#paused = false;
    this.#wake();
  }

  /** It is kept soon: the page may be gone. */
  hurry() {
    this.#safe?.hurry();
  }

  /** @param {Tuning} tuning */
  async tune(tuning) {
    try {
      await this.#bench.serially((engine) => engine.tune(tuning));
      this.#tuning = tuning;
      this.#recordBlend(tuning);
    } catch (error) {
      post("adjustFailed", { message: textOf(error) });
    }
  }

  /** @param {Tuning} tuning */
  #recordBlend({ blend }) {
    blend.forEach((part, index) => {
      this.#records[index + 1].part = part;
    });
  }

  /** @param {Showing} showing */
  async show({ strength, contentColours }) {
    try {
      await this.#bench.drawing((engine) => engine.show(strength, contentColours));
      this.#showing = { strength, contentColours };
    } catch (error) {
      post("adjustFailed", { message: textOf(error) });
    }
  }

  /**
   * What is shown of it, as a file.
   * @param {Format} format
   * @param {number} quality from 1 to 100, where the format has one
   * @returns {Promise<Blob>}
   */
  file(format, quality) {
    return this.#bench.serially(async (engine) => {
      const sixteen = PNG[format];
      if (sixteen !== undefined) {
        const bytes = /** @type {Bytes} */ (await engine.png(sixteen, this.#records));
        return new Blob([bytes], { type: "image/png" });
      }
      const pixels = /** @type {Bytes} */ (await engine.pixels());
      return encode(pixels, engine.width, engine.height, `image/${format}`, quality);
    });
  }
}
