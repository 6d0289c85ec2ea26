// Files to pixels, by the browser's own decoders.

import { contextOf } from "../shared/canvas.js";
import { Trouble } from "../shared/text.js";

/**
 * @param {Blob} file any picture that the browser opens
 * @param {number} longest side that it keeps: larger ones are made smaller
 * @returns {Promise<ImageData>} upright by its EXIF orientation, over white, in sRGB
 */
export async function decode(file, longest) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    // The page looked at it when it was chosen: since then it was moved or changed.
    throw new Trouble("picture-gone");
  }
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas, { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}
