// The pictures of an order: their pixels for the engine, and their sums for what is recorded.

import { sha256 } from "../shared/sum.js";
import { decode } from "./decode.js";

/**
 * @import { Engine } from "../engine/impasto.js"
 * @import { InputRecord, Order, StyleUse } from "../shared/messages.js"
 */

/** @typedef {Awaited<ReturnType<typeof openInputs>>} Inputs */

/**
 * @param {Blob} file
 * @returns {Promise<{pixels: ImageData, sum: string}>}
 */
async function openPicture(file) {
  const [pixels, sum] = await Promise.all([decode(file), file.arrayBuffer().then(sha256)]);
  return { pixels, sum };
}

/**
 * A style with its pixels and those of its masks, and what is recorded of it.
 * @param {StyleUse} style
 */
async function openStyle({ file, part, scale, ...masks }) {
  /** @param {Blob | null} mask */
  const optional = async (mask) => (mask ? openPicture(mask) : undefined);
  const [{ pixels, sum }, region, source] = await Promise.all([
    openPicture(file),
    optional(masks.region),
    optional(masks.source),
  ]);
  /** @type {InputRecord} */
  const input = { sha256: sum, part, scale, region: region?.sum, source: source?.sum };
  return { pixels, part, scale, region: region?.pixels, source: source?.pixels, input };
}

/**
 * Opens all the pictures of an order.
 * @param {Order} order
 * @returns what is painted, with what the painting starts from and the styles, and what is recorded of all of them
 */
export async function openInputs({ content, start, styles, from }) {
  const [painted, begun, ...used] = await Promise.all([
    openPicture(content),
    start && !from ? decode(start) : null,
    ...styles.map(openStyle),
  ]);
  /** @type {InputRecord[]} */
  const records = [{ sha256: painted.sum, part: 1, scale: 1 }, ...used.map(({ input }) => input)];
  return { content: painted.pixels, start: begun, styles: used, records };
}

/**
 * A picture's pixels as the engine takes them: its declarations do not say that it takes clamped bytes as well.
 * @param {ImageData} pixels
 * @returns {[Uint8Array, number, number]}
 */
export function pixelsOf({ data, width, height }) {
  return [/** @type {Uint8Array} */ (/** @type {unknown} */ (data)), width, height];
}

/**
 * Gives the engine the styles and the start of its next painting.
 * @param {Engine} engine
 * @param {Inputs} inputs
 */
export function giveInputs(engine, { start, styles }) {
  for (const { pixels, part, scale, region, source } of styles) {
    engine.addStyle(...pixelsOf(pixels), part, scale);
    if (region) {
      engine.setRegion(...pixelsOf(region));
    }
    if (source) {
      engine.setSource(...pixelsOf(source));
    }
  }
  if (start) {
    engine.startFrom(...pixelsOf(start));
  }
}
