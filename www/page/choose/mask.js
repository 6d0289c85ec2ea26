// The dialogue in which a mask is painted or brought: which part of a picture counts.

import { contextOf } from "../../shared/canvas.js";
import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { clearError, showError } from "../say/notice.js";
import { pictureOf } from "./picture.js";

const dialog = byId("mask", HTMLDialogElement);
const image = byId("mask-image", HTMLImageElement);
const canvas = byId("mask-canvas", HTMLCanvasElement);
const context = /** @type {CanvasRenderingContext2D} */ (
  // A canvas of the page that is this small always has one.
  canvas.getContext("2d", { willReadFrequently: true })
);

/**
 * The mask, none, or that nothing was changed.
 * @typedef {{kept: true} | {kept?: false, file: Blob | null, byHand?: boolean}} MaskAnswer
 * @typedef {[number, number]} Place across and down, in the mask's pixels
 */

/** Pixels of the longer side: more than a mask's soft edge needs. */
const LONGEST = 768;
const MOST_UNDO = 20;

/**
 * The paintings of the mask before each change.
 * @type {{pixels: ImageData, byHand: boolean}[]}
 */
let history = [];
/** Whether what is there was painted by hand, at least in part. */
let byHand = false;
/**
 * Answers who asked for a mask.
 * @type {((answer: MaskAnswer) => void) | null}
 */
let finish = null;
/** A mask that is still being read. */
let reading = Promise.resolve();

const colour = () => getComputedStyle(canvas).color;

function remember() {
  history.push({ pixels: context.getImageData(0, 0, canvas.width, canvas.height), byHand });
  history = history.slice(-MOST_UNDO);
}

function undo() {
  const before = history.pop();
  if (before) {
    context.putImageData(before.pixels, 0, 0);
    byHand = before.byHand;
  }
}

function fill() {
  context.globalCompositeOperation = "source-over";
  context.fillStyle = colour();
  context.fillRect(0, 0, canvas.width, canvas.height);
}

function clear() {
  context.clearRect(0, 0, canvas.width, canvas.height);
}

/** @param {CanvasImageSource} picture */
function cutOut(picture) {
  context.globalCompositeOperation = "destination-out";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = "source-over";
}

function invert() {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  contextOf(copy).drawImage(canvas, 0, 0);
  fill();
  cutOut(copy);
}

/**
 * A mask file as a canvas that is opaque where the mask is white.
 * @param {Blob} file
 */
async function opaqueWhereWhite(file) {
  const bitmap = await createImageBitmap(file);
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const pen = contextOf(copy);
  pen.drawImage(bitmap, 0, 0, copy.width, copy.height);
  bitmap.close();
  const pixels = pen.getImageData(0, 0, copy.width, copy.height);
  for (let place = 0; place < pixels.data.length; place += 4) {
    const [red, green, blue, alpha] = pixels.data.subarray(place, place + 4);
    pixels.data[place + 3] = ((red + green + blue) * alpha) / (3 * 255);
  }
  pen.putImageData(pixels, 0, 0);
  pen.globalCompositeOperation = "source-in";
  pen.fillStyle = colour();
  pen.fillRect(0, 0, copy.width, copy.height);
  return copy;
}

/** @param {Blob} file */
async function show(file) {
  const copy = await opaqueWhereWhite(file);
  clear();
  context.drawImage(copy, 0, 0);
}

/**
 * Where the others are not.
 * @param {Blob[]} others
 */
async function showRest(others) {
  const copies = await Promise.all(others.map(opaqueWhereWhite));
  fill();
  for (const copy of copies) {
    cutOut(copy);
  }
}

/** White where it counts, black where not. */
function toFile() {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const pen = contextOf(copy);
  pen.drawImage(canvas, 0, 0);
  pen.globalCompositeOperation = "source-in";
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, copy.width, copy.height);
  pen.globalCompositeOperation = "destination-over";
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, copy.width, copy.height);
  return copy.convertToBlob();
}

/**
 * @param {PointerEvent} event
 * @returns {Place}
 */
function placeOf(event) {
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / box.width;
  return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
}

/**
 * @param {Place} from
 * @param {Place} to
 */
function stroke(from, to) {
  const side = Math.max(canvas.width, canvas.height);
  context.globalCompositeOperation = byId("mask-erase", HTMLInputElement).checked
    ? "destination-out"
    : "source-over";
  context.strokeStyle = colour();
  context.lineCap = "round";
  context.lineWidth = (side * byId("mask-brush", HTMLInputElement).valueAsNumber) / 100;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.globalCompositeOperation = "source-over";
}

function listenToStrokes() {
  /** @type {Place | null} */
  let last = null;
  canvas.onpointerdown = (event) => {
    if (event.button !== 0) {
      return;
    }
    canvas.setPointerCapture(event.pointerId);
    remember();
    byHand = true;
    last = placeOf(event);
    stroke(last, last);
  };
  canvas.onpointermove = (event) => {
    if (last) {
      const next = placeOf(event);
      stroke(last, next);
      last = next;
    }
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    last = null;
  };
}

/** @param {() => void} act */
const change = (act) => () => {
  remember();
  act();
};

/** @param {File} file */
async function bring(file) {
  const asker = finish;
  const picture = await pictureOf(file, "mask");
  // Another mask may be asked for by then.
  if (picture && finish === asker) {
    clearError("mask");
    remember();
    byHand = false;
    await show(picture);
  }
}

/** @param {MaskAnswer} answer */
function close(answer) {
  clearError("mask");
  dialog.close();
  history = [];
  finish?.(answer);
  finish = null;
}

/** Makes the dialogue ready, once. */
export function listenToMasking() {
  listenToStrokes();
  byId("mask-undo").onclick = undo;
  byId("mask-all").onclick = change(fill);
  byId("mask-nothing").onclick = change(clear);
  byId("mask-invert").onclick = change(invert);
  const input = byId("mask-input", HTMLInputElement);
  input.onchange = async () => {
    const file = input.files?.[0];
    // So that the same file can be chosen again.
    input.value = "";
    if (file) {
      reading = bring(file);
      await reading;
    }
  };
  byId("mask-remove").onclick = () => close({ file: null });
  byId("mask-cancel").onclick = () => close({ kept: true });
  byId("mask-done").onclick = async () => {
    await reading;
    if (finish) {
      close({ file: await toFile(), byHand });
    }
  };
  // By the Escape key.
  dialog.oncancel = () => close({ kept: true });
}

/**
 * Asks for a mask.
 * @param {{title: import("../../shared/text.js").Text, picture: string, mask: Blob | null, byHand: boolean, others: Blob[]}} what the picture's
 *   address, the mask so far, and those of the other styles
 * @returns {Promise<MaskAnswer>}
 */
export async function askForMask({ title, picture, mask, others, ...before }) {
  image.src = picture;
  try {
    await image.decode();
  } catch {
    showError(text("mask-needs-picture"), "mask");
    return { kept: true };
  }
  const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  say(byId("mask-title"), title);
  byId("mask-remove").hidden = !mask;
  byId("mask-erase", HTMLInputElement).checked = false;
  byId("mask-rest").hidden = others.length === 0;
  byId("mask-rest").onclick = () => {
    remember();
    byHand = true;
    reading = showRest(others);
    return reading;
  };
  byHand = before.byHand;
  reading = mask ? show(mask) : Promise.resolve();
  dialog.showModal();
  return new Promise((resolve) => {
    finish = resolve;
  });
}
