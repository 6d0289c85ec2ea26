// The one screen of a browser that cannot paint.

const REASONS = {
  browser: {
    title: "This browser cannot paint yet",
    text: "Impasto paints on your own graphics card, through WebGPU, and this browser does not have it.",
    browsers: true,
  },
  worker: {
    title: "This browser cannot paint yet",
    text: "Impasto paints in the background, so that the page stays quick, and this browser has WebGPU only in the foreground. An update of it may help.",
    browsers: true,
  },
  address: {
    title: "This address is not secure",
    text: "Browsers open the graphics card only to pages that come over https, or from this very machine (localhost). Open Impasto at such an address.",
    browsers: false,
  },
  adapter: {
    title: "No graphics card to paint on",
    text: "This browser has WebGPU but found no graphics card that it may use. Switch on hardware acceleration in the browser's settings, or update the graphics driver, then reload this page.",
    browsers: false,
  },
};

/**
 * Shows why nothing can be painted here, and nothing else.
 * @param {keyof typeof REASONS} reason
 */
export function showUnsupported(reason) {
  const { title, text, browsers } = REASONS[reason];
  document.getElementById("studio").hidden = true;
  document.getElementById("unsupported").hidden = false;
  document.getElementById("unsupported-title").textContent = title;
  document.getElementById("unsupported-text").textContent = text;
  document.getElementById("browsers").hidden = !browsers;
}

/** @returns {keyof typeof REASONS | null} what the page itself lacks; the worker finds out the rest */
export function missing() {
  if (navigator.gpu) {
    return null;
  }
  return isSecureContext ? "browser" : "address";
}
