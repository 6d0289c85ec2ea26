// A film of a painting as it comes about, by the browser's own encoders.

import { Trouble } from "../shared/text.js";

const FRAMES_A_SECOND = 30;
/** How long the last picture stays, in seconds. */
const LAST = 2;

/** Whether this browser can encode films at all. */
export const canFilm = () => "VideoEncoder" in globalThis;

// Encoders take even sizes only.
const even = (side) => Math.max(2, 2 * Math.floor(side / 2));

/** Takes frames from a canvas that may grow meanwhile. */
export class Film {
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
    const film = new Film();
    film.every = every;
    film.canvas = new OffscreenCanvas(size.width, size.height);
    film.context = film.canvas.getContext("2d");
    film.context.imageSmoothingQuality = "high";
    const quality = new media.Quality("high");
    film.source = new media.CanvasSource(film.canvas, { codec, quality });
    film.isMp4 = codec === "avc";
    film.output = new media.Output({
      format: film.isMp4
        ? new media.Mp4OutputFormat({ fastStart: "in-memory" })
        : new media.WebMOutputFormat(),
      target: new media.BufferTarget(),
    });
    film.output.addVideoTrack(film.source, { frameRate: FRAMES_A_SECOND });
    await film.output.start();
    return film;
  }

  /** Frames so far. */
  frames = 0;
  /** The step of the next one. */
  next = 0;
  /** Whether a frame waits to be added. */
  seen = false;

  /**
   * Looks at the canvas if it is time for a frame, and at once: it keeps its picture only until the browser shows it.
   * @param {OffscreenCanvas} canvas
   * @param {number} step
   * @param {boolean} isLast whether no other step will come
   */
  see(canvas, step, isLast) {
    this.seen = isLast || step >= this.next;
    if (this.seen) {
      this.next = step + this.every;
      this.context.drawImage(canvas, 0, 0, this.canvas.width, this.canvas.height);
    }
  }

  /** Adds what was seen last, if that was not added yet. */
  async add() {
    if (this.seen) {
      this.seen = false;
      await this.source.add(this.frames / FRAMES_A_SECOND, 1 / FRAMES_A_SECOND);
      this.frames += 1;
    }
  }

  /** @returns {Promise<{blob: Blob, ending: string}>} */
  async finish() {
    await this.source.add(this.frames / FRAMES_A_SECOND, LAST);
    await this.output.finalize();
    const type = this.isMp4 ? "video/mp4" : "video/webm";
    const blob = new Blob([this.output.target.buffer], { type });
    return { blob, ending: this.isMp4 ? "mp4" : "webm" };
  }
}
