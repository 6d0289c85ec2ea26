// The real engine after the loss of its GPU, after a reload, and with no memory left.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  currentStep,
  drawPicture,
  element,
  fillControls,
  ready,
  SHALLOW,
  says,
  stepsDone,
} from "./browser.js";
import { eventually, inWorker, visit, withPrelude } from "./site.js";

/**
 * The worker with its GPU within reach. It notes what it tells of each painting that it begins or goes on with: every step
 * with its loss, which the page shows only of some.
 */
const PRELUDE = `
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...what) {
    globalThis.device = await request.apply(this, what);
    return device;
  };
  globalThis.told = [];
  const tell = postMessage.bind(globalThis);
  globalThis.postMessage = (message, ...more) => {
    if (message.type === "begun") {
      told.push([]);
    } else if (message.type === "steps") {
      told.at(-1).push(...message.records.map(({ step, loss }) => ({ step, loss })));
    }
    tell(message, ...more);
  };
`;
const answer = withPrelude(PRELUDE);

const mentioned = (page, id, expected) =>
  page.waitForFunction(
    ([id, expected]) => new RegExp(expected).test(document.getElementById(id).textContent),
    [id, expected],
  );

/** How many steps are told after each interruption: the first one's loss is that of the kept picture whatever else is lost. */
const AFTER = 3;

/** Waits until so many steps are told since it went on from that one, and gives them. */
async function paintedOn(page, step) {
  await stepsDone(page, step + 1);
  // Of steps that were under way when the painting was put aside no loss is told.
  const [{ step: first }] = (await inWorker(page, () => told)).at(-1);
  await stepsDone(page, first + AFTER - 1);
  return (await inWorker(page, () => told)).at(-1);
}

/** Has the painting kept now, as when a tab is hidden, and waits until it is: with all steps that were seen by now. */
async function keep(page) {
  const seen = await currentStep(page);
  await page.evaluate(() => {
    for (const hidden of [true, false]) {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }
  });
  const isKept = () =>
    page.evaluate(async (seen) => {
      const { openDB } = await import("./vendor/idb/index.js");
      const db = await openDB("impasto");
      const [state] = await db.getAll("states");
      db.close();
      return state?.step >= seen;
    }, seen);
  await eventually(page, isKept, `The painting was not kept at step ${seen}.`);
}

/** Waits until the painting goes on by itself from a later step than that, and gives the step. */
async function goesOnAfter(page, step) {
  const from = await page.waitForFunction((step) => {
    const news = document.getElementById("news-text").textContent;
    const [, from] =
      /graphics card was lost\. The painting goes on from step (\d+)/.exec(news) ?? [];
    return Number(from) > step && Number(from);
  }, step);
  return from.jsonValue();
}

/** In the worker: at the moment at which Firefox says of what is read that it is no longer there. */
function loseWhileReading() {
  const usual = GPUBuffer.prototype.getMappedRange;
  GPUBuffer.prototype.getMappedRange = () => {
    GPUBuffer.prototype.getMappedRange = usual;
    device.destroy();
    throw new DOMException("Buffer is not mapped", "OperationError");
  };
}

test("a painting outlives the loss of its GPU and a reload, and is the same as without", async () => {
  await visit({ answer }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 48, 32, 20));
    await element(page, "style-input").setInputFiles(await drawPicture(page, 32, 32, 200));
    // With momentum, which must be kept too, as must the mean.
    const tutorial = { preset: "tutorial", averaging: 0.99, ...SHALLOW };
    await fillControls(page, { ...tutorial, size: 24, steps: 500 });
    await element(page, "start").click();
    await stepsDone(page, 8);
    await keep(page);

    await inWorker(page, () => device.destroy());
    const lostAt = await goesOnAfter(page, 0);
    const afterLoss = await paintedOn(page, lostAt);
    const [before] = await inWorker(page, () => told);

    await keep(page);
    await inWorker(page, loseWhileReading);
    const lostAgainAt = await goesOnAfter(page, lostAt);
    const afterSecondLoss = await paintedOn(page, lostAgainAt);

    await keep(page);
    await page.reload();
    await element(page, "unfinished").waitFor();
    const unfinished = await element(page, "unfinished").textContent();
    const brokenAt = Number(/broken off at step (\d+)/.exec(unfinished)[1]);
    await page.getByRole("button", { name: "Go on", exact: true }).click();
    const afterReload = await paintedOn(page, brokenAt);

    // The same painting once more, as far as it came, with nothing in between.
    await element(page, "stop").click();
    await says(page, "Stopped at");
    await page.getByRole("button", { name: "Paint another" }).click();
    await element(page, "start").click();
    await stepsDone(page, afterReload.at(-1).step);
    const whole = (await inWorker(page, () => told)).at(-1);
    const lossAt = new Map(whole.map(({ step, loss }) => [step, loss]));
    for (const [kept, part] of [
      [0, before],
      [lostAt, afterLoss],
      [lostAgainAt, afterSecondLoss],
      [brokenAt, afterReload],
    ]) {
      assert.ok(part[0].step > kept, `from step ${kept} it goes on with step ${part[0].step}`);
      const equal = part.filter(({ step }) => lossAt.has(step));
      assert.ok(equal.length >= AFTER, `${equal.length} steps to compare`);
      for (const { step, loss } of equal) {
        // To the last digit: on one adapter the engine computes the same from the same.
        assert.equal(loss, lossAt.get(step), `the loss of step ${step}`);
      }
    }
    assert.ok(
      lostAt >= 8 && brokenAt > lostAgainAt,
      `kept at step ${lostAt}, at ${lostAgainAt}, then at ${brokenAt}`,
    );
    assert.deepEqual(problems, []);
  });
});

test("without memory it offers a smaller size, and a new device paints it", async () => {
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 48, 32, 20));
    await element(page, "style-input").setInputFiles(await drawPicture(page, 32, 32, 200));
    await fillControls(page, { preset: "tutorial", ...SHALLOW, size: 40, steps: 500 });
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
  await visit({ answer: small }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 48, 32, 20));
    await fillControls(page, { preset: "tutorial", size: 480, "first-size": 8192 });
    await mentioned(page, "memory-need", "in \\d+ parts");
    await fillControls(page, { size: 8192 });
    await mentioned(page, "memory-need", "The largest that fits has \\d+ pixels");
    await fillControls(page, { ...SHALLOW, size: 24, steps: 1 });
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
  await visit({ answer: refuses }, async ({ page }) => {
    await mentioned(page, "error", "Impasto could not start. The GPU refused to start");
    assert.ok(await element(page, "start").isHidden());
    await page.locator("#retry").click();
    await mentioned(page, "error", "Impasto could not start");
  });
});
