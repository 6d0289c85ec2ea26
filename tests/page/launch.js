// The browsers in which the page is tested, each with a WebGPU that needs no graphics card.

import { existsSync } from "node:fs";
import { chromium, firefox } from "playwright-core";

/** Which of them the environment asks for. */
export const BROWSER = process.env.BROWSER ?? "chromium";

/**
 * What a browser may be asked to have besides, because it takes a processor two fifths of every page's time to show canvases of
 * WebGPU, a camera changes what the page offers, and translated shaders fill the console.
 * @typedef {"canvases" | "camera" | "translations"} Extra
 */

/** Chromium without windows, menus and extensions where it is installed: three fifths of the work for a processor. */
const SHELL = "/usr/bin/chromium-headless-shell";
const CHROMIUM = existsSync(SHELL) ? SHELL : "/usr/bin/chromium";

/** @param {Extra[]} extras */
function launchChromium(extras) {
  const camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  const translations = "--enable-dawn-features=dump_shaders,disable_symbol_renaming";
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--enable-unsafe-webgpu",
      "--enable-features=Vulkan",
      "--use-vulkan=swiftshader",
      "--use-angle=swiftshader",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
      ...(extras.includes("canvases") ? [] : ["--disable-gpu-compositing"]),
      ...(extras.includes("camera") ? camera : []),
      ...(extras.includes("translations") ? [translations] : []),
    ],
  });
}

/** Between Playwright and this Firefox, which differ in two details of their protocol. */
function mediate(transport) {
  const { onmessage } = transport;
  const send = transport.send.bind(transport);
  // Every context sets the colour scheme, which this Firefox does not let a test set.
  transport.send = (message) => {
    if (message.method === "emulation.setMediaFeaturesOverride") {
      queueMicrotask(() => transport.onmessage({ type: "success", id: message.id, result: {} }));
    } else {
      send(message);
    }
  };
  // A download has no number here.
  transport.onmessage = (message) => {
    if (message.method?.startsWith("browsingContext.download")) {
      message.params.download ??= message.params.url;
    }
    onmessage(message);
  };
}

/**
 * Its WebGPU runs on the Vulkan device that the environment names, and its canvases are always shown.
 * @param {Extra[]} extras
 */
async function launchFirefox(extras) {
  const browser = await firefox.launch({
    executablePath: "/usr/bin/firefox-esr",
    // A Firefox as it is published, by WebDriver BiDi: without this, only one that was made for Playwright.
    channel: "moz-firefox",
    firefoxUserPrefs: {
      "dom.webgpu.enabled": true,
      // Firefox takes no software device by itself.
      "gfx.webgpu.ignore-blocklist": true,
      // What nobody looks at need not be drawn sixty times a second, nor a process begun for a tab that is not opened.
      "layout.frame_rate": 20,
      "dom.ipc.processPrelaunch.enabled": false,
      "media.navigator.streams.fake": extras.includes("camera"),
      "media.navigator.permission.disabled": true,
    },
  });
  mediate(browser._connection.toImpl(browser)._connection._transport);
  return browser;
}

const LAUNCH = { chromium: launchChromium, firefox: launchFirefox };

/**
 * @param {string} name of a browser
 * @param {Extra[]} extras
 */
export function launch(name, extras = []) {
  if (!(name in LAUNCH)) {
    throw new Error(
      `There is no browser ${name}: choose one of ${Object.keys(LAUNCH).join(", ")}.`,
    );
  }
  return LAUNCH[name](extras);
}

/**
 * For a test that only one browser can run.
 * @param {string} name of that browser
 * @param {string} reason why others cannot
 * @returns {import("node:test").TestOptions}
 */
export const only = (name, reason) => ({ skip: BROWSER === name ? false : reason });
