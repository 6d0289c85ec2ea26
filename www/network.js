// Brings VGG19's weights: from the browser's own store, or from the page's server, checked either way.

import { sha256 } from "./sum.js";

const CACHE = "impasto-network";

/** Private windows refuse storage: then nothing is kept, and nothing is wrong. */
async function store() {
  try {
    return await caches.open(CACHE);
  } catch {
    return null;
  }
}

async function fetched(url, what) {
  let answer;
  try {
    answer = await fetch(url);
  } catch {
    throw new Error(`${what} could not be loaded. Check the connection and try again.`);
  }
  if (!answer.ok) {
    throw new Error(
      `${what} could not be loaded: the server answered ${answer.status}. Try again later.`,
    );
  }
  return answer;
}

async function readAll(answer, total, report) {
  const bytes = new Uint8Array(total);
  let loaded = 0;
  const reader = answer.body.getReader();
  for (;;) {
    let chunk;
    try {
      chunk = await reader.read();
    } catch {
      throw new Error("The connection broke while the model was loading. Try again.");
    }
    if (chunk.done) {
      return bytes.subarray(0, loaded);
    }
    if (loaded + chunk.value.length > total) {
      await reader.cancel();
      throw new Error("The server sent another file than the model. Try again later.");
    }
    bytes.set(chunk.value, loaded);
    loaded += chunk.value.length;
    report(loaded, total);
  }
}

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
 * @param {(loaded: number, total: number) => void} report called as bytes arrive
 * @returns {Promise<Uint8Array>} a safetensors file whose sum is the manifest's
 */
export async function loadNetwork(report) {
  const answer = await fetched(new URL("weights/manifest.json", import.meta.url), "The model");
  let manifest;
  try {
    manifest = await answer.json();
  } catch {
    throw new Error("The server sent another file than the model's description. Try again later.");
  }
  // The sum in the key: a new version is another entry.
  const url = new URL(`weights/${manifest.file}?sha256=${manifest.sha256}`, import.meta.url).href;
  const cache = await store();
  const kept = await cache?.match(url);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if ((await sha256(bytes)) === manifest.sha256) {
      return bytes;
    }
  }
  report(0, manifest.bytes);
  const bytes = await readAll(await fetched(url, "The model"), manifest.bytes, report);
  if ((await sha256(bytes)) !== manifest.sha256) {
    throw new Error("The model arrived damaged. Try again.");
  }
  if (cache) {
    await keep(cache, url, bytes);
  }
  return bytes;
}
