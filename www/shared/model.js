// Brings VGG19's weights: from the browser's own store, or from the page's server, checked either way.

import { sha256 } from "./sum.js";
import { Trouble } from "./text.js";

/** @typedef {(loaded: number, total: number) => void} Report is called as bytes arrive */

const CACHE = "impasto-network";

/** Private windows refuse storage: then nothing is kept, and nothing is wrong. */
async function store() {
  try {
    return await caches.open(CACHE);
  } catch {
    return null;
  }
}

/** The connection broke, and may come back. */
class Broken extends Trouble {}

/**
 * @param {string | URL} url
 * @param {RequestInit} [options]
 */
async function fetched(url, options) {
  let answer;
  try {
    answer = await fetch(url, options);
  } catch {
    throw new Broken("model-unreachable");
  }
  if (!answer.ok) {
    throw new Trouble("model-refused", { status: answer.status });
  }
  return answer;
}

/** How often a broken download goes on by itself, and after which pauses in milliseconds. */
const PAUSES = [500, 2000, 5000];

/** What has arrived of the model; it outlives a broken connection, so that the next attempt goes on from there. */
class Arrival {
  /**
   * @param {string} url
   * @param {number} total bytes
   */
  constructor(url, total) {
    this.url = url;
    this.bytes = new Uint8Array(total);
    this.loaded = 0;
  }

  /**
   * Asks for the rest; a server that does not know parts sends all of it again.
   * @param {Report} report
   * @param {AbortSignal} signal
   */
  async goOn(report, signal) {
    /** @type {HeadersInit} */
    const headers = this.loaded > 0 ? { Range: `bytes=${this.loaded}-` } : {};
    const answer = await fetched(this.url, { headers, signal });
    const isRest = answer.headers.get("Content-Range")?.startsWith(`bytes ${this.loaded}-`);
    if (!(answer.status === 206 && isRest)) {
      this.loaded = 0;
    }
    if (answer.body) {
      await this.read(answer.body.getReader(), report);
    }
  }

  /**
   * @param {ReadableStreamDefaultReader<Uint8Array>} reader
   * @param {Report} report
   */
  async read(reader, report) {
    for (;;) {
      const chunk = await reader.read().catch(() => {
        throw new Broken("model-broke-off");
      });
      if (chunk.done) {
        return;
      }
      if (this.loaded + chunk.value.length > this.bytes.length) {
        this.loaded = 0;
        await reader.cancel();
        throw new Trouble("model-is-other");
      }
      this.bytes.set(chunk.value, this.loaded);
      this.loaded += chunk.value.length;
      report(this.loaded, this.bytes.length);
    }
  }
}

/** @type {Arrival | null} */
let arrival = null;
/** Of the download under way: two at once would write into the same bytes. */
let under = new AbortController();

/**
 * @param {string} url
 * @param {number} total bytes
 * @param {Report} report
 */
async function download(url, total, report) {
  under.abort();
  under = new AbortController();
  const { signal } = under;
  if (arrival?.url !== url) {
    arrival = new Arrival(url, total);
  }
  const coming = arrival;
  report(coming.loaded, total);
  for (const pause of [...PAUSES, null]) {
    try {
      await coming.goOn(report, signal);
      break;
    } catch (error) {
      const mayGoOn = error instanceof Broken && coming.loaded > 0 && !signal.aborted;
      if (!mayGoOn || pause === null) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  const { bytes, loaded } = coming;
  arrival = null;
  return bytes.subarray(0, loaded);
}

/**
 * @param {Cache} cache
 * @param {string} url
 * @param {BufferSource} bytes
 */
async function keep(cache, url, bytes) {
  try {
    const others = (await cache.keys()).filter((request) => request.url !== url);
    await Promise.all(others.map((request) => cache.delete(request)));
    await cache.put(url, new Response(bytes));
  } catch {
    // The disk is full: the next visit downloads again.
  }
}

/**
 * @param {Report} report
 * @returns {Promise<Uint8Array>} a safetensors file whose sum is the manifest's
 */
export async function loadModel(report) {
  const answer = await fetched(new URL("../weights/manifest.json", import.meta.url));
  let manifest;
  try {
    manifest = await answer.json();
  } catch {
    throw new Trouble("model-description-is-other");
  }
  // The sum in the key: a new version is another entry.
  const url = new URL(`../weights/${manifest.file}?sha256=${manifest.sha256}`, import.meta.url)
    .href;
  const cache = await store();
  const kept = await cache?.match(url);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if ((await sha256(bytes)) === manifest.sha256) {
      return bytes;
    }
  }
  const bytes = await download(url, manifest.bytes, report);
  if ((await sha256(bytes)) !== manifest.sha256) {
    throw new Trouble("model-damaged");
  }
  if (cache) {
    await keep(cache, url, bytes);
  }
  return bytes;
}
