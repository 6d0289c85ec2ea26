// Whether a file is a picture that can be used, what it is made into, and what the page calls it.

import { contextOf } from "../../shared/canvas.js";
import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { imageSize } from "../../vendor/image-size/index.js";
import { showError } from "../say/notice.js";
import { isDrawing, SVG, whyUnopened } from "./formats.js";

/** @import { Text } from "../../shared/text.js" */

/** In memory these take 400 MB; a browser's tab, above all on a phone, has not much more. */
const MOST_MEGAPIXELS = 100;
/** A browser reads the whole file, whatever it is; as many pixels in sixteen bits, not compressed, are no more than this. */
const MOST_BYTES = 2 ** 30;
/** How much of a file is looked at for its size: most say it at once, some only after long notes of a camera. */
const LOOKS = [2 ** 16, 2 ** 22, 2 ** 28];
/** A drawing has no pixels of its own: its longer side gets as many as it says, but at least and at most these. */
const DRAWN = { least: 2048, most: 4096 };

/** Of a picture that is painted, or painted like: what the network needs, and so the least size too. */
export const LEAST_SIDE = Number(byId("size", HTMLInputElement).min);

/** @typedef {{width: number, height: number}} Size */

/**
 * What the file itself says, for one that the browser does not open.
 * @param {Blob} file
 * @returns {Promise<Size | null>} none where it says nothing that is understood
 */
async function saidSize(file) {
  for (const look of LOOKS) {
    const bytes = new Uint8Array(await file.slice(0, look).arrayBuffer());
    try {
      return imageSize(bytes);
    } catch {
      if (look >= file.size) {
        return null;
      }
    }
  }
  return null;
}

/**
 * Has the browser open a file so far that it knows the size. What is not shown is not decoded: a few bytes may say that
 * they are gigabytes.
 * @template T
 * @param {Blob} file
 * @param {(image: HTMLImageElement) => T | Promise<T>} look
 * @returns {Promise<T | null>} none where it does not open
 */
async function lookAt(file, look) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
    });
    return await look(image);
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/**
 * @param {HTMLImageElement} image of a drawing
 * @returns {Promise<{blob: Blob, size: Size}>} its pixels
 */
async function draw(image) {
  const { naturalWidth, naturalHeight } = image;
  const longest = Math.max(naturalWidth, naturalHeight);
  const scale = Math.min(Math.max(longest, DRAWN.least), DRAWN.most) / longest;
  /** @param {number} side */
  const pixels = (side) => Math.max(1, Math.round(side * scale));
  const canvas = new OffscreenCanvas(pixels(naturalWidth), pixels(naturalHeight));
  contextOf(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob();
  return { blob, size: { width: canvas.width, height: canvas.height } };
}

/**
 * @param {File} file
 * @returns {Promise<{picture: File, size: Size | null}>} the file, or a picture of it where it is a drawing; no size where
 *   the browser does not open it
 */
async function sized(file) {
  if (await isDrawing(file)) {
    // The browser takes nothing for a drawing that is not called one.
    const drawn = await lookAt(new Blob([file], { type: SVG }), draw);
    const picture = drawn ? new File([drawn.blob], file.name, { type: "image/png" }) : file;
    return { picture, size: drawn?.size ?? null };
  }
  // And what is called one wrongly, for nothing else.
  const picture = file.type === SVG ? new File([file], file.name) : file;
  const size = await lookAt(picture, ({ naturalWidth: width, naturalHeight: height }) => ({
    width,
    height,
  }));
  return { picture, size };
}

/** @param {Blob} file */
async function opens(file) {
  try {
    (await createImageBitmap(file)).close();
    return true;
  } catch {
    return false;
  }
}

/** @param {Size} size */
const megapixelsOf = ({ width, height }) => (width * height) / 1e6;

/**
 * @param {File} file
 * @param {Size} size
 */
const tooMany = (file, size) =>
  text("too-many-pixels", {
    file: file.name,
    megapixels: Math.round(megapixelsOf(size)),
    most: MOST_MEGAPIXELS,
  });

/**
 * @param {File} file which the browser does not open
 * @returns {Promise<Text>}
 */
async function whyNot(file) {
  const said = await saidSize(file).catch(() => null);
  return said && megapixelsOf(said) > MOST_MEGAPIXELS ? tooMany(file, said) : whyUnopened(file);
}

/**
 * @param {File} file
 * @param {number} least side that it needs
 * @returns {Promise<{picture: File, wrong: Text | null}>} why it cannot be used, if it cannot; else the picture, which is
 *   the file itself unless that is a drawing
 */
export async function examine(file, least) {
  if (file.size > MOST_BYTES) {
    const most = Math.floor(MOST_BYTES / 1e6);
    return { picture: file, wrong: text("too-many-bytes", { file: file.name, most }) };
  }
  const { picture, size } = await sized(file);
  if (size && megapixelsOf(size) > MOST_MEGAPIXELS) {
    return { picture, wrong: tooMany(file, size) };
  }
  if (!size || !(await opens(picture))) {
    return { picture, wrong: await whyNot(file) };
  }
  const isSmall = Math.min(size.width, size.height) < least;
  const wrong = isSmall ? text("too-few-pixels", { file: file.name, ...size, least }) : null;
  return { picture, wrong };
}

/**
 * @param {File} file
 * @param {unknown} about what a complaint concerns
 * @returns {Promise<File | null>} a picture of whatever size, which the browser can open; if there is none, the visitor is
 *   told
 */
export async function pictureOf(file, about) {
  const { picture, wrong } = await examine(file, 1);
  if (wrong) {
    showError(wrong, about);
    return null;
  }
  return picture;
}

/** @param {string} fileName */
export const withoutEnding = (fileName) => fileName.replace(/\.[^.]*$/, "");
