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
 * @param {number} longest side that is of use
 * @returns {Promise<{pixels: ImageData, sum: string}>}
 */
async function openPicture(file, longest) {
  const [pixels, sum] = await Promise.all([decode(file, longest), file.arrayBuffer().then(sha256)]);
  return { pixels, sum };
}

/**
 * A style with its pixels and those of its masks, and what is recorded of it.
 * @param {StyleUse} style
 * @param {number} longest side that is of use
 */
async function openStyle({ file, part, scale, ...masks }, longest) {
  /** @param {Blob | null} mask */
  const optional = async (mask) => (mask ? openPicture(mask, longest) : undefined);
  const [{ pixels, sum }, region, source] = await Promise.all([
    openPicture(file, longest),
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
 * @param {number} longest side of a picture that is of use
 * @returns what is painted, with what the painting starts from and the styles, and what is recorded of all of them
 */
export async function openInputs({ content, start, styles, from }, longest) {
  const [painted, begun, ...used] = await Promise.all([
    openPicture(content, longest),
    start && !from ? decode(start, longest) : null,
    ...styles.map((style) => openStyle(style, longest)),
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
 * What the engine takes of a style.
 * @typedef {{
 *   pixels: ImageData, part: number, scale: number, region: ImageData | null | undefined, source: ImageData | null | undefined,
 * }} StyleInput
 */

/**
 * Gives the engine the styles and the start of its next painting.
 * @param {Engine} engine
 * @param {{start: ImageData | null, styles: StyleInput[]}} inputs
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
