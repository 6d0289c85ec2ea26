// A large file on its way: over connections that break, and from servers that know parts of files, or do not, or say so
// and send something else.

import { Trouble } from "./text.js";

/** @typedef {(loaded: number, total: number) => void} Report is called as bytes arrive */

/** The connection broke, and may come back. */
export class Broken extends Trouble {}

/**
 * @param {string | URL} url
 * @param {RequestInit} [options]
 */
async function ask(url, options) {
  try {
    return await fetch(url, options);
  } catch {
    throw new Broken("model-unreachable");
  }
}

/**
 * @param {string | URL} url
 * @param {RequestInit} [options]
 */
export async function fetched(url, options) {
  const answer = await ask(url, options);
  if (!answer.ok) {
    throw new Trouble("model-refused", { status: answer.status });
  }
  return answer;
}

/** How often a broken download goes on by itself, and after which pauses in milliseconds. */
const PAUSES = [500, 2000, 5000];
/** After so many attempts that brought nothing, the parts may be to blame: a browser says of both that the connection broke. */
const MOST_IDLE = 2;

/** What has arrived; it outlives a broken connection, so that the next attempt goes on from there. */
export class Arrival {
  #loaded = 0;
  /** The most that had arrived at any time. */
  #most = 0;
  /** Whether the server has answered at all: one that cannot be reached is not asked again and again. */
  #isAnswered = false;
  /** Whether something of it came as a part of the file. */
  #hasParts = false;
  /** Whether its server can be believed when it sends parts. */
  #takesParts = true;
  #bytes;

  /**
   * @param {string} url
   * @param {number} total bytes
   */
  constructor(url, total) {
    this.url = url;
    this.#bytes = new Uint8Array(total);
  }

  /** What has arrived. */
  get bytes() {
    return this.#bytes.subarray(0, this.#loaded);
  }

  /**
   * Brings all that the server has, which may still be another file.
   * @param {Report} report
   * @param {AbortSignal} signal
   */
  async bring(report, signal) {
    const total = this.#bytes.length;
    const pauses = [...PAUSES];
    let idle = 0;
    report(this.#loaded, total);
    while (this.#loaded < total) {
      const before = this.#most;
      try {
        await this.#goOn(report, signal, idle < MOST_IDLE);
        if (this.#loaded <= before) {
          // It was asked once more, and there is no more.
          return;
        }
      } catch (error) {
        const pause = pauses.shift();
        const mayGoOn = error instanceof Broken && this.#isAnswered && !signal.aborted;
        if (!mayGoOn || pause === undefined) {
          throw error;
        }
        idle = this.#most > before ? 0 : idle + 1;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /**
   * What arrived is not the file. If some of it came in parts, they may be to blame: then it begins again without them.
   * @returns {boolean} whether it does
   */
  startAgain() {
    const again = this.#hasParts;
    this.#loaded = this.#most = 0;
    this.#hasParts = this.#takesParts = false;
    return again;
  }

  /**
   * @param {Response} answer
   * @returns {boolean} whether it is the rest of the file, or a part from where it broke; not what is compressed, of which
   *   nobody can unpack a part
   */
  #isRest({ status, headers }) {
    const [, from, all] =
      /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("Content-Range") ?? "") ?? [];
    const isAllThere = all === "*" || Number(all) === this.#bytes.length;
    const isPlain = (headers.get("Content-Encoding") ?? "identity") === "identity";
    return status === 206 && Number(from) === this.#loaded && isAllThere && isPlain;
  }

  /**
   * Asks for the rest; a server that does not know parts sends all of it again, and one that sends a wrong part or refuses
   * is asked for all of it.
   * @param {AbortSignal} signal
   * @param {boolean} inParts whether the rest is asked for rather than all of it
   */
  async #open(signal, inParts) {
    if (inParts && this.#loaded > 0 && this.#takesParts) {
      const answer = await ask(this.url, { headers: { Range: `bytes=${this.#loaded}-` }, signal });
      if (this.#isRest(answer)) {
        this.#hasParts = true;
        return answer;
      }
      if (answer.status === 200) {
        this.#loaded = 0;
        this.#hasParts = false;
        return answer;
      }
      await answer.body?.cancel();
    }
    const answer = await fetched(this.url, { signal });
    this.#loaded = 0;
    this.#hasParts = false;
    return answer;
  }

  /**
   * @param {Report} report
   * @param {AbortSignal} signal
   * @param {boolean} inParts
   */
  async #goOn(report, signal, inParts) {
    const answer = await this.#open(signal, inParts);
    this.#isAnswered = true;
    if (answer.body) {
      await this.#read(answer.body.getReader(), answer.headers.has("Content-Encoding"), report);
    }
  }

  /**
   * @param {ReadableStreamDefaultReader<Uint8Array>} reader
   * @param {boolean} isPacked whether the server says that it is compressed
   * @param {Report} report
   */
  async #read(reader, isPacked, report) {
    const from = this.#loaded;
    for (;;) {
      const chunk = await reader.read().catch(() => {
        const isUnpacked = !isPacked || this.#loaded > from;
        throw new Broken(isUnpacked ? "model-broke-off" : "model-packed-wrongly");
      });
      if (chunk.done) {
        return;
      }
      if (this.#loaded + chunk.value.length > this.#bytes.length) {
        await reader.cancel();
        throw new Trouble("model-is-other");
      }
      this.#bytes.set(chunk.value, this.#loaded);
      this.#loaded += chunk.value.length;
      this.#most = Math.max(this.#most, this.#loaded);
      report(this.#loaded, this.#bytes.length);
    }
  }
}
