// The film of a painting, if it has one: that it fails is no reason to end the painting.

import { textOf } from "../shared/text.js";
import { Film } from "./film.js";

/** @import { NamedFile, Order } from "../shared/messages.js" */
/** @import { Text } from "../shared/text.js" */

export class Filming {
  #id;
  #every;
  #failed;
  /** @type {Film | null} */
  #film = null;

  /**
   * @param {Order} order
   * @param {(why: Text) => void} failed told when there will be no film
   */
  constructor({ id, film }, failed) {
    this.#id = id;
    this.#every = film;
    this.#failed = failed;
  }

  /**
   * What it was before the painting broke off, or a new one.
   * @param {ImageData} content
   * @param {number} size of the painting's longer side
   */
  async open({ width, height }, size) {
    const scale = size / Math.max(width, height);
    /** @param {number} side */
    const scaled = (side) => Math.round(side * scale);
    await this.#attempt(async () => {
      if (this.#every) {
        this.#film =
          Film.takeBack(this.#id) ?? (await Film.open(scaled(width), scaled(height), this.#every));
      }
    });
  }

  /**
   * @template T
   * @param {() => T | Promise<T>} task
   */
  async #attempt(task) {
    try {
      return await task();
    } catch (error) {
      this.#film = null;
      this.#failed(textOf(error));
      return null;
    }
  }

  /**
   * As {@link Film.see}.
   * @param {OffscreenCanvas} canvas
   * @param {number} step
   * @param {boolean} isLast
   */
  see(canvas, step, isLast) {
    return this.#attempt(() => this.#film?.see(canvas, step, isLast));
  }

  /** As {@link Film.add}. */
  add() {
    return this.#attempt(() => this.#film?.add());
  }

  /** @returns {Promise<NamedFile | null>} the film, if there is one, which ends with this */
  async finish() {
    const film = this.#film;
    this.#film = null;
    return this.#attempt(() => film?.finish() ?? null);
  }

  /** The painting has broken off, and may be gone on with in this tab. */
  putAside() {
    this.#film?.putAside(this.#id);
  }
}
