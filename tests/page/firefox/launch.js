// Firefox with a WebGPU that runs on the Vulkan device that the environment names.

import puppeteer from "puppeteer-core";

/** @param {number} patience milliseconds for one answer of the page's */
export async function launch(patience) {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    headless: true,
    protocolTimeout: patience,
    // Firefox takes no software device by itself.
    extraPrefsFirefox: { "dom.webgpu.enabled": true, "gfx.webgpu.ignore-blocklist": true },
    env: { ...process.env, MOZ_CRASHREPORTER_DISABLE: "1" },
  });
}
