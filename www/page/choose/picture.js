// Whether a file is a picture that can be opened, and what the page calls it.

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

/**
 * @param {File} file
 * @returns {Promise<import("../../shared/text.js").Text | null>} why the browser cannot open it, if it cannot
 */
export async function whatIsWrong(file) {
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
  return null;
}

/**
 * @param {File} file
 * @param {unknown} about what a complaint concerns
 * @returns {Promise<boolean>} whether the browser can open it; if not, the visitor is told
 */
export async function isPicture(file, about) {
  const wrong = await whatIsWrong(file);
  if (wrong) {
    showError(wrong, about);
  }
  return wrong === null;
}

/** @param {string} fileName */
export const withoutEnding = (fileName) => fileName.replace(/\.[^.]*$/, "");
