// The ways out of the page: a download, another app, the clipboard.

import { Trouble, text, textOf } from "../../shared/text.js";
import { clearError, showError, showNews } from "../say/notice.js";
import { readField } from "../settings/fields.js";

const byId = (id) => document.getElementById(id);

/** Counts the questions to the worker, whose answers find their asker by them. */
let question = 0;
const askers = new Map();

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

/** @param {{question: number, blob?: Blob, ending?: string, message?: import("../../shared/text.js").Text}} answer of the worker */
export function answerFile({ question, ...answer }) {
  const { resolve, reject } = askers.get(question);
  askers.delete(question);
  if (answer.message) {
    reject(new Trouble("save-failed", { why: answer.message }));
  } else {
    resolve(answer);
  }
}

function ask(worker, format, quality) {
  question += 1;
  worker().postMessage({ type: "save", question, format, quality });
  return new Promise((resolve, reject) => askers.set(question, { resolve, reject }));
}

function askAsChosen(worker) {
  const quality = byId("quality-label").hidden ? 100 : readField(byId("quality"));
  return ask(worker, byId("format").value, quality);
}

async function attempt(task) {
  clearError("file");
  try {
    await task();
  } catch (error) {
    showError(textOf(error), "file");
  }
}

async function share(files) {
  try {
    await navigator.share({ files });
  } catch (error) {
    if (error.name === "NotAllowedError") {
      // The picture took so long that the browser no longer knows that the visitor asked for it.
      showNews(text("share-ready"), text("share-now"), () => share(files));
    } else if (error.name !== "AbortError") {
      throw error;
    }
  }
}

function canShare() {
  const file = new File([], "picture.png", { type: "image/png" });
  return navigator.canShare?.({ files: [file] }) ?? false;
}

/**
 * @param {() => Worker} worker
 * @param {() => string} name of the painting, without an ending
 */
export function listenToWaysOut(worker, name) {
  byId("download").onclick = () =>
    attempt(async () => {
      const { blob, ending } = await askAsChosen(worker);
      save(blob, `impasto-${name()}.${ending}`);
    });
  byId("share").onclick = () =>
    attempt(async () => {
      const { blob, ending } = await askAsChosen(worker);
      await share([new File([blob], `impasto-${name()}.${ending}`, { type: blob.type })]);
    });
  byId("copy").onclick = () =>
    attempt(async () => {
      const picture = ask(worker, "png", 100).then(({ blob }) => blob);
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
      showNews(text("copied"), text("all-right"), () => {});
    });
  byId("share").hidden = !canShare();
  byId("copy").hidden = !(navigator.clipboard?.write && globalThis.ClipboardItem);
}
