// The page with the real engine in Firefox, whose WebGPU runs on the Vulkan device that the environment names.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { PATIENCE } from "../browser.js";
import { serve } from "../server.js";
import { launch } from "./launch.js";

let browser;
let server;

before(async () => {
  browser = await launch(PATIENCE);
  server = await serve("dist");
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** A page whose defects are noted, and with it what was noted. */
async function open(url) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  const problems = [];
  page.on("pageerror", (error) => problems.push(`page: ${error.message}`));
  page.on("console", (line) => {
    if (line.type() === "error") {
      problems.push(`console: ${line.text()}`);
    }
  });
  await page.goto(url);
  return { page, problems };
}

/** What the page tells of the painting, and of what failed. */
async function told(page) {
  try {
    return await page.evaluate(() => ({
      step: Number(document.querySelector('[data-testid="progress"]').dataset.step),
      status: document.getElementById("status").textContent,
      error: document.querySelector('[data-testid="error"]').textContent,
    }));
  } catch (error) {
    throw new Error("Firefox went down, or does not answer", { cause: error });
  }
}

/** Looks now and then until there is what is waited for; fails at once where the page tells an error or Firefox is gone. */
async function until(page, isThere) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const now = await told(page);
    assert.equal(now.error, "");
    if (await isThere(now)) {
      return now;
    }
    assert.ok(Date.now() < end, `waited in vain, at step ${now.step}: ${now.status}`);
    await wait(200);
  }
}

const press = (page, id) => page.$eval(`[data-testid="${id}"]`, (button) => button.click());

function fill(page, values) {
  return page.evaluate((values) => {
    for (const [id, value] of Object.entries(values)) {
      const field = document.querySelector(`[data-testid="${id}"]`);
      field.value = value;
      for (const kind of ["input", "change"]) {
        field.dispatchEvent(new Event(kind, { bubbles: true }));
      }
    }
  }, values);
}

/** The steps of the states that are kept in the browser. */
const keptSteps = (page) =>
  page.evaluate(async () => {
    const { openDB } = await import("./vendor/idb/index.js");
    const database = await openDB("impasto");
    const states = await database.getAll("states");
    database.close();
    return states.map(({ step }) => step);
  });

/** The mean difference of what the canvas shows from the painting that was kept last, of 255. */
const differenceFromKept = (page) =>
  page.evaluate(async () => {
    const { openDB } = await import("./vendor/idb/index.js");
    const database = await openDB("impasto");
    const { blob } = (await database.getAll("paintings")).at(-1);
    database.close();
    const pixelsOf = (picture) => {
      const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
      context.drawImage(picture, 0, 0);
      return context.getImageData(0, 0, picture.width, picture.height).data;
    };
    const kept = pixelsOf(await createImageBitmap(blob));
    const shown = pixelsOf(document.getElementById("canvas"));
    const sum = kept.reduce((sum, value, place) => sum + Math.abs(value - shown[place]), 0);
    return sum / kept.length;
  });

test("Firefox paints 200 steps, keeps a state, pauses, goes on, and shows what it has painted", async () => {
  const { page, problems } = await open(server.origin);
  await page.waitForFunction(
    () =>
      document.getElementById("network").dataset.state === "ready" &&
      !document.querySelector('[data-testid="start"]').disabled,
  );
  await fill(page, { size: 32, steps: 1000 });
  await press(page, "start");
  await until(page, ({ step }) => step >= 100);
  await until(page, async () => (await keptSteps(page)).some((step) => step > 0));
  await press(page, "pause");
  const paused = await until(page, ({ status }) => status.includes("Paused at"));
  await press(page, "pause");
  await until(page, ({ step }) => step >= Math.max(200, paused.step + 50));
  await press(page, "stop");
  await until(page, ({ status }) => status.includes("Stopped at"));
  await page.waitForSelector("#strip button");
  // A step on the 255 that both are rounded to, once by the canvas and once by the file.
  const difference = await differenceFromKept(page);
  assert.ok(difference <= 1, `the canvas is ${difference} of 255 away from the painting`);
  assert.deepEqual(problems, []);
});
