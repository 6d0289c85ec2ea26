// A film of a painting as it comes about, by the browser's own encoders.

import { contextOf } from "../shared/canvas.js";
import { Trouble } from "../shared/text.js";

const FRAMES_A_SECOND = 30;
/** How long the last picture stays, in seconds. */
const LAST = 2;
/** The best known first. */
const CODECS = /** @type {const} */ (["avc", "vp9", "vp8", "av1"]);
/** An encoder of the graphics card is lost with it, and the film's beginning with the encoder. */
const WHERE = /** @type {const} */ (["prefer-software", "no-preference"]);

/** Whether this browser can encode films at all. */
export const canFilm = () => "VideoEncoder" in globalThis;

/**
 * Encoders take even sizes only.
 * @param {number} side
 */
const even = (side) => Math.max(2, 2 * Math.floor(side / 2));

/** @typedef {typeof import("../vendor/mediabunny/mediabunny.min.js")} Media what encodes films */

/** @typedef {import("../vendor/mediabunny/mediabunny.min.js").VideoCodec} Codec */

/**
 * @param {Media} media
 * @param {{width: number, height: number}} size
 */
async function encoderFor(media, size) {
  for (const hardwareAcceleration of WHERE) {
    for (const codec of CODECS) {
      if (await media.canEncodeVideo(codec, { ...size, hardwareAcceleration })) {
        return { codec, hardwareAcceleration };
      }
    }
  }
  throw new Trouble("no-film-encoder");
}

/**
 * Films of paintings that broke off in this tab, by the paintings' ids.
 * @type {Map<string, Film>}
 */
const aside = new Map();

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
   * @param {{codec: Codec, hardwareAcceleration: typeof WHERE[number]}} encoder
   * @param {{width: number, height: number}} size
   * @param {number} every
   */
  constructor(media, encoder, { width, height }, every) {
    this.#every = every;
    this.#canvas = new OffscreenCanvas(width, height);
    this.#context = contextOf(this.#canvas);
    this.#context.imageSmoothingQuality = "high";
    const quality = new media.Quality("high");
    this.#source = new media.CanvasSource(this.#canvas, { ...encoder, quality });
    this.#isMp4 = encoder.codec === "avc";
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
    const film = new Film(media, await encoderFor(media, size), size, every);
    await film.#output.start();
    return film;
  }

  /**
   * Its painting has broken off, and may be gone on with: the film then takes no step a second time.
   * @param {string} id of the painting
   */
  putAside(id) {
    aside.set(id, this);
  }

  /**
   * @param {string} id of a painting
   * @returns {Film | null} what was put aside of it, once
   */
  static takeBack(id) {
    const film = aside.get(id) ?? null;
    aside.delete(id);
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
