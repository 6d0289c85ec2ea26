// A film of a painting as it comes about, by the browser's own encoders.

import { contextOf } from "../shared/canvas.js";
import { Trouble } from "../shared/text.js";

const FRAMES_A_SECOND = 30;
/** How long the last picture stays, in seconds. */
const LAST = 2;

/** Whether this browser can encode films at all. */
export const canFilm = () => "VideoEncoder" in globalThis;

/**
 * Encoders take even sizes only.
 * @param {number} side
 */
const even = (side) => Math.max(2, 2 * Math.floor(side / 2));

/** @typedef {typeof import("../vendor/mediabunny/mediabunny.min.js")} Media what encodes films */

/** Takes frames from a canvas that may grow meanwhile. */
export class Film {
  /** Frames so far. */
  #frames = 0;
  /** The step of the next one. */
  #next = 0;
  /** Whether a frame waits to be added. */
  #seen = false;
  #every;
  #canvas;
  #context;
  #source;
  #isMp4;
  #target;
  #output;

  /**
   * @param {Media} media
   * @param {import("../vendor/mediabunny/mediabunny.min.js").VideoCodec} codec
   * @param {{width: number, height: number}} size
   * @param {number} every
   */
  constructor(media, codec, { width, height }, every) {
    this.#every = every;
    this.#canvas = new OffscreenCanvas(width, height);
    this.#context = contextOf(this.#canvas);
    this.#context.imageSmoothingQuality = "high";
    const quality = new media.Quality("high");
    this.#source = new media.CanvasSource(this.#canvas, { codec, quality });
    this.#isMp4 = codec === "avc";
    this.#target = new media.BufferTarget();
    this.#output = new media.Output({
      format: this.#isMp4
        ? new media.Mp4OutputFormat({ fastStart: "in-memory" })
        : new media.WebMOutputFormat(),
      target: this.#target,
    });
    this.#output.addVideoTrack(this.#source, { frameRate: FRAMES_A_SECOND });
  }

  /**
   * @param {number} width of the finished picture
   * @param {number} height
   * @param {number} every so many steps there is a frame
   * @returns {Promise<Film>}
   */
  static async open(width, height, every) {
    // Only who wants a film loads what it needs.
    const media = await import("../vendor/mediabunny/mediabunny.min.js");
    const size = { width: even(width), height: even(height) };
    const codec = await media.getFirstEncodableVideoCodec(["avc", "vp9", "vp8", "av1"], size);
    if (!codec) {
      throw new Trouble("no-film-encoder");
    }
    const film = new Film(media, codec, size, every);
    await film.#output.start();
    return film;
  }

  /**
   * Looks at the canvas if it is time for a frame, and at once: it keeps its picture only until the browser shows it.
   * @param {OffscreenCanvas} canvas
   * @param {number} step
   * @param {boolean} isLast whether no other step will come
   */
  see(canvas, step, isLast) {
    this.#seen = isLast || step >= this.#next;
    if (this.#seen) {
      this.#next = step + this.#every;
      this.#context.drawImage(canvas, 0, 0, this.#canvas.width, this.#canvas.height);
    }
  }

  /** Adds what was seen last, if that was not added yet. */
  async add() {
    if (this.#seen) {
      this.#seen = false;
      await this.#source.add(this.#frames / FRAMES_A_SECOND, 1 / FRAMES_A_SECOND);
      this.#frames += 1;
    }
  }

  /** @returns {Promise<{blob: Blob, ending: string}>} */
  async finish() {
    await this.#source.add(this.#frames / FRAMES_A_SECOND, LAST);
    await this.#output.finalize();
    const type = this.#isMp4 ? "video/mp4" : "video/webm";
    // A film that was finalised has its bytes.
    const blob = new Blob([/** @type {ArrayBuffer} */ (this.#target.buffer)], { type });
    return { blob, ending: this.#isMp4 ? "mp4" : "webm" };
  }
}
