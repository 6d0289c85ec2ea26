// The ways out of the page: a download, another app, the clipboard.

import { byId } from "../../shared/elements.js";
import { Trouble, text, textOf } from "../../shared/text.js";
import { clearError, showError, showNews } from "../say/notice.js";
import { readNumber } from "../settings/fields.js";

/**
 * @import { Format } from "../../shared/messages.js"
 * @import { Client } from "../client.js"
 */

/** @returns {Format} as the options of its field are named */
const chosenFormat = () => /** @type {Format} */ (byId("format", HTMLSelectElement).value);

/**
 * @param {Blob} blob
 * @param {string} name of the file
 */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has read it by then; without this the picture stays in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * @param {Client} client
 * @param {Format} format
 * @param {number} quality from 1 to 100
 */
async function ask(client, format, quality) {
  const answer = await client.ask("save", { format, quality });
  if ("message" in answer) {
    throw new Trouble("save-failed", { why: answer.message });
  }
  return answer;
}

/** @param {Client} client */
function askAsChosen(client) {
  const quality = byId("quality-label").hidden
    ? 100
    : readNumber(byId("quality", HTMLInputElement));
  return ask(client, chosenFormat(), quality);
}

/**
 * @param {() => Promise<void>} task
 * @param {() => void} failed
 */
async function attempt(task, failed) {
  clearError("file");
  try {
    await task();
  } catch (error) {
    showError(textOf(error), "file");
    failed();
  }
}

/**
 * @param {File[]} files
 * @param {() => void} taken
 */
async function share(files, taken) {
  try {
    await navigator.share({ files });
    taken();
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "NotAllowedError") {
      // The picture took so long that the browser no longer knows that the visitor asked for it.
      showNews(text("share-ready"), text("share-now"), () => share(files, taken));
    } else if (name !== "AbortError") {
      throw error;
    }
  }
}

function canShare() {
  const file = new File([], "picture.png", { type: "image/png" });
  return navigator.canShare?.({ files: [file] }) ?? false;
}

/**
 * Makes the buttons ready, once.
 * @param {Client} client
 * @param {{name: () => string, taken: () => void, failed: () => void}} painting its name without an ending; who is told
 *   that the visitor has a file of it, or that none could be made
 */
export function listenToWaysOut(client, { name, taken, failed }) {
  byId("format", HTMLSelectElement).onchange = () => {
    byId("quality-label").hidden = !["jpeg", "webp"].includes(chosenFormat());
  };
  byId("download").onclick = () =>
    attempt(async () => {
      const { blob, ending } = await askAsChosen(client);
      save(blob, `impasto-${name()}.${ending}`);
      taken();
    }, failed);
  byId("share").onclick = () =>
    attempt(async () => {
      const { blob, ending } = await askAsChosen(client);
      await share([new File([blob], `impasto-${name()}.${ending}`, { type: blob.type })], taken);
    }, failed);
  byId("copy").onclick = () =>
    attempt(async () => {
      const picture = ask(client, "png", 100).then(({ blob }) => blob);
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
      showNews(text("copied"), text("all-right"), () => {});
    }, failed);
  byId("share").hidden = !canShare();
  byId("copy").hidden = !(navigator.clipboard && "ClipboardItem" in globalThis);
}
