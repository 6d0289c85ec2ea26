// What a phone or a tablet can be trusted with. WebKit ends a page that takes some 1.5 GB in all, without a word, and Android
// one that takes too much of what little there is.

/** What is left of WebKit's 1.5 GB beside the page, its model and the pictures' pixels. */
const MOST_BYTES = 8e8;
/** Of each GiB that the device has, as far as a browser says: its system and its other programs have the rest. */
const BYTES_A_GIB = 2e8;
/** The longer side of what is painted in {@link MOST_BYTES}, in few parts, and leaves room to show it and to make a file of it. */
const SIDE = 2048;

/**
 * What a browser tells of its device; `memory` in GiB, by steps, where it does, and `touchOnly` where a finger is all that
 * points.
 * @typedef {{userAgent: string, maxTouchPoints: number, memory?: number, touchOnly: boolean}} Device
 */

/**
 * @param {Device} device
 * @returns {boolean} whether it is an iPhone, an iPad or an Android
 */
function isHandheld({ userAgent, maxTouchPoints, touchOnly }) {
  // iPads call themselves a Macintosh, of which none has a touchscreen.
  const isApple =
    /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
  // An Android that asks for sites as for desktops calls itself Linux.
  return isApple || /Android/.test(userAgent) || (/Linux/.test(userAgent) && touchOnly);
}

/** @returns {Device} this one */
export const thisDevice = () => ({
  userAgent: navigator.userAgent,
  maxTouchPoints: navigator.maxTouchPoints,
  memory: /** @type {{deviceMemory?: number}} */ (navigator).deviceMemory,
  touchOnly: matchMedia("(hover: none) and (pointer: coarse)").matches,
});

/**
 * @param {Device} device
 * @returns {number | null} bytes of graphics memory with which a page is safe there; none where that is no matter, as on desktops
 */
export const trustedMemory = (device) =>
  isHandheld(device)
    ? Math.min(MOST_BYTES, (device.memory ?? Number.POSITIVE_INFINITY) * BYTES_A_GIB)
    : null;

/**
 * @param {number} bytes of graphics memory that may be used on a phone or a tablet
 * @returns {number} the longer side of the largest picture that goes with them
 */
export const largestSize = (bytes) => Math.floor(SIDE * Math.sqrt(bytes / MOST_BYTES));
