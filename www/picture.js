// Whether a file is a picture, and what the page calls it.

import { showError } from "./notice.js";

/**
 * @param {File} file
 * @param {unknown} about what a complaint concerns
 * @returns {Promise<boolean>} whether the browser can open it; if not, the visitor is told
 */
export async function isPicture(file, about) {
  try {
    (await createImageBitmap(file)).close();
    return true;
  } catch {
    showError(
      `${file.name} is not a picture that this browser can open. Use a JPEG, PNG or WebP file.`,
      about,
    );
    return false;
  }
}

/** @param {string} fileName */
export const withoutEnding = (fileName) => fileName.replace(/\.[^.]*$/, "");
