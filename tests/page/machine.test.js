// What the page does to the machine, and what it knows of it: half of the time, the background, a halt, the tiles.

import assert from "node:assert/strict";
import { test } from "node:test";
import { currentStep, element, fillControls, ready, says, stepsDone } from "./browser.js";
import { finish, paint, press, quick, unfinished } from "./hurried.js";
import { calls, inWorker, lastCall, visit, withFakeEngine } from "./site.js";

test("gentle leaves half of the time to others", async () => {
  // Notes how long each pause is asked to be, among the calls: the engine's own for a step, and what comes between steps.
  const notes = `const later = setTimeout;
    globalThis.setTimeout = (task, pause) => {
      globalThis.calls.push({ name: "pause", pause });
      return later(task, pause);
    };`;
  const pace = 50;
  await visit({ answer: withFakeEngine({ pace }, notes) }, async ({ page }) => {
    await ready(page);
    await paint(page);
    await stepsDone(page, 5);
    await page.evaluate(() => document.getElementById("gentle").click());
    await stepsDone(page, (await currentStep(page)) + 5);
    const all = await inWorker(page, () => globalThis.calls);
    /** Of every two steps in a row that are both gentle or both not: the pauses between them. */
    const between = (gentle) => {
      const steps = all.flatMap((call, at) => (call.name === "advance" ? [at] : []));
      const pairs = steps.slice(1).map((to, index) => [steps[index], to]);
      return pairs
        .filter((pair) => pair.every((at) => all[at].gentle === gentle))
        .map(([from, to]) => all.slice(from, to).filter(({ name }) => name === "pause"))
        .map((pauses) => pauses.map(({ pause }) => pause));
    };
    const usual = between(false);
    // The last of them may be gentle already: it is asked for while a step is under way.
    assert.ok(usual.length > 1 && usual.slice(0, -1).every((pauses) => pauses.length === 1));
    const gentle = between(true);
    assert.ok(gentle.length > 1);
    for (const [pause, step, ...more] of gentle) {
      // As long as the step before took, which is its pace or more; the browser's clock and timers differ by a millisecond.
      assert.ok(pause >= pace - 1, `${pause} ms between steps of ${pace}`);
      assert.deepEqual([step, ...more], [pace]);
    }
  });
});

test("a tab that may not paint in the background pauses there", async () => {
  await visit({ answer: withFakeEngine({ pace: 100 }) }, async ({ page }) => {
    const hide = (hidden) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await ready(page);
    await fillControls(page, { steps: 50_000 });
    await paint(page);
    await stepsDone(page, 2);
    await hide(true);
    await stepsDone(page, (await currentStep(page)) + 5);
    await hide(false);
    await page.evaluate(() => document.getElementById("background").click());
    const before = (await calls(page, "putAside")).length;
    await hide(true);
    await says(page, "Paused at");
    // What was painted until then is kept at once: a hidden tab may be closed by the system.
    await lastCall(page, "putAside", before + 1);
    await hide(false);
    await stepsDone(page, (await currentStep(page)) + 5);
  });
});

test("an engine whose code came to a halt leaves the painting for the next visit", async () => {
  await visit({ answer: quick({ failAt: 30, fault: "code" }) }, async ({ page }) => {
    await ready(page);
    await paint(page);
    const error = element(page, "error");
    await error.waitFor();
    assert.match(await error.textContent(), /came to a halt.*What this browser kept/);
    await press(page, "Try again");
    await unfinished(page).waitFor();
  });
});

/** Puts something in the place of what was kept of every GPU. */
function tamper() {
  return new Promise((resolve) => {
    indexedDB.open("impasto").onsuccess = ({ target: { result } }) => {
      const change = result.transaction("tiles", "readwrite");
      change.objectStore("tiles").openCursor().onsuccess = ({ target }) =>
        target.result?.update({ chosen: "by nobody" });
      change.oncomplete = () => {
        result.close();
        resolve();
      };
    };
  });
}

test("what suits the graphics card is measured once, and again where what was kept is unusable", async () => {
  await visit({ answer: quick() }, async ({ page, problems }) => {
    await ready(page);
    assert.equal((await lastCall(page, "chooseTiles")).kept, undefined);
    await page.reload();
    await ready(page);
    assert.deepEqual((await lastCall(page, "chooseTiles")).kept, { chosen: "test" });
    await page.evaluate(tamper);
    await page.reload();
    await ready(page);
    assert.deepEqual((await lastCall(page, "chooseTiles")).kept, { chosen: "by nobody" });
    await page.reload();
    await ready(page);
    assert.deepEqual((await lastCall(page, "chooseTiles")).kept, { chosen: "test" });
    assert.deepEqual(problems, []);
  });
});

test("a graphics card that measuring has upset paints without it", async () => {
  await visit({ answer: quick({ measuringFails: true }) }, async ({ page, problems }) => {
    await ready(page);
    await finish(page, 3);
    assert.equal((await calls(page, "chooseTiles")).length, 1);
    assert.equal((await calls(page, "open")).length, 2);
    assert.deepEqual(problems, []);
  });
});
