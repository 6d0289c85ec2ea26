// The pictures of an order: their pixels for the engine, and their sums for what is recorded.

import { sha256 } from "../shared/sum.js";
import { decode } from "./decode.js";

/**
 * @param {Blob} file
 * @returns {Promise<{pixels: ImageData, sum: string}>}
 */
async function openPicture(file) {
  const [pixels, sum] = await Promise.all([decode(file), file.arrayBuffer().then(sha256)]);
  return { pixels, sum };
}

/** A style with its pixels and those of its masks, and what is recorded of it. */
async function openStyle({ file, part, scale, ...masks }) {
  const optional = (mask) => mask && openPicture(mask);
  const [{ pixels, sum }, region, source] = await Promise.all([
    openPicture(file),
    optional(masks.region),
    optional(masks.source),
  ]);
  const input = { sha256: sum, part, scale, region: region?.sum, source: source?.sum };
  return { pixels, part, scale, region: region?.pixels, source: source?.pixels, input };
}

/**
 * Opens all the pictures of an order.
 * @returns what is painted, with what the painting starts from and the styles, and what is recorded of all of them
 */
export async function openInputs({ content, start, styles, from }) {
  const [painted, begun, ...used] = await Promise.all([
    openPicture(content),
    start && !from ? decode(start) : null,
    ...styles.map(openStyle),
  ]);
  const records = [{ sha256: painted.sum, part: 1, scale: 1 }, ...used.map(({ input }) => input)];
  return { content: painted.pixels, start: begun, styles: used, records };
}

/** Gives the engine the styles and the start of its next painting. */
export function giveInputs(engine, { start, styles }) {
  for (const { pixels, part, scale, region, source } of styles) {
    engine.addStyle(pixels.data, pixels.width, pixels.height, part, scale);
    if (region) {
      engine.setRegion(region.data, region.width, region.height);
    }
    if (source) {
      engine.setSource(source.data, source.width, source.height);
    }
  }
  if (start) {
    engine.startFrom(start.data, start.width, start.height);
  }
}
