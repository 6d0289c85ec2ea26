// A painting that has ended: this browser keeps it, or the page is told that nobody does.

import { keepPainting } from "../shared/store.js";
import { textOf } from "../shared/text.js";
import { encode, preview } from "./encode.js";
import { post } from "./post.js";

/**
 * @import { Engine } from "../engine/impasto.js"
 * @import { Format, InputRecord, Order, Settled } from "../shared/messages.js"
 */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes the engine gives copies of its memory, which is its own as a whole */

/**
 * The formats that the engine writes, by whether they have sixteen bits.
 * @type {Partial<Record<Format, boolean>>}
 */
const PNG = { png: false, png16: true };

/**
 * What is shown of the painting, as a file.
 * @param {Engine} engine
 * @param {InputRecord[]} records what it says of its pictures, where it can
 * @param {Format} format
 * @param {number} quality from 1 to 100, where the format has one
 * @returns {Promise<Blob>}
 */
export async function fileOf(engine, records, format, quality) {
  const sixteen = PNG[format];
  if (sixteen !== undefined) {
    const bytes = /** @type {Bytes} */ (await engine.png(sixteen, records));
    return new Blob([bytes], { type: "image/png" });
  }
  const pixels = /** @type {Bytes} */ (await engine.pixels());
  return encode(pixels, engine.width, engine.height, `image/${format}`, quality);
}

/**
 * @param {Order} order
 * @param {Blob} blob
 * @param {() => Promise<unknown>} makeRoom done where there is not enough
 * @returns {Promise<boolean>} whether it is among the paintings that this browser keeps
 */
async function keepResult({ caption, name }, blob, makeRoom) {
  const painting = { blob, small: await preview(blob), caption, name, painted: new Date() };
  const kept = await keepPainting(painting).catch(async () => {
    await makeRoom();
    return keepPainting(painting);
  });
  if (kept) {
    post("keptPainting", {});
  }
  return kept;
}

/**
 * @param {Order} order
 * @param {Promise<Blob>} picture
 * @param {() => Promise<unknown>} makeRoom done where there is not enough for it
 * @returns {Promise<Settled>}
 */
export async function settle(order, picture, makeRoom) {
  const { keep, name } = order;
  /** @type {Settled} */
  const settled = { keep, name, kept: false, why: null, blob: null };
  try {
    const blob = await picture;
    settled.blob = blob;
    settled.kept = keep && (await keepResult(order, blob, makeRoom));
  } catch (error) {
    settled.why = keep ? textOf(error) : null;
  }
  return settled.kept ? { ...settled, blob: null } : settled;
}
