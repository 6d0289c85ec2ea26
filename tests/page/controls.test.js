// The controls for styles, the start, adjusting and saving: what reaches the engine, and what comes back.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodePicture,
  download,
  drawPicture,
  element,
  fillControls,
  openPart,
  ready,
  says,
  stepsDone,
} from "./browser.js";
import { calls, choices, lastCall, visit, withFakeEngine } from "./site.js";

const engine = withFakeEngine({ pace: 72 });
const error = (page) => element(page, "error");

async function complains(page, expected) {
  await error(page).waitFor();
  assert.match(await error(page).textContent(), expected);
}

test("several styles reach the engine in their order, each as it is to be used", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await ready(page);
    await openPart(page, "styles");
    const pictures = await Promise.all([1, 2, 3].map((n) => drawPicture(page, 20 + n, 30, n)));
    await element(page, "style-input").setInputFiles(await drawPicture(page, 40, 50, 0));
    await element(page, "styles-input").setInputFiles(pictures);
    await page.getByLabel("Part of picture-3").waitFor();
    await page.getByRole("button", { name: "Remove picture-2" }).click();
    await page.getByLabel("Part of picture-0").fill("2");
    await page.getByLabel("Stroke size of picture-3").fill("0.5");
    await page.getByLabel("Part of picture-1").fill("-1");
    await element(page, "start").click();
    await complains(page, /Part of picture-1 needs a number of at least 0/);
    await page.getByLabel("Part of picture-1").fill("0.5");
    await element(page, "start").click();
    await lastCall(page, "begin");
    const styles = await calls(page, "addStyle");
    assert.deepEqual(
      styles.map(({ width, height, part, scale }) => [width, height, part, scale]),
      [
        [40, 50, 2, 1],
        [21, 30, 0.5, 1],
        [23, 30, 1, 0.5],
      ],
    );
    const { styles: asked } = await lastCall(page, "memory");
    assert.deepEqual(
      asked.map(({ width, height, scale }) => [width, height, scale]),
      [
        [40, 50, 1],
        [21, 30, 1],
        [23, 30, 0.5],
      ],
    );
    const caption = await page.locator("#caption").textContent();
    assert.equal(caption, "Harbour town, painted like picture-0, picture-1 and picture-3");
    assert.deepEqual(problems, []);
  });
});

test("a style that is no picture is named, and the others are added", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await openPart(page, "styles");
    const notes = { name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("notes") };
    await element(page, "styles-input").setInputFiles([notes, await drawPicture(page, 20, 30, 5)]);
    await complains(page, /notes\.jpg is not a picture/);
    await page.getByLabel("Part of picture-5").waitFor();
    assert.equal(await page.locator("#styles .row").count(), 2);
  });
});

test("a painting begins with the start picture until that is removed", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 32, steps: 1 });
    await openPart(page, "look");
    await element(page, "start-input").setInputFiles(await drawPicture(page, 25, 35, 1));
    const remove = page.locator("#start-chosen .remove");
    await remove.waitFor();
    await element(page, "start").click();
    const { width, height } = await lastCall(page, "startFrom");
    assert.deepEqual([width, height], [25, 35]);
    await says(page, "Finished");
    await page.getByRole("button", { name: "Paint another" }).click();
    await remove.click();
    assert.ok(await remove.isHidden());
    await element(page, "start").click();
    await lastCall(page, "begin", 2);
    assert.equal((await calls(page, "startFrom")).length, 1);
  });
});

test("what is adjusted reaches the engine, while it paints and while it is paused", async () => {
  await visit({ answer: withFakeEngine() }, async ({ page, problems }) => {
    await ready(page);
    await openPart(page, "styles");
    await element(page, "styles-input").setInputFiles(await drawPicture(page, 20, 30, 5));
    await page.getByLabel("Part of picture-5").fill("0.5");
    await element(page, "start").click();
    await stepsDone(page, 1);
    await page.locator("#adjust > summary").click();
    await element(page, "tune-style").fill("150");
    await element(page, "tune-style").press("Enter");
    const [{ settings }] = choices.presets;
    assert.deepEqual(await lastCall(page, "tune"), {
      weights: { ...settings.weights, style: 1.5 * settings.weights.style },
      likeness: settings.likeness,
      learningRate: settings.learningRate,
      blend: [1, 0.5],
    });
    await element(page, "pause").click();
    await says(page, "Paused at");
    await page.locator("#blend").getByLabel("Stained glass").fill("0.25");
    assert.deepEqual((await lastCall(page, "tune", 2)).blend, [0.25, 0.5]);
    await element(page, "tune-likeness").fill("30");
    assert.equal((await lastCall(page, "tune", 3)).likeness, 30);
    await element(page, "show-strength").fill("0.5");
    assert.deepEqual(await lastCall(page, "show"), { strength: 0.5, contentColours: false });

    await element(page, "tune-rate").fill("-1");
    await element(page, "tune-rate").press("Enter");
    await complains(page, /Step size needs a number of at least 0/);
    await element(page, "tune-rate").fill("0.1");
    await element(page, "tune-rate").press("Enter");
    await error(page).waitFor({ state: "hidden" });

    await element(page, "stop").click();
    await says(page, "Stopped at");
    assert.ok(await element(page, "tune-style").isDisabled());
    await element(page, "show-colours").check();
    assert.deepEqual(await lastCall(page, "show", 2), { strength: 0.5, contentColours: true });
    await download(page);
    const { inputs } = await lastCall(page, "png");
    assert.deepEqual(
      inputs.map(({ part }) => part),
      [1, 0.25, 0.5],
    );
    assert.ok(inputs.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256)));
    assert.deepEqual(problems, []);
  });
});

test("an adjustment that the engine refuses is told, and the painting goes on", async () => {
  const answer = withFakeEngine({ tuneFails: true });
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    await element(page, "start").click();
    const step = await stepsDone(page, 1);
    await page.locator("#adjust > summary").click();
    await element(page, "tune-style").fill("0");
    await element(page, "tune-style").press("Enter");
    await complains(page, /a part above zero/);
    await page.waitForFunction(
      (step) => document.getElementById("progress").dataset.step > step + 3,
      step,
    );
  });
});

/** What a file is, by its first bytes. */
function kindOf(bytes) {
  const ascii = bytes.toString("latin1");
  if (ascii.startsWith("\x89PNG")) {
    return "png";
  }
  if (ascii.startsWith("\xff\xd8\xff")) {
    return "jpeg";
  }
  return ascii.startsWith("RIFF") && ascii.startsWith("WEBP", 8) ? "webp" : "unknown";
}

test("files are what they are called", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 48, steps: 2 });
    await element(page, "start").click();
    await says(page, "Finished");
    for (const kind of ["png", "jpeg", "webp"]) {
      await element(page, "format").selectOption(kind);
      const { name, bytes } = await download(page);
      assert.equal(name, `impasto-harbour-glass.${kind}`);
      assert.equal(kindOf(bytes), kind);
      assert.equal((await decodePicture(page, bytes)).width, 48);
    }
    await element(page, "format").selectOption("jpeg");
    const fine = (await download(page)).bytes.length;
    await element(page, "quality").fill("5");
    assert.ok((await download(page)).bytes.length < fine, "the quality has no effect");
    await element(page, "quality").fill("500");
    await element(page, "download").click();
    await complains(page, /Quality needs a whole number of at least 1 and at most 100/);
    await element(page, "format").selectOption("png16");
    assert.ok(await element(page, "quality").isHidden());
    const { name } = await download(page);
    assert.equal(name, "impasto-harbour-glass.png");
    assert.equal((await lastCall(page, "png", 2)).sixteen, true);
  });
});

test("a format that the browser cannot write is told", async () => {
  const prelude = `const convert = OffscreenCanvas.prototype.convertToBlob;
    OffscreenCanvas.prototype.convertToBlob = function () { return convert.call(this); };`;
  await visit({ answer: withFakeEngine({}, prelude) }, async ({ page }) => {
    await ready(page);
    await element(page, "start").click();
    await stepsDone(page, 1);
    await element(page, "format").selectOption("webp");
    await element(page, "download").click();
    await complains(page, /cannot write that format. Choose another/);
  });
});

test("the losses can be seen by layer", async () => {
  await visit({ answer: withFakeEngine() }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, {
      "style-layers": { block3_conv1: 1, block1_conv1: 1 },
      "content-layers": { block4_conv2: 1 },
    });
    await element(page, "start").click();
    await stepsDone(page, 3);
    // Folded, there is one line that falls.
    const points = await page.locator("#loss-line").getAttribute("points");
    const heights = points.split(" ").map((point) => Number(point.split(",")[1]));
    assert.ok(heights.length >= 3 && heights.at(-1) > heights[0]);
    await page.locator("#losses > summary").click();
    const labels = () => page.locator(".u-legend .u-label").allTextContents();
    const totals = ["Step", "Total", "Style", "Content", "Smoothness", "Palette"];
    assert.deepEqual(await labels(), totals);
    await element(page, "by-layer").check();
    assert.deepEqual(await labels(), [
      "Step",
      "Style block1_conv1",
      "Style block3_conv1",
      "Content block4_conv2",
    ]);
    await stepsDone(page, 8);
    const values = await page.locator(".u-legend .u-value").allTextContents();
    assert.ok(values.every((text) => /\d/.test(text)));
    await element(page, "by-layer").uncheck();
    assert.deepEqual(await labels(), totals);
    assert.deepEqual(problems, []);
  });
});
