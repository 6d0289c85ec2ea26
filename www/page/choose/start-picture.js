// The picture with which a painting may begin.

import { clearError } from "../say/notice.js";
import { isPicture } from "./picture.js";

const input = document.getElementById("start-input");
const chosen = document.getElementById("start-chosen");
const image = chosen.querySelector("img");

/** @type {File | null} */
let file = null;

function show(picture) {
  file = picture;
  URL.revokeObjectURL(image.src);
  chosen.hidden = !picture;
  if (picture) {
    image.src = URL.createObjectURL(picture);
  }
}

async function take(picture) {
  if (await isPicture(picture, "start")) {
    clearError("start");
    show(picture);
  } else {
    remove();
  }
}

function remove() {
  input.value = "";
  show(null);
}

export function listenToStartPicture() {
  input.onchange = () => {
    if (input.files[0]) {
      take(input.files[0]);
    }
  };
  chosen.querySelector(".remove").onclick = () => {
    remove();
    input.focus();
  };
}

/** @returns {File | null} */
export function startPicture() {
  return file;
}
