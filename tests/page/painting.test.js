// The page with the real engine and the real network, on a WebGPU that runs on the processor.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  currentLoss,
  currentStep,
  decodePicture,
  download,
  drawPicture,
  element,
  equip,
  fillControls,
  openPart,
  ready,
  SHALLOW,
  says,
  stepsDone,
} from "./browser.js";
import { only } from "./launch.js";
import { eventually, visit } from "./site.js";

equip("canvases");

/** With all that a visitor has: the page is kept meanwhile. */
const options = { serviceWorkers: "allow" };

/** What the canvas shows, in a pause: beside the painting, the browser's own drawing waits long for a processor. */
async function pausedPicture(page) {
  await element(page, "pause").click();
  assert.equal(await element(page, "pause").textContent(), "Resume");
  await says(page, "Paused at");
  return decodePicture(page, await element(page, "canvas").screenshot());
}

function difference(a, b) {
  let sum = 0;
  a.pixels.forEach((value, place) => {
    sum += Math.abs(value - b.pixels[place]);
  });
  return sum / a.pixels.length;
}

/** Uploads two pictures and paints them: it pauses, resumes, stops and downloads. */
async function paintUploaded(page) {
  await element(page, "content-input").setInputFiles(await drawPicture(page, 90, 60, 20));
  await element(page, "style-input").setInputFiles(await drawPicture(page, 64, 64, 200));
  await fillControls(page, { ...SHALLOW, size: 32, steps: 500 });
  await element(page, "start").click();

  await stepsDone(page, 1);
  const firstLoss = await currentLoss(page);
  const firstPicture = await pausedPicture(page);
  const paused = await currentStep(page);
  // A file waits for its turn at the engine: if that were still painting, a step would be told before the second file.
  await download(page);
  await download(page);
  assert.equal(await currentStep(page), paused, "it goes on while it is paused");

  await element(page, "pause").click();
  await stepsDone(page, paused + 4);
  assert.ok((await currentLoss(page)) < firstLoss, "the loss does not fall");
  assert.ok(
    difference(firstPicture, await pausedPicture(page)) > 0.5,
    "the canvas does not change",
  );
  await element(page, "pause").click();

  const early = await download(page);
  await element(page, "stop").click();
  await says(page, "Stopped at");
  const { name, bytes } = await download(page);
  assert.equal(name, "impasto-picture-20-picture-200.png");
  const picture = await decodePicture(page, bytes);
  assert.deepEqual([picture.width, picture.height], [32, 21]);
  assert.ok(difference(picture, await decodePicture(page, early.bytes)) < 20);
}

test("tells what a painting needs of the graphics memory before it begins", async () => {
  await visit({ options }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 64, 64, 20));
    await element(page, "style-input").setInputFiles(await drawPicture(page, 64, 64, 200));
    const needs = (words) =>
      page.waitForFunction(
        (words) => document.getElementById("memory-need").textContent.includes(words),
        words,
      );
    /** Waits until the engine has answered for what is set now. */
    const takes = (least, most) =>
      page.waitForFunction(
        ([least, most]) => {
          const told = /takes ([\d.]+) MB\./.exec(
            document.getElementById("memory-need").textContent,
          );
          return told && Number(told[1]) > least && Number(told[1]) <= most;
        },
        [least, most],
      );
    await fillControls(page, { preset: "tutorial", size: 512 });
    // 490 of them are filters, which are kept because there is room.
    await takes(690, 810);
    await fillControls(page, { memory: 0.7 });
    await takes(200, 320);
    assert.match(await page.locator("#plan-text").textContent(), /MB {2}picture \(1\)\n/);
    await fillControls(page, { memory: 2, size: 4096 });
    await needs("parts");
    await fillControls(page, { memory: 0.1 });
    await needs("does not fit");
    assert.deepEqual(problems, []);
  });
});

test("paints the samples to the end with one click, then what is uploaded, and loads the model once", async () => {
  await visit({ options }, async ({ page, requests, problems, server }) => {
    await ready(page);
    // Smaller than a visitor's, for the processor's sake; the click is the same.
    await fillControls(page, { size: 24, steps: 2, "refining-steps": 1 });
    await element(page, "start").click();
    await says(page, "Finished: 3 steps");
    assert.equal(await currentStep(page), 3);
    const picture = await decodePicture(page, (await download(page)).bytes);
    assert.equal(Math.max(picture.width, picture.height), 24);

    await page.getByRole("button", { name: "Paint another" }).click();
    await paintUploaded(page);

    server.requests.length = 0;
    await page.reload();
    await ready(page);
    assert.ok(
      !server.requests.some((path) => path.endsWith(".safetensors")),
      "the model was loaded again",
    );
    const foreign = requests.filter(
      (url) => !url.startsWith(server.origin) && !url.startsWith("blob:"),
    );
    assert.deepEqual(foreign, [], "a request left the page's origin");
    assert.deepEqual(problems, []);
  });
});

test("grows in two styles with masks, adjusts, and gives a picture from which its settings come back", async () => {
  await visit({ options }, async ({ page, problems }) => {
    await ready(page);
    const pictures = await Promise.all([1, 2, 3].map((hue) => drawPicture(page, 48, 40, hue * 60)));
    await element(page, "content-input").setInputFiles(pictures[0]);
    await element(page, "style-input").setInputFiles(pictures[1]);
    const sizes = { size: 32, "first-size": 23, growth: "root" };
    const changed = { ...sizes, steps: 1, "first-steps": 1, "refining-steps": 1, "tv-weight": 7 };
    await fillControls(page, {
      ...changed,
      noise: 0.5,
      seed: 11,
      ...SHALLOW,
    });
    await openPart(page, "styles");
    await element(page, "styles-input").setInputFiles(pictures[2]);
    await page.getByLabel("Part of picture-180").fill("0.5");
    for (const button of ["Where picture-120 is painted", "What counts of picture-180"]) {
      await page.getByRole("button", { name: button }).click();
      await element(page, "mask-input").setInputFiles(await drawPicture(page, 20, 20, 3));
      await page.getByRole("button", { name: "Done" }).click();
    }
    // Each size has its own proportions by rounding. An observer sees every one, however short it is shown.
    await page.locator(".easel").evaluate((easel) => {
      globalThis.ratios = [];
      new MutationObserver(() => {
        ratios.push(Number(easel.style.getPropertyValue("--ratio")));
      }).observe(easel, { attributeFilter: ["style"] });
    });
    await element(page, "start").click();
    await says(page, "Finished: 3 steps");
    const ratios = new Set(await page.evaluate(() => ratios));
    assert.deepEqual(
      [...ratios],
      [48 / 40, 23 / 19, 32 / 27],
      "the chosen picture, then both sizes",
    );
    await page.waitForFunction(() => document.getElementById("canvas").width === 32);

    const full = await decodePicture(page, (await download(page)).bytes);
    await page.locator("#adjust > summary").click();
    await element(page, "show-strength").fill("0");
    await element(page, "format").selectOption("png16");
    const { bytes, name } = await download(page);
    assert.equal(bytes[24], 16, "the depth in the header");
    const text = bytes.toString("latin1");
    assert.match(text, /"region":"[0-9a-f]{64}"/);
    assert.match(text, /"source":"[0-9a-f]{64}"/);
    assert.notDeepEqual((await decodePicture(page, bytes)).pixels, full.pixels);
    await element(page, "format").selectOption("jpeg");
    assert.equal((await decodePicture(page, (await download(page)).bytes)).width, 32);

    await page.getByRole("button", { name: "Paint another" }).click();
    await element(page, "preset").selectOption("gatys");
    await element(page, "content-input").setInputFiles({
      name,
      mimeType: "image/png",
      buffer: bytes,
    });
    await element(page, "news").waitFor();
    assert.match(await element(page, "news").textContent(), /Its pictures are chosen too/);
    const restored = { ...changed, noise: 0.5, seed: 11, strength: 0, optimiser: "adam" };
    for (const [id, value] of Object.entries(restored)) {
      assert.equal(await element(page, id).inputValue(), String(value), id);
    }
    const ticked = await element(page, "style-layers").evaluate((layers) =>
      [...layers.querySelectorAll(".layer")]
        .map((layer) => [...layer.querySelectorAll("input")])
        .filter(([tick]) => tick.checked)
        .map(([tick, weight]) => [tick.value, weight.value]),
    );
    assert.deepEqual(ticked, [["block1_conv1", "0.5"]]);
    assert.equal(await page.getByLabel("Part of picture-180").inputValue(), "0.5");
    assert.equal(await element(page, "preset").inputValue(), "brush");
    assert.deepEqual(problems, []);
  });
});

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

const fragile = only("firefox", "a canvas of the worker's own brings down Firefox alone");

test(
  "paints 200 steps, keeps a state, pauses, goes on, and shows what it has painted",
  fragile,
  async () => {
    await visit({ options }, async ({ page, problems }) => {
      await ready(page);
      await fillControls(page, { ...SHALLOW, size: 32, steps: 5000 });
      await element(page, "start").click();
      await stepsDone(page, 100);
      const isKept = async () => (await keptSteps(page)).some((step) => step > 0);
      await eventually(page, isKept, "no state is kept");
      await element(page, "pause").click();
      await says(page, "Paused at");
      const paused = await currentStep(page);
      await element(page, "pause").click();
      await stepsDone(page, Math.max(200, paused + 50));
      await element(page, "stop").click();
      await says(page, "Stopped at");
      await page.locator("#strip button").waitFor({ state: "attached" });
      // A step on the 255 that both are rounded to, once by the canvas and once by the file.
      const difference = await differenceFromKept(page);
      assert.ok(difference <= 1, `the canvas is ${difference} of 255 away from the painting`);
      assert.deepEqual(problems, []);
    });
  },
);
