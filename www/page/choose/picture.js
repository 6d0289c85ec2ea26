// Whether a file is a picture that can be opened, and what the page calls it.

import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { imageSize } from "../../vendor/image-size/index.js";
import { showError } from "../say/notice.js";

/** In memory these take 400 MB; a browser's tab, above all on a phone, has not much more. */
const MOST_MEGAPIXELS = 100;

/** How much of a file is looked at for its size: most say it at once, some only after long notes of a camera. */
const LOOKS = [2 ** 16, 2 ** 22, 2 ** 28];

/**
 * Reads the size that the file says it has, without decoding it: a few bytes may say that they are gigabytes.
 * @param {Blob} file
 * @returns {Promise<{width: number, height: number} | null>} none where it says nothing that is understood
 */
async function sizeOf(file) {
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

/** @param {Blob} file */
async function opens(file) {
  try {
    (await createImageBitmap(file)).close();
    return true;
  } catch {
    return false;
  }
}

/** Of a picture that is painted, or painted like: what the network needs, and so the least size too. */
export const LEAST_SIDE = Number(byId("size", HTMLInputElement).min);

/**
 * @param {File} file
 * @param {number} least side that it needs
 * @returns {Promise<import("../../shared/text.js").Text | null>} why it cannot be used, if it cannot
 */
export async function whatIsWrong(file, least) {
  const size = await sizeOf(file).catch(() => null);
  const megapixels = size ? (size.width * size.height) / 1e6 : 0;
  if (megapixels > MOST_MEGAPIXELS) {
    return text("too-many-pixels", {
      file: file.name,
      megapixels: Math.round(megapixels),
      most: MOST_MEGAPIXELS,
    });
  }
  if (!size || !(await opens(file))) {
    return text("no-picture", { file: file.name });
  }
  const { width, height } = size;
  if (Math.min(width, height) < least) {
    return text("too-few-pixels", { file: file.name, width, height, least });
  }
  return null;
}

/**
 * @param {File} file
 * @param {unknown} about what a complaint concerns
 * @returns {Promise<boolean>} whether the browser can open it, of whatever size; if not, the visitor is told
 */
export async function isPicture(file, about) {
  const wrong = await whatIsWrong(file, 1);
  if (wrong) {
    showError(wrong, about);
  }
  return wrong === null;
}

/** @param {string} fileName */
export const withoutEnding = (fileName) => fileName.replace(/\.[^.]*$/, "");
