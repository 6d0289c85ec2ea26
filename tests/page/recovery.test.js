// The real engine after the loss of its GPU, after a reload, and with no memory left.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  currentLoss,
  currentStep,
  drawPicture,
  element,
  fillControls,
  launch,
  ready,
  stepsDone,
} from "./browser.js";
import { visit, withPrelude } from "./site.js";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** The worker with a clock a hundred times as fast, so that it keeps the painting soon, and its GPU within reach. */
const PRELUDE = `
  const now = performance.now.bind(performance);
  performance.now = () => 100 * now();
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...what) {
    globalThis.device = await request.apply(this, what);
    return device;
  };
`;
const answer = withPrelude(PRELUDE);

const inWorker = (page, act) => page.workers()[0].evaluate(act);
const mentioned = (page, id, expected) =>
  page.waitForFunction(
    ([id, expected]) => new RegExp(expected).test(document.getElementById(id).textContent),
    [id, expected],
  );

/** The first loss that is told since the painting began or went on. */
async function firstLoss(page) {
  await page.waitForFunction(() => document.getElementById("progress").dataset.loss !== "");
  return currentLoss(page);
}

test("a painting outlives the loss of its GPU and a reload", async () => {
  await visit(browser, { answer }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 48, 32, 20));
    await element(page, "style-input").setInputFiles(await drawPicture(page, 32, 32, 200));
    // Its momentum makes the loss fall fast; the mean must be kept too.
    const tutorial = { preset: "tutorial", averaging: 0.99 };
    await fillControls(page, { ...tutorial, size: 24, steps: 500 });
    await element(page, "start").click();
    const first = await firstLoss(page);
    await stepsDone(page, 8);

    await inWorker(page, () => device.destroy());
    await mentioned(page, "news-text", "graphics card was lost. The painting goes on from step");
    const losses = [await firstLoss(page)];
    await stepsDone(page, 9);

    await page.reload();
    await page.locator("#unfinished").waitFor();
    await page.getByRole("button", { name: "Go on", exact: true }).click();
    losses.push(await firstLoss(page));
    // The loss falls fast at first: whatever begins anew has the first one again.
    assert.ok(
      losses.every((loss) => loss < 0.9 * first),
      `after ${first} it began anew: ${losses}`,
    );
    assert.deepEqual(problems, []);
  });
});

test("without memory it offers a smaller size, and a new device paints it", async () => {
  await visit(browser, { answer }, async ({ page }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 48, 32, 20));
    await element(page, "style-input").setInputFiles(await drawPicture(page, 32, 32, 200));
    await fillControls(page, { size: 40, "first-size": 4096, steps: 500 });
    await element(page, "start").click();
    await stepsDone(page, 3);
    await inWorker(page, () => {
      const error = new GPUOutOfMemoryError("as a test");
      device.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));
    });
    await mentioned(page, "error", "not enough free memory");
    await page.locator("#retry", { hasText: /^(Finish|Paint) at \d+ pixels$/ }).click();
    await stepsDone(page, (await currentStep(page)) + 3);
  });
});

test("a graphics card that gives only small buffers paints by parts, and says what is the largest size", async () => {
  // As much as the network's largest filter needs, an eighth of what WebGPU promises.
  const small = withPrelude(`
    for (const limit of ["maxBufferSize", "maxStorageBufferBindingSize"]) {
      Object.defineProperty(GPUSupportedLimits.prototype, limit, { get: () => 2 ** 24 });
    }
  `);
  await visit(browser, { answer: small }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 48, 32, 20));
    await fillControls(page, { size: 480, "first-size": 8192 });
    await mentioned(page, "memory-need", "in \\d+ parts");
    await fillControls(page, { size: 8192 });
    await mentioned(page, "memory-need", "The largest that fits has \\d+ pixels");
    await fillControls(page, { size: 24, steps: 1 });
    await element(page, "start").click();
    await stepsDone(page, 1);
    assert.deepEqual(problems, []);
  });
});

test("a graphics card that does not start is explained, and the page can be loaded again", async () => {
  const refuses = withPrelude(`
    GPUAdapter.prototype.requestDevice = async () => {
      throw new DOMException("it is busy", "OperationError");
    };
  `);
  await visit(browser, { answer: refuses }, async ({ page }) => {
    await mentioned(page, "error", "Impasto could not start. The GPU refused to start");
    assert.ok(await element(page, "start").isHidden());
    await page.locator("#retry").click();
    await mentioned(page, "error", "Impasto could not start");
  });
});
