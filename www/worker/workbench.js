// The engine on its canvas, with its model: another engine takes its place when its GPU is lost.

import init, { Engine } from "../engine/impasto.js";
import { loadModel } from "../shared/model.js";
import { keepMeasured, measured } from "../shared/store.js";
import { textOf } from "../shared/text.js";
import { canFilm } from "./film.js";
import { post } from "./post.js";
import { Screen } from "./screen.js";
import { Speed } from "./speed.js";
import { wait } from "./turns.js";

/** How often, and after which pauses in milliseconds, the GPU is asked for again: a driver that restarts takes a while. */
const PATIENCE = [0, 1000, 3000, 10_000];

export class Workbench {
  /** Whether half of the GPU's time is left to others. */
  gentle = false;
  /** The longer side that a picture keeps when it is opened. */
  longest = 0;
  /** How long steps take on this GPU. */
  speed = new Speed();
  /** Until the engine's code is there: what needs no GPU can be asked of it then. */
  loaded;
  /** @type {() => void} */
  #setLoaded = () => {};
  /** @type {Screen | undefined} */
  #screen;
  /** @type {Engine | undefined} */
  #opened;
  /**
   * The engine's last call.
   * @type {Promise<unknown>}
   */
  #last = Promise.resolve();
  /** Whether measuring has lost the GPU: then the engine keeps to what it takes by itself. */
  #measuringFails = false;
  /** Counts the orders for a model: what arrives after a later order is out of date. */
  #modelOrder = 0;
  /**
   * A model of the visitor's own.
   * @type {File | undefined}
   */
  #ownModel;

  constructor() {
    this.loaded = /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        this.#setLoaded = resolve;
      })
    );
  }

  get #shown() {
    if (!this.#screen) {
      throw new Error("There is no canvas yet.");
    }
    return this.#screen;
  }

  /** The engine draws on it. */
  get canvas() {
    return this.#shown.canvas;
  }

  get #engine() {
    if (!this.#opened) {
      throw new Error("There is no engine yet.");
    }
    return this.#opened;
  }

  /**
   * The engine takes one call at a time, and a look at its values is a call: each waits for the one before.
   * @template T
   * @param {(engine: Engine) => T | Promise<T>} task
   * @returns {Promise<T>}
   */
  serially(task) {
    const done = this.#last.then(() => task(this.#engine));
    this.#last = done.catch(() => {});
    return done;
  }

  /**
   * As {@link serially}, of a call that draws: the page shows it then.
   * @template T
   * @param {(engine: Engine) => T | Promise<T>} task
   * @returns {Promise<T>}
   */
  drawing(task) {
    return this.serially(async (engine) => {
      const done = await task(engine);
      this.#shown.refresh();
      return done;
    });
  }

  /** Why the engine can no longer be used, if so; what one says whose code came to a halt is an error too. */
  get fault() {
    try {
      return this.#engine.fault;
    } catch {
      return "code";
    }
  }

  /** @param {OffscreenCanvas} canvas */
  async open(canvas) {
    this.#screen = new Screen(canvas);
    try {
      await this.#open();
    } catch (error) {
      post("openFailed", { message: textOf(error) });
    }
  }

  async #open() {
    if (!navigator.gpu) {
      post("unsupported", { reason: "worker" });
      return;
    }
    if (!(await navigator.gpu.requestAdapter())) {
      post("unsupported", { reason: "adapter" });
      return;
    }
    await init();
    this.#setLoaded();
    this.#opened = await Engine.open(this.canvas);
    const { adapter, pairing } = this.#engine;
    this.speed = new Speed(await measured("speed", pairing));
    post("opened", { adapter, choices: Engine.choices(), films: canFilm() });
    // While the model is on its way: the engine takes it when this is done.
    await Promise.all([this.serially(() => this.#chooseTiles()), this.bringModel()]);
  }

  /** What suits this GPU is measured once, and known on later visits where this browser keeps anything. */
  async #chooseTiles() {
    if (this.#measuringFails) {
      return;
    }
    try {
      const { pairing } = this.#engine;
      const chosen = await this.#engine.chooseTiles(await measured("tiles", pairing));
      if (chosen) {
        await keepMeasured("tiles", pairing, chosen);
      }
    } catch {
      this.#measuringFails = true;
      await this.#openAgain();
    }
  }

  /** What is known of its speed is known on later visits too. */
  keepSpeed() {
    return this.serially(({ pairing }) => keepMeasured("speed", pairing, this.speed.known));
  }

  async #openAgain() {
    this.#engine.free();
    for (const pause of PATIENCE) {
      await wait(pause);
      try {
        this.#opened = await Engine.open(this.canvas);
        break;
      } catch (error) {
        if (pause === PATIENCE.at(-1)) {
          throw error;
        }
      }
    }
    await this.#chooseTiles();
  }

  /**
   * An engine whose GPU is gone is of no use any more: another one takes its place, on the same canvas.
   * @param {() => Promise<void>} givingUp done before it is told that there is none: then the page ends this worker
   */
  async replaceEngine(givingUp) {
    try {
      await this.serially(() => this.#openAgain());
      await this.bringModel(this.#ownModel);
    } catch (error) {
      await givingUp();
      post("openFailed", { message: textOf(error) });
    }
  }

  /** @param {File} [file] in place of the page's own model */
  async bringModel(file) {
    this.#modelOrder += 1;
    const order = this.#modelOrder;
    /** @type {typeof post} */
    const tell = (type, news) => {
      if (order === this.#modelOrder) {
        post(type, news);
      }
    };
    try {
      const bytes = file
        ? new Uint8Array(await file.arrayBuffer())
        : await loadModel((loaded, total) => tell("network", { loaded, total }));
      if (order === this.#modelOrder) {
        await this.serially((engine) => engine.loadWeights(bytes));
        this.#ownModel = file;
      }
      tell("networkReady", { file: file?.name });
    } catch (error) {
      tell("networkFailed", { message: textOf(error), file: file?.name });
    }
  }
}
