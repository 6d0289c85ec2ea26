// Keeps the page for times without a network, tells of new versions, and takes what other apps share.

import { text, textOf } from "../shared/text.js";
import { listed, words } from "./say/language.js";
import { showError, showNews } from "./say/notice.js";

/**
 * The files that the server does not give as they were built, and what else went wrong.
 * @typedef {{changed: string[], missing: string[], others: string[]}} Unkept
 */

/** @param {import("../shared/text.js").Text} message for who hosts the page: to a visitor nothing is different */
const tellHost = (message) => console.warn(words(message));

/** @param {Unkept} unkept why the page is not kept */
function explain({ changed, missing, others }) {
  const address = new URL(".", document.baseURI).href;
  if (changed.length > 0) {
    tellHost(text("offline-changed", { files: listed(changed), address }));
  }
  if (missing.length > 0) {
    tellHost(text("offline-missing", { files: listed(missing), address }));
  }
  if (others.length > 0) {
    tellHost(text("offline-failed", { why: others[0] }));
  }
}

/**
 * @param {ServiceWorker} waiting has all of the new version
 * @param {() => boolean} mayLeave
 */
function offer(waiting, mayLeave) {
  showNews(text("new-version"), text("use-new-version"), () => {
    if (mayLeave()) {
      waiting.postMessage("use");
    } else {
      offer(waiting, mayLeave);
    }
  });
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @param {() => boolean} mayLeave
 */
function watch(registration, mayLeave) {
  if (registration.waiting) {
    offer(registration.waiting, mayLeave);
  }
  registration.onupdatefound = () => {
    const { installing } = registration;
    if (!installing) {
      return;
    }
    // Without one before it, it is the first visit and nothing is new.
    const isUpdate = registration.active !== null;
    installing.onstatechange = () => {
      if (installing.state === "installed" && isUpdate) {
        offer(installing, mayLeave);
      }
    };
  };
}

/**
 * Where the browser refuses, as in private windows, the page needs the network and nothing else is different.
 * @param {{mayLeave: () => boolean, leaves: () => void}} page `mayLeave` is asked before it is loaded again for another
 *   version, and `leaves` told when it is
 */
export async function keepForOffline({ mayLeave, leaves }) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) {
    return;
  }
  const controlled = serviceWorker.controller !== null;
  serviceWorker.oncontrollerchange = () => {
    if (controlled) {
      leaves();
      location.reload();
    }
  };
  serviceWorker.onmessage = ({ data }) => {
    if (data === "others") {
      showError(text("close-other-tabs"), "version");
    } else {
      explain(data);
    }
  };
  try {
    watch(await serviceWorker.register("sw.js", { updateViaCache: "none" }), mayLeave);
  } catch (error) {
    // Nothing is lost by it; but a host that gives sw.js with another type wants to know.
    tellHost(text("offline-failed", { why: textOf(error) }));
  }
}

/** @param {Response} answer the worker's, with a picture */
async function fileOf(answer) {
  const blob = await answer.blob();
  const name = decodeURIComponent(answer.headers.get("X-Name") ?? "");
  return new File([blob], name, { type: blob.type });
}

/** @returns {Promise<File[]>} the pictures that another app has shared, once */
export async function sharedPictures() {
  try {
    const cache = await caches.open("impasto-shared");
    const answers = await cache.matchAll();
    const files = await Promise.all(answers.map(fileOf));
    for (const key of await cache.keys()) {
      await cache.delete(key);
    }
    return files;
  } catch {
    return [];
  }
}
