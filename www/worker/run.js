// One painting, from its order to its end.

import { textOf } from "../shared/text.js";
import { Filming } from "./filming.js";
import { giveInputs, openInputs, pixelsOf } from "./inputs.js";
import { post } from "./post.js";
import { fileOf, settle } from "./result.js";
import { putAsideOf, Safekeeping } from "./safekeeping.js";
import { Timing } from "./speed.js";
import { turn, wait } from "./turns.js";

/**
 * @import { Engine } from "../engine/impasto.js"
 * @import { Far, Format, InputRecord, News, Order, RunNews, Showing, Stage, StepRecord, Tuning } from "../shared/messages.js"
 * @import { Text } from "../shared/text.js"
 * @import { Inputs } from "./inputs.js"
 * @import { Workbench } from "./workbench.js"
 */

export class Run {
  #bench;
  #order;
  #step = 0;
  #paused = false;
  #stopped = false;
  #film;
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
  /** @type {Timing | undefined} */
  #timing;

  /**
   * @param {Workbench} bench
   * @param {Order & {number: number}} order its number goes with all that is told of it, so that the page shows nothing of an old one
   */
  constructor(bench, order) {
    this.#bench = bench;
    this.#order = order;
    this.#tuning = order.from?.tuning ?? null;
    this.#showing = order.from?.showing ?? null;
    this.#film = new Filming(order, (message) => this.#post("filmFailed", { message }));
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
      await this.#end(await this.#advanceToEnd());
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** @param {boolean} complete whether all steps are done */
  async #end(complete) {
    const safe = this.#safe;
    if (this.#step === 0 && safe?.far) {
      // Stopped before it went on: what was kept earlier is as good as before.
      safe.release();
      this.#film.putAside();
      this.#post("finished", { complete });
      return;
    }
    await this.#deliverFilm();
    this.#bench.keepSpeed();
    if (this.#step > 0) {
      // Asked for before anybody is told: the next painting waits in line behind it.
      const picture = this.file("png", 100);
      this.#post("finished", { complete });
      this.#post("settled", await settle(this.#order, picture, async () => safe?.forget()));
    } else {
      this.#post("finished", { complete });
    }
    await safe?.forget();
  }

  /** Takes the order's pictures and begins, or goes on from what was kept. */
  async #prepare() {
    const { settings, from } = this.#order;
    const inputs = await openInputs(this.#order, this.#bench.longest);
    if (this.#stopped) {
      return;
    }
    await this.#film.open(inputs.content, settings.size);
    this.#records = inputs.records;
    await this.#keepSafe();
    this.#size = await this.#beginEngine(inputs);
    this.#timing = new Timing(this.#bench.speed, settings, this.#size.stages);
    if (from?.tuning) {
      this.#recordBlend(from.tuning);
    }
    this.#post("begun", this.#size);
    await this.#film.add();
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
      await this.#film.see(this.#bench.canvas, 0, false);
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
        await this.#putAsideIfDue();
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
      await this.#film.add();
    }
    return finished;
  }

  // All in one turn: the engine answers nothing, not even this, while another call is under way.
  #advanceEngine() {
    return this.#bench.drawing(async (engine) => {
      const began = performance.now();
      /** @type {StepRecord[]} */
      const records = await engine.advance(this.#bench.gentle);
      const seconds = (performance.now() - began) / 1000;
      const { width, height, finished } = engine;
      this.#step = records.at(-1)?.step ?? this.#step;
      this.#timing?.add(this.#step, records.length, seconds);
      const isLast = finished || this.#stopped;
      await this.#film.see(this.#bench.canvas, this.#step, isLast);
      return { records, width, height, finished };
    });
  }

  async #putAsideIfDue() {
    const safe = this.#safe;
    if (this.#step === 0 || !safe?.isDue(this.#size)) {
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
    if (safe.inStorage) {
      this.#post("stateKept", {});
    }
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
    const message = textOf(error);
    if (fault === "code") {
      await this.#leaveFilm();
      post("halted", { message });
    } else if (fault) {
      this.#film.putAside();
      this.#post("failed", { message, fault, far });
      await this.#bench.replaceEngine(() => this.#leaveFilm());
    } else {
      await this.#endEarly(message, far);
    }
  }

  /**
   * The painting cannot go on, but the engine can: what is painted can still be saved.
   * @param {Text} message
   * @param {Far | null} far
   */
  async #endEarly(message, far) {
    await this.#deliverFilm();
    const picture = this.#step > 0 ? this.file("png", 100) : null;
    this.#post("failed", { message, far });
    if (picture) {
      this.#post("settled", await settle(this.#order, picture, async () => {}));
    }
  }

  async #deliverFilm() {
    const film = await this.#film.finish();
    if (film) {
      this.#post("film", film);
    }
  }

  /** Nothing more is painted here: what there is of a film is all that there will be. */
  async #leaveFilm() {
    const film = await this.#film.finish();
    if (film) {
      post("filmLeft", film);
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
    return this.#bench.serially((engine) => fileOf(engine, this.#records, format, quality));
  }
}
