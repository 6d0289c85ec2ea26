// Settings that travel in the page's address.

import { byId } from "../../shared/elements.js";
import { text, textOf } from "../../shared/text.js";
import { showError, showNews } from "../say/notice.js";
import { adoptSettings, readSettings } from "./settings.js";

/** @import { Settings } from "../../shared/messages.js" */

const START = "#settings=";

/** @param {Settings} settings */
function linkOf(settings) {
  const address = new URL(location.href);
  address.hash = START + encodeURIComponent(JSON.stringify(settings));
  return address.href;
}

async function copy() {
  try {
    await navigator.clipboard.writeText(linkOf(readSettings()));
    showNews(text("settings-copied"), text("all-right"), () => {});
  } catch (error) {
    showError(textOf(error), "settings");
  }
}

/** Offers to copy a link to the settings. */
export function offerLink() {
  const button = byId("share-settings");
  button.hidden = !navigator.clipboard?.writeText;
  button.onclick = copy;
}

/** What the page's address says of settings, once: the address is bare after that. */
function settingsOfLink() {
  if (!location.hash.startsWith(START)) {
    return null;
  }
  const written = location.hash.slice(START.length);
  history.replaceState(null, "", location.pathname + location.search);
  try {
    return decodeURIComponent(written);
  } catch {
    // No link of this page's: the engine refuses it like any other text that makes no sense.
    return written;
  }
}

/** @param {Settings | undefined} found what the engine made of a link's settings: nothing where they cannot be used */
function use(found) {
  if (!found) {
    showError(text("settings-link-unusable"), "settings");
    return;
  }
  adoptSettings(found);
  showNews(text("settings-from-link"), text("all-right"), () => {});
}

/**
 * Takes the settings of the page's address, if there are any, once the engine is there to read them.
 * @param {import("../client.js").Client} client
 * @param {() => void} taken called when they were
 */
export async function takeSettingsOfLink(client, taken) {
  const written = client.opened ? settingsOfLink() : null;
  if (written) {
    const { found } = await client.ask("settings", { text: written });
    use(found);
    taken();
  }
}
