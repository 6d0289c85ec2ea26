// What the page says when something is wrong, and what it keeps.

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
} from "./browser.js";
import {
  calls,
  IMPATIENT,
  isModel,
  LITTLE_MODEL,
  lastCall,
  visit,
  withFakeEngine,
} from "./site.js";

const error = (page) => element(page, "error");

async function complains(page, expected) {
  await page.waitForFunction(() => !document.querySelector('[data-testid="error"]').hidden);
  assert.match(await error(page).textContent(), expected);
}

test("a file that is no picture is named, and the former choice stays", async () => {
  await visit({ answer: withFakeEngine() }, async ({ page }) => {
    await ready(page);
    const before = await page.locator("#content .preview").getAttribute("src");
    const buffer = Buffer.from("this is no picture");
    const notes = { name: "notes.jpg", mimeType: "image/jpeg", buffer };
    await element(page, "content-input").setInputFiles(notes);
    await complains(page, /notes\.jpg is not a picture.*Use a JPEG/);
    assert.equal(await page.locator("#content .preview").getAttribute("src"), before);
    assert.ok(await element(page, "start").isEnabled());

    await element(page, "content-input").setInputFiles(await drawPicture(page, 40, 30, 0));
    await error(page).waitFor({ state: "hidden" });
  });
});

test("a setting that makes no sense is named before anything starts", async () => {
  await visit({ answer: withFakeEngine() }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 3 });
    await element(page, "start").click();
    await complains(page, /Longer side needs a whole number of at least 16 and at most 16384/);
    await fillControls(page, { size: 32, steps: 0 });
    await page.locator("#more > summary").click();
    await element(page, "start").click();
    await complains(page, /Steps needs a whole number of at least 1 and at most 100000/);
    assert.ok(await element(page, "steps").isVisible(), "the field is not shown");
    assert.ok(await element(page, "start").isVisible());
  });
});

test("a picture that is too narrow for the size is refused with what to do", async () => {
  await visit({}, async ({ page }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 300, 20, 0));
    await fillControls(page, { size: 64 });
    await element(page, "start").click();
    await complains(page, /needs at least 16: choose a size of at least 233/);
    assert.ok(await element(page, "start").isEnabled());
  });
});

test("an engine that cannot be loaded is told, with a way to try again", async () => {
  const answer = (path) => (path.endsWith(".wasm") ? { status: 404 } : undefined);
  await visit({ answer }, async ({ page }) => {
    await complains(page, /Impasto could not start/);
    assert.ok(await page.getByRole("button", { name: "Try again" }).isVisible());
    assert.ok(await element(page, "start").isHidden());
  });
});

const withoutWebGpu = [
  {
    what: "without WebGPU",
    script: () => {
      delete Navigator.prototype.gpu;
    },
    expected: /this browser does not have it/,
    browsers: true,
  },
  {
    what: "with WebGPU that workers lack",
    answer: withFakeEngine({}, "delete WorkerNavigator.prototype.gpu;"),
    expected: /only in the foreground/,
    browsers: true,
  },
  {
    what: "without a graphics card",
    answer: withFakeEngine({}, "GPU.prototype.requestAdapter = async () => null;"),
    expected: /found no graphics card.*hardware acceleration/,
    browsers: false,
  },
];

for (const { what, script, answer, expected, browsers } of withoutWebGpu) {
  test(`${what} the page says so on one screen, and nothing is broken behind it`, async () => {
    await visit({ script, answer }, async ({ page, problems }) => {
      await page.locator("#unsupported").waitFor();
      assert.match(await page.locator("#unsupported-text").textContent(), expected);
      const list = page.locator("#browsers");
      assert.match(await list.textContent(), /Chrome.*Edge.*113.*Safari.*26.*Firefox.*141.*145/s);
      assert.equal(await list.isVisible(), browsers);
      assert.ok(await element(page, "start").isHidden());
      assert.deepEqual(problems, []);
    });
  });
}

test("a model that the server does not have can be tried again, by Paint too", async () => {
  let missing = true;
  const engine = withFakeEngine();
  const answer = (path) => (isModel(path) && missing ? { status: 404 } : engine(path));
  await visit({ answer }, async ({ page }) => {
    await complains(page, /the server answered 404/);
    await element(page, "start").click();
    await complains(page, /the server answered 404/);
    assert.ok(await element(page, "start").isVisible());
    missing = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await ready(page);
  });
});

test("a model that is another file, damaged or cut off is refused", async () => {
  const whole = LITTLE_MODEL;
  const damaged = Buffer.from(whole);
  damaged[damaged.length >> 1] ^= 1;
  const cases = [
    [{ body: "<!doctype html><title>Not found</title>" }, /damaged/],
    [{ body: damaged }, /damaged/],
    [{ body: Buffer.concat([whole, Buffer.from("more")]) }, /another file/],
    [{ body: whole.subarray(0, 10_000), cut: true }, /connection broke/],
  ];
  const engine = withFakeEngine({}, IMPATIENT);
  for (const [body, expected] of cases) {
    const answer = (path) => (isModel(path) ? body : engine(path));
    await visit({ answer }, async ({ page }) => {
      await complains(page, expected);
      assert.equal(await page.locator("#network").getAttribute("data-state"), "failed");
    });
  }
});

test("storage that is refused is no failure", async () => {
  const refused = "CacheStorage.prototype.open = () => Promise.reject(new Error('refused'));";
  await visit({ answer: withFakeEngine({}, refused) }, async ({ page, problems }) => {
    await ready(page);
    assert.deepEqual(problems, []);
  });
});

test("a model of the visitor's own that is none is named, and the page's stays", async () => {
  await visit({}, async ({ page }) => {
    await ready(page);
    await openPart(page, "machine");
    const buffer = Buffer.from("not safetensors at all");
    const mimeType = "application/octet-stream";
    await page.getByTestId("weights-input").setInputFiles({
      name: "own.safetensors",
      mimeType,
      buffer,
    });
    await complains(page, /own\.safetensors cannot be used as the model.*safetensors/);
    assert.equal(await page.locator("#network").getAttribute("data-state"), "ready");
  });
});

test("a painting that fails midway can still be saved", async () => {
  await visit({ answer: withFakeEngine({ failAt: 5 }) }, async ({ page }) => {
    await ready(page);
    await element(page, "start").click();
    await complains(page, /stopped answering/);
    assert.equal(await currentStep(page), 4);
    assert.match(await page.locator("#status").textContent(), /Stopped at step 4 of 250/);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      element(page, "download").click(),
    ]);
    assert.equal(file.suggestedFilename(), "impasto-harbour-glass.png");
  });
});

test("a picture that cannot be saved does not end the painting", async () => {
  await visit({ answer: withFakeEngine({ pngFails: true }) }, async ({ page }) => {
    await ready(page);
    await element(page, "start").click();
    await stepsDone(page, 2);
    await element(page, "download").click();
    await complains(page, /could not be saved\. There is not enough memory/);
    const before = await currentStep(page);
    await page.waitForFunction(
      (before) => document.getElementById("progress").dataset.step > before + 2,
      before,
    );
    await element(page, "stop").click();
    await page.locator("#status", { hasText: "Stopped at" }).waitFor();
  });
});

test("stop before the first step leads back, and another painting begins", async () => {
  await visit({ answer: withFakeEngine({ beginning: 300 }) }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { preset: "tutorial", steps: 3 });
    await element(page, "start").click();
    await says(page, "Looking at both pictures");
    await element(page, "stop").click();
    await element(page, "start").click();
    await says(page, "Finished: 3 steps");
  });
});

test("Paint pressed twice at once begins one painting", async () => {
  await visit({ answer: withFakeEngine({ beginning: 100 }) }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, { preset: "tutorial", steps: "3" });
    await element(page, "start").evaluate((start) => {
      start.click();
      start.click();
    });
    await says(page, "Finished: 3 steps");
    assert.equal((await calls(page, "begin")).length, 1);
    assert.deepEqual(problems, []);
  });
});

test("stop before the model is there leads back, and nothing begins when it comes", async () => {
  let arrive;
  const until = new Promise((resolve) => {
    arrive = resolve;
  });
  const fake = withFakeEngine();
  const answer = (path) => (isModel(path) ? { ...fake(path), until } : fake(path));
  const script = () => {
    globalThis.ordered = [];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...more) {
      ordered.push(message.type);
      post.call(this, message, ...more);
    };
  };
  await visit({ answer, script }, async ({ page, problems }) => {
    await page.waitForFunction(() => !document.getElementById("start").disabled);
    await element(page, "start").click();
    await says(page, "Loading the model");
    await element(page, "stop").click();
    await element(page, "start").waitFor();
    arrive();
    await ready(page);
    // What was waiting begins in the same turn in which the model is told to be there.
    const orders = await page.evaluate(() => ordered);
    assert.ok(orders.includes("network") === false && orders.includes("stop"), `${orders}`);
    assert.ok(!orders.includes("begin"), `${orders}`);
    assert.ok(await element(page, "start").isVisible());
    assert.deepEqual(problems, []);
  });
});

test("stop at any moment ends the painting, and the next one is whole", async () => {
  const answer = withFakeEngine({ beginning: 60, pace: 40 });
  await visit({ answer }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, { preset: "fine", size: "160", steps: "4", "first-steps": "3" });
    const moments = [0, 20, 60, 90, 120, 160, 200, 240, 300, 400];
    for (const pausing of [false, true]) {
      for (const moment of moments) {
        // All by the page's own clock: Playwright's clicks come when they come.
        await page.evaluate(
          async ([moment, pausing]) => {
            const byId = (id) => document.getElementById(id);
            const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
            byId("start").click();
            await wait(moment);
            if (pausing && !byId("pause").hidden) {
              byId("pause").click();
            }
            byId("stop").click();
          },
          [moment, pausing],
        );
        await page.waitForFunction(
          () =>
            document.getElementById("stage").hidden ||
            /Stopped at|Finished/.test(document.getElementById("status").textContent),
        );
        if (await page.locator("#again").isVisible()) {
          await page.locator("#again").click();
        }
      }
    }
    await element(page, "start").click();
    await says(page, "Finished: 7 steps");
    assert.deepEqual(problems, []);
  });
});

test("what is changed while it paints is the next painting's, and the window may change too", async () => {
  const answer = withFakeEngine({ pace: 60 });
  await visit({ answer }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, { preset: "tutorial", size: "200", steps: "12" });
    await element(page, "start").click();
    await stepsDone(page, 2);
    // Folded away, but a link or another program may reach the field.
    await element(page, "size").evaluate((field) => {
      field.value = "300";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    for (const [width, height] of [
      [360, 740],
      [740, 360],
      [1280, 800],
    ]) {
      await page.setViewportSize({ width, height });
    }
    await says(page, "Finished: 12 steps");
    assert.equal((await lastCall(page, "begin")).settings.size, 200);
    await page.locator("#again").click();
    await element(page, "start").click();
    await says(page, "Finished: 12 steps");
    assert.equal((await lastCall(page, "begin", 2)).settings.size, 300);
    assert.deepEqual(problems, []);
  });
});
