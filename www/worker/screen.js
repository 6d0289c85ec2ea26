// What the engine draws on, and what the page shows of it.

import { contextOf } from "../shared/canvas.js";

/**
 * Firefox goes down as a whole when a worker draws by WebGPU on a canvas that is on a page, sooner or later after its
 * collector has taken a command buffer: docs/firefox.md tells why, with a page of forty lines that does it. No version is
 * known that doesn't. There the engine draws on a canvas of its own, of which the page's gets a copy.
 */
const NEEDS_COPY = /\bFirefox\//.test(navigator.userAgent);

export class Screen {
  /** The engine draws on it. */
  canvas;
  /**
   * Draws the copy, where one is needed.
   * @type {OffscreenCanvasRenderingContext2D | undefined}
   */
  #context;

  /** @param {OffscreenCanvas} shown the page's */
  constructor(shown) {
    this.canvas = shown;
    if (NEEDS_COPY) {
      this.canvas = new OffscreenCanvas(shown.width, shown.height);
      this.#context = contextOf(shown);
    }
  }

  /** Shows what the engine has drawn; it does not stay for long. */
  refresh() {
    if (!this.#context) {
      return;
    }
    const { canvas: shown } = this.#context;
    const { width, height } = this.canvas;
    // To be given a size empties a canvas, even the size that it has.
    if (shown.width !== width || shown.height !== height) {
      Object.assign(shown, { width, height });
    }
    this.#context.drawImage(this.canvas, 0, 0);
  }
}
