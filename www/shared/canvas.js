// Drawing into canvases of the browser's own.

/**
 * @param {OffscreenCanvas} canvas
 * @param {{willReadFrequently?: boolean}} [options]
 * @returns {OffscreenCanvasRenderingContext2D}
 * @throws {Error} where there is no memory left for it
 */
export function contextOf(canvas, options) {
  const context = canvas.getContext("2d", options);
  if (!context) {
    throw new Error(
      "There is no memory left to draw in: close other tabs, or take a smaller picture.",
    );
  }
  return context;
}
