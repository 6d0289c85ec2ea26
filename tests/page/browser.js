// The page in the browser that the environment asks for, and what a visitor does with it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after } from "node:test";
import { BROWSER, launch } from "./launch.js";

/** The first run compiles every kernel on a processor, beside whatever else the machine does. */
export const PATIENCE = Number(process.env.PATIENCE ?? 240_000);

/** One for all tests of a file, from the first that needs it on. */
let browser;

after(async () => {
  await (await browser)?.close();
});

/** @type {import("./launch.js").Extra[]} */
const extras = [];

/**
 * For a file whose tests need it, before the first of them.
 * @param {import("./launch.js").Extra} extra
 */
export function equip(extra) {
  extras.push(extra);
}

/** Leaves where tests reach it the thread that the page starts last. */
function catchThread() {
  const Thread = Worker;
  globalThis.Worker = class extends Thread {
    constructor(...what) {
      super(...what);
      globalThis.thread = this;
    }
  };
}

/** What Playwright puts into a field takes the place of what is selected there; by itself it knows no selection in numbers. */
function insertAsTyped() {
  Object.defineProperty(globalThis, "__pw_bidiInsertText", {
    get: () => (words) => {
      document.execCommand("insertText", false, words);
    },
    set() {},
  });
}

/** @param {import("playwright-core").BrowserContextOptions} [options] */
export async function newContext(options) {
  browser ??= launch(BROWSER, extras);
  const context = await (await browser).newContext(options);
  await context.addInitScript(catchThread);
  if (BROWSER === "firefox") {
    await context.addInitScript(insertAsTyped);
  }
  return context;
}

/** Playwright stills what moves by a style of its own, of which Firefox says that the page's policy forbids it. */
const isOfScreenshot = ({ message }) =>
  BROWSER === "firefox" && /blocked an inline style \(style-src-elem\)/.test(message);

/**
 * A page that remembers what went wrong in it.
 * @returns {Promise<{page: import("playwright-core").Page, requests: string[], problems: string[]}>}
 */
export async function open(context, url) {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  // Not at every frame: a browser whose processor has other things to do may draw none for minutes.
  const waitForFunction = page.waitForFunction.bind(page);
  page.waitForFunction = (act, given) => waitForFunction(act, given, { polling: 50 });
  const problems = [];
  const requests = [];
  page.on("pageerror", (error) => {
    if (!isOfScreenshot(error)) {
      problems.push(`page: ${error.message}`);
    }
  });
  page.on("console", (line) => {
    if (line.type() === "error") {
      problems.push(`console: ${line.text()}`);
    }
  });
  context.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, requests, problems };
}

export const element = (page, id) => page.locator(`[data-testid="${id}"]`);

/** Waits until the pictures and the model are there; fails at once if an error is shown. */
export async function ready(page) {
  await page.waitForFunction(() => {
    const error = document.querySelector('[data-testid="error"]');
    const start = document.querySelector('[data-testid="start"]');
    const loaded = document.getElementById("network").dataset.state === "ready";
    return !error.hidden || (loaded && !start.disabled);
  });
  assert.equal(await element(page, "error").textContent(), "");
}

/** Waits until so many steps are done; fails at once if an error is shown. */
export async function stepsDone(page, count) {
  await page.waitForFunction((count) => {
    const error = document.querySelector('[data-testid="error"]');
    const step = Number(document.querySelector('[data-testid="progress"]').dataset.step);
    return !error.hidden || step >= count;
  }, count);
  assert.equal(await element(page, "error").textContent(), "");
  return currentStep(page);
}

/** Waits for what the page says of the painting; fails at once if an error is shown. */
export async function says(page, words) {
  await page.waitForFunction((words) => {
    const error = document.querySelector('[data-testid="error"]');
    return !error.hidden || document.getElementById("status").textContent.includes(words);
  }, words);
  assert.equal(await element(page, "error").textContent(), "");
}

export async function currentStep(page) {
  return Number(await element(page, "progress").getAttribute("data-step"));
}

export async function currentLoss(page) {
  return Number(await element(page, "progress").getAttribute("data-loss"));
}

/**
 * Opens one of the parts that are folded away under "More".
 * @param {string} name look, styles, colours, time, machine or experts
 */
export async function openPart(page, name) {
  await element(page, `part-${name}`).evaluate((part) => {
    document.getElementById("more").open = true;
    part.open = true;
  });
}

/** Opens what a field is folded into, and asks for a size of one's own where that is the field. */
export async function uncover(page, id) {
  await element(page, id).evaluate((field) => {
    for (let folded = field.closest("details"); folded; ) {
      folded.open = true;
      folded = folded.parentElement.closest("details");
    }
  });
  if (id === "size") {
    await element(page, "named-size").selectOption("own");
  }
}

/** Ticks a box by its test id, or takes the tick away, wherever it is folded in. */
export async function tick(page, id, on = true) {
  await uncover(page, id);
  await element(page, id).setChecked(on);
}

/** Ticks the layers that are named and gives them their weights. */
async function fillLayers(field, weights) {
  await field.evaluate((field, weights) => {
    for (const layer of field.querySelectorAll(".layer")) {
      const [tick, weight] = layer.querySelectorAll("input");
      tick.checked = tick.value in weights;
      weight.value = weights[tick.value] ?? 1;
      tick.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }, weights);
}

/** Opens what is folded away and fills fields by their test ids; layers are given with their weights. */
export async function fillControls(page, values) {
  for (const [id, value] of Object.entries(values)) {
    await uncover(page, id);
    const field = element(page, id);
    const kind = await field.evaluate((field) => field.localName);
    if (kind === "select") {
      await field.selectOption(value);
    } else if (kind === "fieldset") {
      await fillLayers(field, value);
    } else {
      await field.fill(String(value));
    }
  }
}

/**
 * Settings by which the real engine goes through the network's first layers only: on a processor the others take most of the
 * time, and much of what is tested is the same without them.
 */
export const SHALLOW = {
  "style-layers": { block1_conv1: 0.5 },
  "content-layers": { block2_conv1: 1 },
};

/** What the page hands over when a button is clicked. */
export async function download(page, id = "download") {
  const [file] = await Promise.all([page.waitForEvent("download"), element(page, id).click()]);
  const bytes = await readFile(await file.path());
  // Firefox would give the next one of this name another.
  await file.delete();
  return { name: file.suggestedFilename(), bytes };
}

/** A PNG drawn by the browser: bands of colour and a disc, different for each hue. */
export async function drawPicture(page, width, height, hue) {
  const base64 = await page.evaluate(
    async ({ width, height, hue }) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      for (let x = 0; x < width; x++) {
        context.fillStyle = `hsl(${hue + x * 3} 70% ${30 + ((x * 7) % 40)}%)`;
        context.fillRect(x, 0, 1, height);
      }
      context.fillStyle = `hsl(${hue + 180} 80% 60%)`;
      context.arc(width / 2, height / 2, height / 4, 0, 7);
      context.fill();
      const blob = await canvas.convertToBlob();
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return btoa(String.fromCharCode(...bytes));
    },
    { width, height, hue },
  );
  return {
    name: `picture-${hue}.png`,
    mimeType: "image/png",
    buffer: Buffer.from(base64, "base64"),
  };
}

/** Width, height and pixels of an image file, decoded by the browser. */
export async function decodePicture(page, bytes) {
  const decoded = await page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([data]));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const pixels = new Uint8Array(context.getImageData(0, 0, width, height).data.buffer);
    // A million numbers one by one take a browser's driver a quarter of a minute.
    return { width, height, pixels: pixels.toBase64() };
  }, bytes.toString("base64"));
  return { ...decoded, pixels: Buffer.from(decoded.pixels, "base64") };
}
