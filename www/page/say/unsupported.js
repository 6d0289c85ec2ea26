// The one screen of a browser that cannot paint.

import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "./language.js";

/** What is said of each reason, and whether another browser would help. */
const REASONS = {
  browser: { title: "no-webgpu-title", why: "no-webgpu", browsers: true },
  worker: { title: "no-webgpu-title", why: "no-webgpu-in-workers", browsers: true },
  address: { title: "not-secure-title", why: "not-secure", browsers: false },
  adapter: { title: "no-adapter-title", why: "no-adapter", browsers: false },
};

/**
 * Shows why nothing can be painted here, and nothing else.
 * @param {keyof typeof REASONS} reason
 */
export function showUnsupported(reason) {
  const { title, why, browsers } = REASONS[reason];
  byId("studio").hidden = true;
  byId("unsupported").hidden = false;
  say(byId("unsupported-title"), text(title));
  say(byId("unsupported-text"), text(why));
  byId("browsers").hidden = !browsers;
}

/** @returns {keyof typeof REASONS | null} what the page itself lacks; the worker finds out the rest */
export function missing() {
  if (navigator.gpu) {
    return null;
  }
  return isSecureContext ? "browser" : "address";
}
