// What nobody keeps is lost only if the visitor says so; and where nothing is lost, nothing is asked.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  download,
  drawPicture,
  element,
  fillControls,
  ready,
  says,
  stepsDone,
  tick,
} from "./browser.js";
import { bring } from "./hands.js";
import { press, quick } from "./hurried.js";
import { calls, eventually, inWorker, LITTLE_MODEL, lastCall, visit } from "./site.js";

/** Answers every question of the page, and notes what they were. */
function answers(page, agree) {
  const asked = [];
  page.removeAllListeners("dialog");
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type() === "beforeunload" ? "beforeunload" : dialog.message());
    await (agree ? dialog.accept() : dialog.dismiss());
  });
  return asked;
}

async function paint(page, steps) {
  await fillControls(page, { preset: "tutorial", steps });
  await element(page, "start").click();
}

async function keepNothing(page) {
  await fillControls(page, {});
  await tick(page, "keep", false);
}

/** Paints something that this browser does not keep, to its end. */
async function paintUnkept(page) {
  await ready(page);
  await keepNothing(page);
  await paint(page, 3);
  await says(page, "Finished: 3 steps");
}

const model = { name: "own.safetensors", mimeType: "", buffer: LITTLE_MODEL };
const QUESTION = /^Nothing keeps this painting\. Go on without it\?/;

/** Every gesture that means another painting. */
const ways = {
  "Paint another": (page) => page.locator("#again").click(),
  "a picture that is dropped": async (page) =>
    bring(page, "drop", "#stage", [await drawPicture(page, 30, 30, 1)]),
  "a picture that is pasted": async (page) =>
    bring(page, "paste", "body", [await drawPicture(page, 30, 30, 1)]),
  "a model that is dropped": (page) => bring(page, "drop", "#stage", [model]),
};

for (const [what, act] of Object.entries(ways)) {
  test(`a painting that nobody keeps makes room for ${what} only if the visitor agrees`, async () => {
    await visit({ answer: quick() }, async ({ page, problems }) => {
      await paintUnkept(page);
      const refused = answers(page, false);
      await act(page);
      await eventually(page, () => refused.length, "nothing was asked");
      assert.match(refused[0], QUESTION);
      assert.ok(await page.locator("#stage").isVisible());
      assert.ok(await page.locator("#news").isHidden(), "the visitor knows that nothing was taken");
      const agreed = answers(page, true);
      await act(page);
      await page.locator("#choose").waitFor();
      assert.deepEqual([refused.length, agreed.length], [1, 1]);
      assert.deepEqual(problems, []);
    });
  });

  test(`a painting that this browser keeps makes room for ${what} at once`, async () => {
    await visit({ answer: quick() }, async ({ page }) => {
      await ready(page);
      const asked = answers(page, false);
      await paint(page, 3);
      await says(page, "Finished: 3 steps");
      await act(page);
      await page.locator("#choose").waitFor();
      await page.locator("#strip button").waitFor();
      assert.deepEqual(asked, []);
    });
  });
}

test("who has downloaded a painting is asked nothing, but a file from halfway is not the painting", async () => {
  await visit({ answer: quick({ pace: 60 }) }, async ({ page }) => {
    await paintUnkept(page);
    const asked = answers(page, false);
    await download(page);
    await press(page, "Paint another");
    await paint(page, 60);
    await stepsDone(page, 1);
    await element(page, "pause").click();
    await says(page, "Paused");
    await download(page);
    // As it was stopped there, that is all of it.
    await element(page, "stop").click();
    await says(page, "Stopped");
    await press(page, "Paint another");
    assert.deepEqual(asked, []);
    await paint(page, 60);
    await stepsDone(page, 1);
    await element(page, "pause").click();
    await says(page, "Paused");
    await download(page);
    await element(page, "pause").click();
    await says(page, "Finished");
    await press(page, "Paint another");
    await eventually(page, () => asked.length, "nothing was asked");
    assert.ok(await page.locator("#stage").isVisible());
  });
});

test("where nothing is painted yet, stopping loses nothing", async () => {
  await visit({ answer: quick({ pace: 500 }) }, async ({ page }) => {
    await ready(page);
    await keepNothing(page);
    const asked = answers(page, false);
    await paint(page, 6);
    await says(page, "Step 0");
    await page.evaluate(() => document.getElementById("stop").click());
    await page.waitForFunction(() => /Stopped at step [01]/.test(document.body.textContent));
    const isPainted = (await page.locator("#progress").getAttribute("data-step")) !== "0";
    await press(page, "Paint another");
    assert.equal(asked.length, isPainted ? 1 : 0);
  });
});

test("a browser that keeps nothing, or has no room, does not lose a painting", async () => {
  const refused = `indexedDB.open = () => {
    throw new DOMException("refused", "SecurityError");
  };`;
  const script = () => {
    const Thread = Worker;
    globalThis.Worker = class extends Thread {
      constructor(...what) {
        super(...what);
        // After the page's own listener.
        setTimeout(() =>
          this.addEventListener("message", ({ data }) => {
            globalThis.settled ||= data.type === "settled";
          }),
        );
      }
    };
  };
  const without = { answer: quick({}, refused), script };
  await visit(without, async ({ page, problems }) => {
    await ready(page);
    await paint(page, 3);
    await says(page, "Finished");
    await page.waitForFunction(() => globalThis.settled);
    const asked = answers(page, true);
    await press(page, "Paint another");
    await page.locator("#choose").waitFor();
    assert.match(asked[0], QUESTION);
    assert.deepEqual(problems, []);
  });
  const full = `IDBObjectStore.prototype.put = () => {
    throw new DOMException("full", "QuotaExceededError");
  };`;
  await visit({ answer: quick({}, full) }, async ({ page }) => {
    await ready(page);
    await paint(page, 3);
    await page.locator("#news-text", { hasText: "could not keep the painting. full" }).waitFor();
    const asked = answers(page, false);
    const { name, bytes } = await download(page, "news-action");
    assert.equal(name, "impasto-harbour-glass.png");
    assert.equal(bytes.toString("latin1", 1, 4), "PNG");
    await press(page, "Paint another");
    await page.locator("#choose").waitFor();
    assert.deepEqual(asked, []);
  });
});

test("a painting that is left while it is being kept is offered if that fails", async () => {
  const late = `
    const put = IDBObjectStore.prototype.put;
    globalThis.fail = () => {};
    const failed = new Promise((resolve) => { globalThis.fail = resolve; });
    const bitmap = createImageBitmap;
    globalThis.createImageBitmap = async (...what) => {
      if (globalThis.calls.some(({ name }) => name === "png")) {
        await failed;
        throw new Error("No room.");
      }
      return bitmap(...what);
    };
  `;
  await visit({ answer: quick({}, late) }, async ({ page }) => {
    await ready(page);
    const asked = answers(page, false);
    await paint(page, 3);
    await says(page, "Finished");
    await lastCall(page, "png");
    await press(page, "Paint another");
    await page.locator("#choose").waitFor();
    assert.deepEqual(asked, []);
    await inWorker(page, () => globalThis.fail());
    await page
      .locator("#news-text", { hasText: "could not keep the painting. No room." })
      .waitFor();
    const { bytes } = await download(page, "news-action");
    assert.equal(bytes.toString("latin1", 1, 4), "PNG");
  });
});

test("a painting outlives the loss of its GPU after its end", async () => {
  await visit({ answer: quick({ pngs: 1 }) }, async ({ page }) => {
    await paintUnkept(page);
    await element(page, "download").click();
    await page.locator("#error", { hasText: "could not be saved" }).waitFor();
    await page.locator("#news-text", { hasText: "still at hand" }).waitFor();
    const { bytes } = await download(page, "news-action");
    assert.equal(bytes.toString("latin1", 1, 4), "PNG");
    const asked = answers(page, false);
    await press(page, "Paint another");
    await page.locator("#choose").waitFor();
    assert.deepEqual(asked, []);
  });
});

test("a painting that fails midway is kept as one that was stopped", async () => {
  await visit({ answer: quick({ failAt: 5 }) }, async ({ page }) => {
    await ready(page);
    const asked = answers(page, false);
    await paint(page, 20);
    await page.locator("#status", { hasText: "Stopped at step 4" }).waitFor();
    await page.locator("#again").click();
    await page.locator("#strip button").waitFor();
    assert.deepEqual(asked, []);
  });
});

test("a film that nobody has is asked about too", async () => {
  await visit({ answer: quick() }, async ({ page }) => {
    await ready(page);
    await fillControls(page, {});
    await tick(page, "film");
    await paint(page, 3);
    await says(page, "Finished");
    const asked = answers(page, false);
    await press(page, "Paint another");
    await eventually(page, () => asked.length, "nothing was asked");
    assert.match(asked[0], /^The film is not downloaded/);
    await download(page, "film-download");
    await press(page, "Paint another");
    await page.locator("#choose").waitFor();
    assert.equal(asked.length, 1);
  });
});

test("a painting that is stopped before it goes on is kept as it was", async () => {
  await visit({ answer: quick({ beginning: 50 }) }, async ({ page }) => {
    await ready(page);
    await paint(page, 5000);
    const { step } = await lastCall(page, "putAside");
    await stepsDone(page, step + 2);
    await page.reload();
    for (const attempt of [1, 2]) {
      await element(page, "unfinished").waitFor();
      if (attempt === 1) {
        await page.evaluate(() => {
          new MutationObserver((_, observer) => {
            if (/Looking at both/.test(document.getElementById("status").textContent)) {
              observer.disconnect();
              document.getElementById("stop").click();
            }
          }).observe(document.getElementById("status"), { childList: true });
        });
      }
      await page.locator("#unfinished-go-on").click();
    }
    await stepsDone(page, step + 1);
    assert.ok((await calls(page, "resume")).every((call) => call.step >= step));
  });
});

/** Whether the page asks when it is loaded again. */
async function asksWhenLeft(page) {
  const asked = answers(page, true);
  await page.reload();
  return asked.includes("beforeunload");
}

test("leaving a painting asks only where nothing is kept of it", async () => {
  const slow = { pace: 100 };
  // As slow as clocks are: nothing is put aside in the first seconds.
  const patient = "performance.now = () => 0;";
  await visit({ answer: quick(slow, patient) }, async ({ page }) => {
    await ready(page);
    assert.equal(await asksWhenLeft(page), false, "nothing is painted");
    await ready(page);
    await paint(page, 500);
    await stepsDone(page, 2);
    assert.equal(await asksWhenLeft(page), true, "nothing is kept");
    await ready(page);
    await paint(page, 500);
    await stepsDone(page, 2);
    await element(page, "pause").click();
    await says(page, "Paused");
    await lastCall(page, "putAside");
    const leaves = () =>
      page.evaluate(() => dispatchEvent(new Event("beforeunload", { cancelable: true })));
    await eventually(page, leaves, "it asks although a pause keeps it");
    assert.equal(await asksWhenLeft(page), false, "it is kept");
    await element(page, "unfinished").waitFor();
    await page.locator("#unfinished-go-on").click();
    assert.equal(await asksWhenLeft(page), false, "it is kept from before");
    await ready(page);
    await paint(page, 3);
    await says(page, "Finished");
    await page.locator("#strip button").waitFor({ state: "attached" });
    assert.equal(await asksWhenLeft(page), false, "the result is kept");
    await paintUnkept(page);
    assert.equal(await asksWhenLeft(page), true, "the result is not kept");
    await paintUnkept(page);
    await download(page);
    assert.equal(await asksWhenLeft(page), false, "the visitor has it");
  });
});
