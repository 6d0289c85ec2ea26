// Films of paintings: what they hold, and that they outlive the loss of the GPU as their paintings do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { download, drawPicture, element, fillControls, ready, says, tick } from "./browser.js";
import { press, quick } from "./hurried.js";
import { calls, IMPATIENT, inWorker, visit, withFakeEngine } from "./site.js";

const engine = withFakeEngine({ pace: 72 });

/** Orders a film of a painting of so many steps. */
async function film(page, steps, every) {
  await fillControls(page, { preset: "tutorial", size: 64, steps });
  await tick(page, "film");
  await element(page, "film-every").fill(String(every));
  await element(page, "start").click();
}

/** Length and size of a film, as a browser's player tells them. */
async function play(context, bytes) {
  // A page without the site's policy, which lets no film play.
  const page = await context.newPage();
  return page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const video = document.createElement("video");
    video.src = URL.createObjectURL(new Blob([data]));
    await new Promise((resolve, reject) => {
      video.onloadeddata = resolve;
      video.onerror = () => reject(new Error(video.error.message));
    });
    const { duration, videoWidth, videoHeight } = video;
    return { duration, size: [videoWidth, videoHeight] };
  }, bytes.toString("base64"));
}

test("a film of the run can be played", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 90, 63, 4));
    // Odd at both sides, which no encoder takes.
    await fillControls(page, { size: 75, steps: 10, "first-size": 32, "first-steps": 20 });
    await tick(page, "film");
    await element(page, "film-every").fill("3");
    await element(page, "start").click();
    await says(page, "Finished: 30 steps");
    const { name, bytes } = await download(page, "film-download");
    assert.match(name, /^impasto-picture-4-glass\.(mp4|webm)$/);
    const { duration, size } = await play(page.context(), bytes);
    assert.deepEqual(size, [74, 52]);
    // A frame at 0, 3, ..., 30, and two seconds of the last.
    assert.ok(Math.abs(duration - (11 / 30 + 2)) < 0.1, `${duration} s`);

    await page.getByRole("button", { name: "Paint another" }).click();
    await tick(page, "film", false);
    await element(page, "start").click();
    await says(page, "Finished: 30 steps");
    assert.ok(await element(page, "film-download").isHidden());
    assert.deepEqual(problems, []);
  });
});

test("a film that fails does not end the painting", async () => {
  const prelude = "VideoEncoder.isConfigSupported = async () => ({ supported: false });";
  await visit({ answer: withFakeEngine({ pace: 20 }, prelude) }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 32, steps: 5 });
    await tick(page, "film");
    await element(page, "start").click();
    await page.locator("#error", { hasText: /There will be no film.*no encoder/ }).waitFor();
    await page.locator("#status", { hasText: "Finished" }).waitFor();
  });
});

test("a browser that cannot make films says so", async () => {
  const answer = withFakeEngine({}, "delete globalThis.VideoEncoder;");
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    assert.ok(await element(page, "film").isDisabled());
    assert.match(await page.locator("#film-help").textContent(), /lacks WebCodecs/);
  });
});

/** Seconds of a film that has so many frames, and its last picture for two seconds more. */
const seconds = (frames) => frames / 30 + 2;

/** Downloads the film, and sees that it has all frames, each once. */
async function hasFrames(page, frames, id = "film-download") {
  const { bytes } = await download(page, id);
  const { duration } = await play(page.context(), bytes);
  // Less than half of a frame: containers round to milliseconds.
  assert.ok(Math.abs(duration - seconds(frames)) < 0.5 / 30, `${duration} s`);
}

for (const [what, plan] of [
  ["goes on by itself", { failAt: 30, fault: "gpu" }],
  ["begins again", { failAt: 1, fault: "gpu" }],
]) {
  test(`a film has every frame once although its GPU was lost and the painting ${what}`, async () => {
    await visit({ answer: quick(plan) }, async ({ page, problems }) => {
      await ready(page);
      await film(page, 40, 1);
      await says(page, "Finished: 40 steps");
      assert.equal((await calls(page, "open")).length, 2);
      await hasFrames(page, 41);
      assert.deepEqual(problems, []);
    });
  });
}

test("a film goes on with its painting when the visitor says so, and another one in between has its own", async () => {
  const answer = quick({ failAt: 30, fault: "gpu", failsAgain: true });
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    await film(page, 40, 1);
    await page.locator("#retry", { hasText: "Go on" }).waitFor();
    // No step of it is the one at which the engine fails.
    await film(page, 5, 1);
    await says(page, "Finished: 5 steps");
    await hasFrames(page, 6);
    await press(page, "Paint another");
    await element(page, "unfinished").waitFor();
    await inWorker(page, () => {
      globalThis.plan.failAt = 0;
    });
    await page.locator("#unfinished-go-on").click();
    await says(page, "Finished: 40 steps");
    await hasFrames(page, 41);
  });
});

test("a film whose painting is stopped before it goes on waits for it", async () => {
  const answer = quick({ failAt: 30, fault: "gpu", beginning: 100 });
  await visit({ answer }, async ({ page, problems }) => {
    // Presses Stop as soon as the engine has the pictures again.
    await page.evaluate(() => {
      new MutationObserver(() => {
        const status = document.getElementById("status").textContent;
        const news = document.getElementById("news-text").textContent;
        if (/Looking at both/.test(status) && /goes on from step/.test(news)) {
          document.getElementById("stop").click();
        }
      }).observe(document.getElementById("status"), { childList: true, characterData: true });
    });
    await ready(page);
    await film(page, 40, 1);
    await element(page, "unfinished").waitFor();
    await page.evaluate(() => {
      document.getElementById("news-text").textContent = "";
    });
    await page.locator("#unfinished-go-on").click();
    await says(page, "Finished: 40 steps");
    await hasFrames(page, 41);
    assert.deepEqual(problems, []);
  });
});

for (const [what, plan, prelude] of [
  ["whose GPU does not come back", { failAt: 30, fault: "gpu", opensOnce: true }, IMPATIENT],
  ["whose engine comes to a halt", { failAt: 30, fault: "code" }, ""],
]) {
  test(`the film of a painting ${what} can be had up to there`, async () => {
    await visit({ answer: quick(plan, prelude) }, async ({ page }) => {
      await ready(page);
      await film(page, 40, 1);
      await page.locator("#news-text", { hasText: "up to where it broke off" }).waitFor();
      assert.ok(await element(page, "error").isVisible());
      // The content, and 29 steps.
      await hasFrames(page, 30, "news-action");
    });
  });
}
