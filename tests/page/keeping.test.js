// What this browser keeps: paintings that were broken off or lost their GPU go on, finished ones are shown again.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  currentStep,
  drawPicture,
  element,
  fillControls,
  openPart,
  ready,
  says,
  stepsDone,
  tick,
} from "./browser.js";
import { finish, paint, press, quick, unfinished } from "./hurried.js";
import { calls, IMPATIENT, lastCall, visit } from "./site.js";

const strip = (page) => element(page, "strip").locator("button");

/** How much is kept in each of those stores. */
const kept = (page, stores) =>
  page.evaluate(async (stores) => {
    const { openDB } = await import("./vendor/idb/index.js");
    const db = await openDB("impasto");
    return Promise.all(stores.map((store) => db.count(store)));
  }, stores);

test("a painting that a reload broke off goes on with its pictures, settings and changes", async () => {
  await visit({ answer: quick({ pace: 100 }) }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 60, 40, 1));
    await fillControls(page, { size: 90, steps: 5000, "content-weight": 77, "style-weight": 90 });
    await openPart(page, "styles");
    await element(page, "styles-input").setInputFiles(await drawPicture(page, 30, 30, 5));
    await page.getByLabel("Part of picture-5").fill("0.25");
    await paint(page);
    await stepsDone(page, 3);
    await element(page, "adjust").locator("summary").click();
    await element(page, "tune-style").fill("5");
    await element(page, "show-strength").fill("0.5");
    await lastCall(page, "tune");
    await lastCall(page, "show");
    // Whatever is put aside from now on has the changes; the last but one of three is stored, for the last was begun after.
    await lastCall(page, "putAside", (await calls(page, "putAside")).length + 3);
    const { step } = (await calls(page, "putAside")).at(-2);
    await page.reload();

    await unfinished(page).waitFor();
    const offer = await unfinished(page).textContent();
    assert.match(offer, /picture-1, painted like Stained glass and picture-5: broken off at step/);
    await press(page, "Go on");
    await stepsDone(page, step + 3);
    const resumed = await lastCall(page, "resume");
    assert.ok(resumed.step >= step, `went on from ${resumed.step}, not ${step}`);
    assert.deepEqual([resumed.width, resumed.height, resumed.size], [60, 40, 90]);
    assert.equal((await calls(page, "begin")).length, 0);
    const parts = (await calls(page, "addStyle")).map(({ part }) => part);
    assert.deepEqual(parts, [1, 0.25]);
    assert.equal(await element(page, "tune-style").inputValue(), "5");
    assert.equal(await element(page, "tune-content").inputValue(), "77");
    assert.equal(await element(page, "show-strength").inputValue(), "0.5");

    await element(page, "stop").click();
    await says(page, "Stopped at");
    await press(page, "Paint another");
    assert.equal(await element(page, "content-weight").inputValue(), "77");
    await page.reload();
    await ready(page);
    await strip(page).waitFor();
    assert.ok(await unfinished(page).isHidden(), "a stopped painting is offered");
    assert.deepEqual(problems, []);
  });
});

test("a painting that was broken off can be forgotten", async () => {
  await visit({ answer: quick() }, async ({ page }) => {
    await ready(page);
    // It must not be finished before the page is gone.
    await fillControls(page, { steps: 5000 });
    await paint(page);
    await lastCall(page, "putAside");
    await stepsDone(page, (await currentStep(page)) + 2);
    await page.reload();
    await unfinished(page).waitFor();
    await press(page, "Forget it");
    await unfinished(page).waitFor({ state: "hidden" });
    await page.reload();
    await ready(page);
    // Nothing is left that could be offered, however long another tab takes to let go of it.
    assert.deepEqual(await kept(page, ["runs", "states", "bytes"]), [0, 0, 0]);
    assert.ok(await unfinished(page).isHidden());
  });
});

test("what one tab paints is offered in another only when the first is gone, and then by itself", async () => {
  // Tells whether a tab waits for the lock of another's painting, as it does once it has seen that it cannot have it.
  const script = () => {
    globalThis.waits = false;
    const request = LockManager.prototype.request;
    LockManager.prototype.request = function (...what) {
      const [, options] = what;
      waits ||= !options.signal;
      return request.apply(this, what);
    };
  };
  await visit({ answer: quick(), script }, async ({ page }) => {
    await ready(page);
    // So that it is not over before the tab is.
    await fillControls(page, { steps: 5000 });
    await paint(page);
    await lastCall(page, "putAside");
    // By then it is stored.
    await stepsDone(page, (await currentStep(page)) + 2);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await ready(other);
    await other.waitForFunction(() => waits);
    assert.ok(await unfinished(other).isHidden());
    await page.close();
    await unfinished(other).waitFor();
  });
});

test("a lost GPU is found again, and the painting goes on by itself from what was kept", async () => {
  const answer = quick({ failAt: 30, fault: "gpu" });
  await visit({ answer }, async ({ page, problems }) => {
    await ready(page);
    await paint(page);
    await page.waitForFunction(() => {
      const news = document.getElementById("news-text").textContent;
      return /The graphics card was lost\. The painting goes on from step \d+/.test(news);
    });
    await stepsDone(page, 40);
    const [{ step }, ...more] = await calls(page, "resume");
    assert.ok(step > 0 && step < 30);
    assert.deepEqual(more, []);
    assert.deepEqual(await calls(page, "free"), [{ number: 1 }]);
    assert.equal((await calls(page, "open")).length, 2);
    assert.deepEqual(problems, []);
  });
});

test("a GPU that is lost at the same step again is the visitor's to decide", async () => {
  const answer = quick({ failAt: 12, fault: "gpu", failsAgain: true });
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    await paint(page);
    const error = element(page, "error");
    await error.waitFor();
    assert.match(await error.textContent(), /stopped answering/);
    assert.ok(await element(page, "start").isVisible());
    const before = (await calls(page, "resume")).length;
    await page.locator("#retry", { hasText: "Go on" }).click();
    await lastCall(page, "resume", before + 1);
  });
});

test("a GPU without enough memory is asked for less, from where the painting stood", async () => {
  const answer = quick({ pace: 100, failAt: 30, fault: "memory" });
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    // It must not be finished before it is stopped.
    await fillControls(page, { size: 400, steps: 5000 });
    await paint(page);
    await page.locator("#retry", { hasText: "Finish at 283 pixels" }).click();
    await stepsDone(page, 40);
    const { step, size } = await lastCall(page, "resume");
    assert.ok(step > 0 && step < 30);
    assert.equal(size, 283);
    await element(page, "stop").click();
    await press(page, "Paint another");
    assert.equal(await element(page, "size").inputValue(), "283");
  });
});

test("a GPU that does not come back leaves the painting for later", async () => {
  const answer = quick({ failAt: 30, fault: "gpu", opensOnce: true }, IMPATIENT);
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    await paint(page);
    const error = element(page, "error");
    await error.waitFor();
    assert.match(await error.textContent(), /could not start.*no graphics card/);
    await page.reload();
    await unfinished(page).waitFor();
  });
});

test("without storage a lost GPU costs no more than with it, and nothing else is different", async () => {
  const script = () => {
    indexedDB.open = () => {
      throw new DOMException("refused", "SecurityError");
    };
  };
  const refused = `(${script})();`;
  const answer = quick({ failAt: 30, fault: "gpu" }, refused);
  await visit({ answer, script }, async ({ page, problems }) => {
    await ready(page);
    await paint(page);
    await stepsDone(page, 40);
    const { step } = await lastCall(page, "resume");
    assert.ok(step > 0 && step < 30);
    assert.deepEqual(problems, []);
  });
});

test("full storage is said once, and the painting goes on", async () => {
  const full = `IDBObjectStore.prototype.put = () => {
    throw new DOMException("full", "QuotaExceededError");
  };`;
  await visit({ answer: quick({ pace: 100 }, full) }, async ({ page, problems }) => {
    await ready(page);
    // Its end, which is told too, comes after the test's.
    await fillControls(page, { steps: 5000 });
    await paint(page);
    const news = element(page, "news");
    await news.waitFor();
    assert.match(await news.textContent(), /cannot keep it\. This browser's storage is full/);
    await press(page, "All right");
    await lastCall(page, "putAside", 2);
    assert.ok(await news.isHidden());
    assert.deepEqual(problems, []);
  });
});

test("finished paintings are shown again, deleted, put back, and all forgotten", async () => {
  await visit({ answer: quick() }, async ({ page, problems }) => {
    await ready(page);
    await finish(page, 2);
    await strip(page).waitFor();
    await finish(page, 3);
    await page.waitForFunction(() => document.querySelectorAll("#strip button").length === 2);
    await page.reload();
    await strip(page).first().click();
    const dialog = page.locator("#kept");
    assert.match(await dialog.textContent(), /Harbour town, painted like Stained glass/);
    await page.waitForFunction(() => document.getElementById("kept-image").naturalWidth === 512);
    const [file] = await Promise.all([page.waitForEvent("download"), press(page, "Download")]);
    assert.equal(file.suggestedFilename(), "impasto-harbour-glass.png");

    await press(page, "Delete");
    await page.waitForFunction(() => document.querySelectorAll("#strip button").length === 1);
    await press(page, "Put it back");
    await page.waitForFunction(() => document.querySelectorAll("#strip button").length === 2);

    page.once("dialog", (question) => question.accept());
    await press(page, "Forget everything");
    await page.locator("#gallery").waitFor({ state: "hidden" });
    await page.reload();
    await ready(page);
    assert.ok(await page.locator("#gallery").isHidden());
    assert.deepEqual(problems, []);
  });
});

test("the browser is asked once to keep what it keeps, and not before it keeps anything", async () => {
  const script = () => {
    globalThis.askedToPersist = 0;
    StorageManager.prototype.persist = () => {
      globalThis.askedToPersist += 1;
      return Promise.reject(new TypeError("refused"));
    };
  };
  const asked = (page) => page.evaluate(() => askedToPersist);
  await visit({ answer: quick({ pace: 100 }), script }, async ({ page, problems }) => {
    await ready(page);
    assert.equal(await asked(page), 0, "nothing is kept");
    await fillControls(page, { steps: 5000 });
    await tick(page, "keep", false);
    await paint(page);
    // Of the GPU's loss alone.
    await lastCall(page, "putAside", 2);
    await element(page, "stop").click();
    await says(page, "Stopped");
    page.once("dialog", (question) => question.accept());
    await press(page, "Paint another");
    assert.equal(await asked(page), 0, "nothing shall be kept");
    await tick(page, "keep");
    await paint(page);
    await page.waitForFunction(() => askedToPersist === 1);
    await element(page, "stop").click();
    await says(page, "Stopped");
    await press(page, "Paint another");
    await finish(page, 2);
    await page.waitForFunction(() => document.querySelectorAll("#strip button").length === 2);
    assert.equal(await asked(page), 1);
    await page.reload();
    await ready(page);
    await finish(page, 2);
    await page.waitForFunction(() => document.querySelectorAll("#strip button").length === 3);
    assert.equal(await asked(page), 0, "it was asked on the visit before");
    assert.deepEqual(problems, []);
  });
});

test("who wants nothing kept has nothing kept, and it stays so", async () => {
  await visit({ answer: quick() }, async ({ page }) => {
    await ready(page);
    await openPart(page, "machine");
    await tick(page, "keep", false);
    await finish(page, 40);
    await lastCall(page, "putAside");
    await page.reload();
    await ready(page);
    assert.ok(await page.locator("#gallery").isHidden());
    assert.equal(await element(page, "keep").isChecked(), false);
    // What suits the graphics card says nothing of what is painted.
    const stores = ["runs", "states", "bytes", "paintings"];
    assert.deepEqual(await kept(page, stores), [0, 0, 0, 0]);
  });
});
