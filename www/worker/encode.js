// Pixels to files, by the browser's own encoders.

import { contextOf } from "../shared/canvas.js";
import { Trouble } from "../shared/text.js";

/**
 * @param {Uint8Array<ArrayBuffer>} pixels RGBA
 * @param {number} width
 * @param {number} height
 * @param {string} type the file's, as image/jpeg
 * @param {number} quality from 1 to 100
 * @returns {Promise<Blob>} in sRGB
 */
export async function encode(pixels, width, height, type, quality) {
  const canvas = new OffscreenCanvas(width, height);
  const data = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  contextOf(canvas).putImageData(data, 0, 0);
  const blob = await canvas.convertToBlob({ type, quality: quality / 100 });
  // A browser that cannot write it writes a PNG, and does not say so.
  if (blob.type !== type) {
    throw new Trouble("format-unsupported");
  }
  return blob;
}

/** Of the longer side: sharp on a screen of twice the usual density. */
const PREVIEW_PIXELS = 400;

/**
 * @param {Blob} picture
 * @returns {Promise<Blob>} a small JPEG of it
 */
export async function preview(picture) {
  const bitmap = await createImageBitmap(picture);
  const scale = Math.min(1, PREVIEW_PIXELS / Math.max(bitmap.width, bitmap.height));
  /** @param {number} pixels */
  const side = (pixels) => Math.max(1, Math.round(pixels * scale));
  const canvas = new OffscreenCanvas(side(bitmap.width), side(bitmap.height));
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
}
