// Numbers as the visitor's language writes them.

import { locale } from "./language.js";

/**
 * @param {number} value
 * @param {number} digits after the point
 */
export const number = (value, digits) =>
  new Intl.NumberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);

/** @param {number} bytes */
export const megabytes = (bytes) => number(bytes / 1e6, 1);
