// The picture with which a painting may begin.

import { byId, find } from "../../shared/elements.js";
import { clearError } from "../say/notice.js";
import { pictureOf } from "./picture.js";

const input = byId("start-input", HTMLInputElement);
const chosen = byId("start-chosen");
const image = find(chosen, "img", HTMLImageElement);

/** @type {File | null} */
let file = null;

/** @param {File | null} picture */
function show(picture) {
  file = picture;
  URL.revokeObjectURL(image.src);
  chosen.hidden = !picture;
  if (picture) {
    image.src = URL.createObjectURL(picture);
  }
}

/** @param {File} chosen */
async function take(chosen) {
  const picture = await pictureOf(chosen, "start");
  if (picture) {
    clearError("start");
    show(picture);
  } else {
    // The one before stays.
    input.value = "";
  }
}

function remove() {
  input.value = "";
  show(null);
}

export function listenToStartPicture() {
  input.onchange = () => {
    const picture = input.files?.[0];
    if (picture) {
      take(picture);
    }
  };
  find(chosen, ".remove", HTMLElement).onclick = () => {
    remove();
    input.focus();
  };
}

/** @returns {File | null} */
export function startPicture() {
  return file;
}
