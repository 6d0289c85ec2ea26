// Pixels to files, by the browser's own encoders.

/**
 * @param {Uint8Array} pixels RGBA
 * @param {number} width
 * @param {number} height
 * @param {string} type the file's, as image/jpeg
 * @param {number} quality from 1 to 100
 * @returns {Promise<Blob>} in sRGB
 */
export async function encode(pixels, width, height, type, quality) {
  const canvas = new OffscreenCanvas(width, height);
  const data = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  canvas.getContext("2d").putImageData(data, 0, 0);
  const blob = await canvas.convertToBlob({ type, quality: quality / 100 });
  // A browser that cannot write it writes a PNG, and does not say so.
  if (blob.type !== type) {
    throw new Error("This browser cannot write that format. Choose another one.");
  }
  return blob;
}
