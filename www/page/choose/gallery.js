// The paintings that this browser keeps: a strip of them, and each at full size.

import { byId } from "../../shared/elements.js";
import { forgetEverything, forgetPainting, keepPainting, paintings } from "../../shared/store.js";
import { text, textOf } from "../../shared/text.js";
import { locale, say, words } from "../say/language.js";
import { clearError, clearNews, showError, showNews } from "../say/notice.js";

/** @import { KeptPainting } from "../../shared/store.js" */

const strip = byId("strip");
const dialog = byId("kept", HTMLDialogElement);
const image = byId("kept-image", HTMLImageElement);

/** @param {KeptPainting} painting */
const dateOf = ({ painted }) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(painted);

/** What a click on a painting does: show it, unless another one waits to be compared with it. */
let clicked = open;

/**
 * The paintings in the strip, by the addresses of their previews.
 * @type {Map<string, KeptPainting>}
 */
const shown = new Map();

/** @param {KeptPainting} painting */
const fileOf = ({ blob, name }) => new File([blob], `${name}.png`, { type: "image/png" });

/**
 * @param {string} address
 * @returns {((choice: import("./choice.js").Choice) => void) | null} gives a choice the painting whose preview is shown
 *   there, if one is
 */
export function keptAt(address) {
  const painting = shown.get(address);
  return painting ? (choice) => choice.take(fileOf(painting)) : null;
}

/** @param {KeptPainting} painting */
function itemOf(painting) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sample";
  button.title = painting.caption;
  const picture = document.createElement("img");
  picture.src = URL.createObjectURL(painting.small);
  shown.set(picture.src, painting);
  picture.alt = painting.caption;
  button.append(picture);
  button.onclick = () => clicked(painting);
  item.append(button);
  return item;
}

/** Shows what is kept now. */
export async function showGallery() {
  const kept = await paintings().catch(() => []);
  for (const address of shown.keys()) {
    URL.revokeObjectURL(address);
  }
  shown.clear();
  strip.replaceChildren(...kept.map(itemOf));
  byId("gallery").hidden = kept.length === 0;
}

/** @param {KeptPainting} painting */
function open(painting) {
  image.src = URL.createObjectURL(painting.blob);
  image.alt = painting.caption;
  say(byId("kept-caption"), painting.caption);
  byId("kept-date").textContent = dateOf(painting);
  byId("kept-download").onclick = () => download(painting);
  byId("kept-settings").onclick = () => {
    dialog.close();
    useSettings(fileOf(painting));
  };
  byId("kept-compare").onclick = () => askForOther(painting);
  byId("kept-compare").hidden = strip.children.length < 2;
  byId("kept-delete").onclick = () => remove(painting);
  dialog.showModal();
}

/** @type {(file: File) => void} */
let useSettings;
/** @type {(blob: Blob, name: string) => void} */
let save;
/** @type {(one: {blob: Blob, caption: string}, other: {blob: Blob, caption: string}) => void} */
let compare;

/** @param {KeptPainting} painting */
function download(painting) {
  save(painting.blob, `impasto-${painting.name}.png`);
}

/** @param {KeptPainting} painting */
function askForOther(painting) {
  dialog.close();
  showNews(text("choose-other"), text("never-mind"), () => {
    clicked = open;
  });
  clicked = (other) => {
    clicked = open;
    clearNews();
    compare(painting, other);
  };
}

/** @param {() => Promise<unknown>} task */
async function attempt(task) {
  clearError("gallery");
  try {
    await task();
  } catch (error) {
    showError(text("storage-silent", { why: textOf(error) }), "gallery");
  }
  await showGallery();
}

/** @param {KeptPainting} painting */
async function remove(painting) {
  dialog.close();
  await attempt(() => forgetPainting(painting.id));
  showNews(text("painting-deleted"), text("put-back"), () => attempt(() => keepPainting(painting)));
}

/**
 * Makes the strip ready, once.
 * @param {{
 *   useSettings: (file: File) => void,
 *   save: (blob: Blob, name: string) => void,
 *   compare: (one: {blob: Blob, caption: string}, other: {blob: Blob, caption: string}) => void,
 *   forgotten: () => void,
 * }} page `forgotten` is told when everything is
 */
export function listenToGallery(page) {
  ({ useSettings, save, compare } = page);
  byId("kept-close").onclick = () => dialog.close();
  dialog.onclose = () => {
    URL.revokeObjectURL(image.src);
    image.removeAttribute("src");
  };
  byId("forget").onclick = async () => {
    if (confirm(words(text("forget-sure")))) {
      clearNews();
      await attempt(forgetEverything);
      page.forgotten();
      byId("start").focus();
    }
  };
  // Another tab may have painted meanwhile.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      showGallery();
    }
  });
}
