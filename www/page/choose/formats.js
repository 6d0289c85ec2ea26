// What a file is by its first bytes, where the browser does not say: a drawing, or a picture that few browsers open.

import { text } from "../../shared/text.js";

/** @import { Text } from "../../shared/text.js" */

export const SVG = "image/svg+xml";

/** Before a drawing's first element there may be remarks. */
const HEAD_BYTES = 4096;

/**
 * @param {Blob} file
 * @returns {Promise<string>} its first bytes, a character for each; nothing where it cannot be read
 */
async function headOf(file) {
  const bytes = await file
    .slice(0, HEAD_BYTES)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0));
  return String.fromCharCode(...new Uint8Array(bytes));
}

/**
 * @param {Blob} file
 * @returns {Promise<boolean>} whether it is SVG, whatever it is called
 */
export async function isDrawing(file) {
  // In UTF-16 every other byte of this is nought.
  const head = (await headOf(file)).replaceAll("\0", "").replace(/^(ï»¿|ÿþ|þÿ)/, "");
  return head.trimStart().startsWith("<") && /<(\w+:)?svg[\s>]/.test(head);
}

/**
 * What other formats begin with.
 * @type {Record<string, string[]>}
 */
const FORMATS = {
  TIFF: ["II*\0", "MM\0*", "II+\0", "MM\0+"],
  "JPEG XL": ["\xff\x0a", "\0\0\0\x0cJXL "],
  "JPEG 2000": ["\0\0\0\x0cjP  ", "\xff\x4f\xff\x51"],
  Photoshop: ["8BPS"],
  PDF: ["%PDF"],
};

/** What pictures in boxes call themselves. Those by AV1 may have the general names too, of which HEVC's often have no other. */
const AVIF = ["avif", "avis"];
const HEIC = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"];

/**
 * @param {string} head
 * @returns {string[]} what the first box of a file says that it is
 */
function brandsOf(head) {
  if (head.slice(4, 8) !== "ftyp") {
    return [];
  }
  const length = [...head.slice(0, 4)].reduce((sum, byte) => 256 * sum + byte.charCodeAt(0), 0);
  return head.slice(8, length).match(/.{4}/gs) ?? [];
}

/**
 * @param {File} file which the browser does not open
 * @returns {Promise<Text>} what to do about it
 */
export async function whyUnopened(file) {
  const head = await headOf(file);
  const brands = brandsOf(head);
  /** @param {string[]} names */
  const isOf = (names) => brands.some((brand) => names.includes(brand));
  const [format] =
    Object.entries(FORMATS).find(([, starts]) => starts.some((start) => head.startsWith(start))) ??
    (isOf(AVIF) ? ["AVIF"] : []);
  if (format) {
    return text("format-unopened", { file: file.name, format });
  }
  return text(isOf(HEIC) ? "heic-unopened" : "no-picture", { file: file.name });
}
