// Whether a picture is too narrow for the network at the size that it gets, and what helps: the engine's rule, of which
// src/painting/sizes.rs is the other half. Sizes on the way to the painting's own are the engine's affair.

/** @typedef {{width: number, height: number}} Shape */

/**
 * What the network and the settings allow.
 * @typedef {{leastSide: number, mostSize: number, mostScale: number}} Bounds
 */

/**
 * A picture that is too narrow: what it would be, and the least size, and the least size of a style beside the painting's,
 * with which it would be no more; none where none that may be set is enough.
 * @typedef {Shape & {enough: {size: number | null, scale: number | null}}} Narrow
 */

/**
 * @param {Shape} picture
 * @param {number} longest side that it gets
 * @returns {Shape}
 */
function sized({ width, height }, longest) {
  const scale = longest / Math.max(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/**
 * The longer side of a style beside a painting of that size; the engine has its scale in single precision.
 * @param {number} size
 * @param {number} scale
 */
const styleSide = (size, scale) => Math.round(size * Math.fround(scale));

/**
 * @param {number} from
 * @param {number} to
 * @param {(number: number) => boolean} holds
 * @returns {number | null} the first whole number for which it does
 */
function first(from, to, holds) {
  for (let number = from; number <= to; number++) {
    if (holds(number)) {
      return number;
    }
  }
  return null;
}

/**
 * @param {Shape} picture
 * @param {number} size of the painting
 * @param {number | null} scale of a style
 * @param {Bounds} bounds
 * @returns {Narrow | null} none where the picture is large enough
 */
export function narrowness(picture, size, scale, { leastSide, mostSize, mostScale }) {
  /** @param {Shape} shape */
  const fits = ({ width, height }) => Math.min(width, height) >= leastSide;
  /**
   * @param {number} size
   * @param {number | null} scale
   */
  const shapeAt = (size, scale) => sized(picture, scale === null ? size : styleSide(size, scale));
  const finished = shapeAt(size, scale);
  if (fits(finished)) {
    return null;
  }
  const hundredths =
    scale === null
      ? null
      : first(0, 100 * mostScale, (hundredths) => fits(shapeAt(size, hundredths / 100)));
  return {
    ...finished,
    enough: {
      size: first(size, mostSize, (size) => fits(shapeAt(size, scale))),
      scale: hundredths && hundredths / 100,
    },
  };
}
