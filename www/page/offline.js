// Keeps the page for times without a network, tells of new versions, and takes what other apps share.

import { text } from "../shared/text.js";
import { showError, showNews } from "./say/notice.js";

/** @param {ServiceWorker} waiting has all of the new version */
function offer(waiting) {
  showNews(text("new-version"), text("use-new-version"), () => waiting.postMessage("use"));
}

/** @param {ServiceWorkerRegistration} registration */
function watch(registration) {
  if (registration.waiting) {
    offer(registration.waiting);
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
        offer(installing);
      }
    };
  };
}

/** Where the browser refuses, as in private windows, the page needs the network and nothing else is different. */
export async function keepForOffline() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) {
    return;
  }
  const controlled = serviceWorker.controller !== null;
  serviceWorker.oncontrollerchange = () => {
    if (controlled) {
      location.reload();
    }
  };
  serviceWorker.onmessage = ({ data }) => {
    if (data === "others") {
      showError(text("close-other-tabs"), "version");
    }
  };
  try {
    watch(await serviceWorker.register("sw.js", { updateViaCache: "none" }));
  } catch {
    // Nothing is lost by it.
  }
}

/** @returns {Promise<File | null>} a picture that another app has shared, once */
export async function sharedPicture() {
  try {
    const cache = await caches.open("impasto-shared");
    const key = new URL("shared", document.baseURI).href;
    const answer = await cache.match(key);
    if (!answer) {
      return null;
    }
    await cache.delete(key);
    const blob = await answer.blob();
    return new File([blob], decodeURIComponent(answer.headers.get("X-Name") ?? ""), {
      type: blob.type,
    });
  } catch {
    return null;
  }
}
