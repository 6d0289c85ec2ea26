// The ways out of the page: a download, another app, the clipboard.

import { Trouble, text, textOf } from "../../shared/text.js";
import { clearError, showError, showNews } from "../say/notice.js";
import { readField } from "../settings/fields.js";

const byId = (id) => document.getElementById(id);

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

async function ask(client, format, quality) {
  const { message, ...answer } = await client.ask({ type: "save", format, quality });
  if (message) {
    throw new Trouble("save-failed", { why: message });
  }
  return answer;
}

function askAsChosen(client) {
  const quality = byId("quality-label").hidden ? 100 : readField(byId("quality"));
  return ask(client, byId("format").value, quality);
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
 * Makes the buttons ready, once.
 * @param {import("../client.js").Client} client
 * @param {() => string} name of the painting, without an ending
 */
export function listenToWaysOut(client, name) {
  byId("format").onchange = ({ target }) => {
    byId("quality-label").hidden = !["jpeg", "webp"].includes(target.value);
  };
  byId("download").onclick = () =>
    attempt(async () => {
      const { blob, ending } = await askAsChosen(client);
      save(blob, `impasto-${name()}.${ending}`);
    });
  byId("share").onclick = () =>
    attempt(async () => {
      const { blob, ending } = await askAsChosen(client);
      await share([new File([blob], `impasto-${name()}.${ending}`, { type: blob.type })]);
    });
  byId("copy").onclick = () =>
    attempt(async () => {
      const picture = ask(client, "png", 100).then(({ blob }) => blob);
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
      showNews(text("copied"), text("all-right"), () => {});
    });
  byId("share").hidden = !canShare();
  byId("copy").hidden = !(navigator.clipboard?.write && globalThis.ClipboardItem);
}
