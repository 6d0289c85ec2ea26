// Brings VGG19's weights: from the browser's own store, or from the page's server, checked either way.

import { Arrival, Broken, fetched } from "./arrival.js";
import { sha256 } from "./sum.js";
import { Trouble } from "./text.js";

/** @import { Report } from "./arrival.js" */

const CACHE = "impasto-network";

/** Private windows refuse storage: then nothing is kept, and nothing is wrong. */
async function store() {
  try {
    return await caches.open(CACHE);
  } catch {
    return null;
  }
}

/** @type {Arrival | null} */
let arrival = null;
/** Of the download under way: two at once would write into the same bytes. */
let under = new AbortController();

/** @param {Uint8Array} bytes */
const isGzip = ([first, second]) => first === 0x1f && second === 0x8b;

/**
 * @param {Arrival} coming
 * @param {string} sum of the file that it should be
 * @param {Report} report
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {Trouble} where it is another file
 */
async function bring(coming, sum, report, signal) {
  try {
    await coming.bring(report, signal);
  } catch (error) {
    if (error instanceof Broken || !coming.startAgain()) {
      throw error;
    }
    return bring(coming, sum, report, signal);
  }
  const { bytes } = coming;
  if ((await sha256(bytes)) === sum) {
    return bytes;
  }
  const isPacked = isGzip(bytes);
  if (coming.startAgain()) {
    return bring(coming, sum, report, signal);
  }
  throw new Trouble(isPacked ? "model-packed-wrongly" : "model-damaged");
}

/**
 * @param {string} url
 * @param {{bytes: number, sha256: string}} file how long it should be, and its sum
 * @param {Report} report
 */
async function download(url, file, report) {
  under.abort();
  under = new AbortController();
  const { signal } = under;
  if (arrival?.url !== url) {
    arrival = new Arrival(url, file.bytes);
  }
  try {
    return await bring(arrival, file.sha256, report, signal);
  } catch (error) {
    if (!(error instanceof Broken)) {
      arrival = null;
    }
    throw error;
  }
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
  const bytes = await download(url, manifest, report);
  if (cache) {
    await keep(cache, url, bytes);
  }
  return bytes;
}
