// The paintings that this browser keeps: a strip of them, and each at full size.

import { forgetEverything, forgetPainting, keepPainting, paintings } from "../../shared/store.js";
import { text, textOf } from "../../shared/text.js";
import { locale, say, words } from "../say/language.js";
import { clearError, clearNews, showError, showNews } from "../say/notice.js";

const byId = (id) => document.getElementById(id);
const strip = byId("strip");
const dialog = byId("kept");
const image = byId("kept-image");

const dateOf = ({ painted }) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(painted);

/** What a click on a painting does: show it, unless another one waits to be compared with it. */
let clicked = open;

function itemOf(painting) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sample";
  button.title = painting.caption;
  const picture = document.createElement("img");
  picture.src = URL.createObjectURL(painting.small);
  picture.alt = painting.caption;
  button.append(picture);
  button.onclick = () => clicked(painting);
  item.append(button);
  return item;
}

/** Shows what is kept now. */
export async function showGallery() {
  const kept = await paintings().catch(() => []);
  for (const { src } of strip.querySelectorAll("img")) {
    URL.revokeObjectURL(src);
  }
  strip.replaceChildren(...kept.map(itemOf));
  byId("gallery").hidden = kept.length === 0;
}

function open(painting) {
  image.src = URL.createObjectURL(painting.blob);
  image.alt = painting.caption;
  say(byId("kept-caption"), painting.caption);
  byId("kept-date").textContent = dateOf(painting);
  byId("kept-download").onclick = () => download(painting);
  byId("kept-settings").onclick = () => {
    dialog.close();
    useSettings(new File([painting.blob], `${painting.name}.png`, { type: "image/png" }));
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

function download(painting) {
  save(painting.blob, `impasto-${painting.name}.png`);
}

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

async function attempt(task) {
  clearError("gallery");
  try {
    await task();
  } catch (error) {
    showError(text("storage-silent", { why: textOf(error) }), "gallery");
  }
  await showGallery();
}

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
