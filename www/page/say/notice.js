// The one place where the page says that something went wrong, and what to do; and, more quietly, that something is new.

import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "./language.js";

const notice = byId("notice");
const news = byId("news");
const announcement = byId("announcement");
const error = byId("error");
const retry = byId("retry");
/**
 * What the error that is shown is about.
 * @type {unknown}
 */
let current;

/** @returns {HTMLDialogElement | null} what lies over the page at present */
export const openDialog = () => document.querySelector("dialog:modal");

/**
 * What lies behind a dialogue is neither seen nor heard: it is said in the dialogue.
 * @param {...HTMLElement} boxes
 */
function bringForward(...boxes) {
  openDialog()?.prepend(...boxes);
}

// Of a dialogue that closes; its event does not bubble.
document.addEventListener(
  "close",
  () => {
    byId("choose").before(notice, news);
    byId("studio").append(announcement);
  },
  true,
);

/**
 * @param {import("../../shared/text.js").Text} message tells the visitor what to do
 * @param {unknown} about what it concerns: only news of the same clears it
 * @param {() => void} [again] what the button to try again does; without it there is no button
 * @param {import("../../shared/text.js").Text} label what the button says
 */
export function showError(message, about, again, label = text("try-again")) {
  current = about;
  say(error, message);
  retry.onclick = () => {
    clearError(about);
    again?.();
  };
  retry.hidden = !again;
  say(retry, label);
  bringForward(notice);
  notice.hidden = error.hidden = false;
  notice.scrollIntoView({ block: "nearest" });
}

/**
 * As {@link showError} for all that went wrong at once.
 * @param {import("../../shared/text.js").Text[]} messages none if nothing did
 * @param {unknown} about
 */
export function showErrors(messages, about) {
  if (messages.length > 0) {
    const all = messages.reduce((one, other) => text("one-and-other", { one, other }));
    showError(all, about);
  }
}

/** @param {unknown} about */
export function clearError(about) {
  if (about === current) {
    clearErrors();
  }
}

/** Clears whatever is shown. */
export function clearErrors() {
  current = undefined;
  notice.hidden = error.hidden = retry.hidden = true;
  say(error, "");
}

/**
 * @param {import("../../shared/text.js").Text} message
 * @param {import("../../shared/text.js").Text} action what the button says
 * @param {() => void} act what it does; then the message has done its work
 */
export function showNews(message, action, act) {
  bringForward(news, announcement);
  news.hidden = false;
  say(byId("news-text"), message);
  // A region that was hidden is not always read aloud.
  say(announcement, message);
  const button = byId("news-action");
  say(button, action);
  button.onclick = () => {
    clearNews();
    act();
  };
  news.scrollIntoView({ block: "nearest" });
}

export function clearNews() {
  news.hidden = true;
}
