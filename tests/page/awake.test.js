// The screen stays on while the page paints in the foreground, and no longer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { currentStep, element, fillControls, ready, says, stepsDone, tick } from "./browser.js";
import { visit, withFakeEngine } from "./site.js";

/** Notes what is asked of the screen; a hidden page loses what it has and gets nothing, as browsers do it. */
const script = () => {
  globalThis.screen.asked = 0;
  const held = new Set();
  globalThis.screen.isOn = () => held.size > 0;
  class Sentinel {
    released = false;
    constructor() {
      held.add(this);
    }
    async release() {
      this.released = true;
      held.delete(this);
    }
  }
  const request = async () => {
    globalThis.screen.asked += 1;
    if (document.hidden || globalThis.screen.refuses) {
      throw new DOMException("refused", "NotAllowedError");
    }
    return new Sentinel();
  };
  Object.defineProperty(navigator, "wakeLock", { value: { request } });
  globalThis.hide = (hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    if (hidden) {
      for (const sentinel of held) {
        sentinel.release();
      }
    }
    document.dispatchEvent(new Event("visibilitychange"));
  };
};

const isOn = (page, on) => page.waitForFunction((on) => screen.isOn() === on, on);
const answer = withFakeEngine({ pace: 100 });

test("the screen stays on while it paints, and not while it pauses or when it is done", async () => {
  await visit({ answer, script }, async ({ page, problems }) => {
    await ready(page);
    assert.equal(await page.evaluate(() => screen.asked), 0);
    await fillControls(page, { preset: "tutorial", steps: 80 });
    await element(page, "start").click();
    await stepsDone(page, 1);
    await isOn(page, true);
    assert.equal(await page.evaluate(() => screen.asked), 1, "once is enough");
    await element(page, "pause").click();
    await says(page, "Paused");
    await isOn(page, false);
    await element(page, "pause").click();
    await stepsDone(page, (await currentStep(page)) + 1);
    await isOn(page, true);
    await says(page, "Finished");
    await isOn(page, false);
    await page.getByRole("button", { name: "Paint another" }).click();
    await fillControls(page, { steps: 5000 });
    await element(page, "start").click();
    await isOn(page, true);
    // Before the first step there is nothing that could be stopped at.
    await stepsDone(page, 1);
    await element(page, "stop").click();
    await says(page, "Stopped");
    await isOn(page, false);
    assert.deepEqual(problems, []);
  });
});

test("who comes back to a painting finds the screen kept on again, and a paused one asks for nothing", async () => {
  await visit({ answer, script }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, { steps: 5000 });
    await element(page, "start").click();
    await isOn(page, true);
    await page.evaluate(() => hide(true));
    await isOn(page, false);
    const step = await currentStep(page);
    await stepsDone(page, step + 3);
    assert.equal(await page.evaluate(() => screen.asked), 1, "a hidden page asks for nothing");
    await page.evaluate(() => hide(false));
    await isOn(page, true);
    await element(page, "pause").click();
    await says(page, "Paused");
    await page.evaluate(() => {
      hide(true);
      hide(false);
    });
    assert.equal(await page.evaluate(() => screen.asked), 2);
    assert.equal(await page.evaluate(() => screen.isOn()), false);
    assert.deepEqual(problems, []);
  });
});

test("a painting that pauses while it is hidden lets the screen go, and takes it back", async () => {
  await visit({ answer, script }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { steps: 5000 });
    await tick(page, "background", false);
    await element(page, "start").click();
    await stepsDone(page, 1);
    await page.evaluate(() => hide(true));
    await says(page, "Paused");
    await isOn(page, false);
    await page.evaluate(() => hide(false));
    await isOn(page, true);
  });
});

test("a browser that keeps no screen on, or refuses to, paints as ever", async () => {
  const lacks = () => {
    delete Navigator.prototype.wakeLock;
  };
  const refuses = () => {
    WakeLock.prototype.request = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  };
  for (const script of [lacks, refuses]) {
    await visit({ answer, script }, async ({ page, problems }) => {
      await ready(page);
      await fillControls(page, { preset: "tutorial", steps: 3 });
      await element(page, "start").click();
      await says(page, "Finished");
      assert.deepEqual(problems, []);
    });
  }
});
