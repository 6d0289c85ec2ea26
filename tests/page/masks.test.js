// Masks: painted, brought, inverted, removed, and what of them reaches the engine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { download, drawPicture, element, fillControls, openPart, ready, says } from "./browser.js";
import { calls, lastCall, visit, withFakeEngine } from "./site.js";

const engine = withFakeEngine({ pace: 36 });
const dialog = (page) => page.locator("#mask");
const press = (page, name) => dialog(page).getByRole("button", { name, exact: true }).click();

/** The page with More open, a content of 60 x 40 and one more style. */
async function prepare(page) {
  await ready(page);
  await fillControls(page, { steps: 1, "first-size": 4096 });
  await openPart(page, "styles");
  await element(page, "content-input").setInputFiles(await drawPicture(page, 60, 40, 1));
  await element(page, "styles-input").setInputFiles(await drawPicture(page, 30, 30, 5));
  await page.getByLabel("Part of picture-5").waitFor();
  await page.locator('#content .preview[alt="picture-1"]').waitFor();
}

/** Draws down the left tenth of the picture. */
async function strokeLeft(page) {
  const box = await element(page, "mask-canvas").boundingBox();
  const x = box.x + box.width * 0.1;
  await page.mouse.move(x, box.y + 2);
  await page.mouse.down();
  await page.mouse.move(x, box.y + box.height - 2, { steps: 5 });
  await page.mouse.up();
}

async function paintLeft(page) {
  await page.getByRole("button", { name: "Where Stained glass is painted" }).click();
  await strokeLeft(page);
  await press(page, "Done");
  await dialog(page).waitFor({ state: "hidden" });
}

async function begun(page) {
  await element(page, "start").click();
  await lastCall(page, "begin");
  return { regions: await calls(page, "setRegion"), sources: await calls(page, "setSource") };
}

test("a painted mask reaches the engine where it was painted, and the rest is the other style's", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await prepare(page);
    await paintLeft(page);
    await page.getByRole("button", { name: "Where picture-5 is painted" }).click();
    await press(page, "Where no other style is");
    await press(page, "Done");
    const { regions, sources } = await begun(page);
    assert.deepEqual(sources, []);
    const seen = regions.map(({ left, middle, right }) => [left, middle, right]);
    assert.deepEqual(seen, [
      [255, 0, 0],
      [0, 255, 255],
    ]);
    assert.deepEqual([regions[0].width, regions[0].height], [60, 40]);
    const { styles } = await lastCall(page, "memory");
    assert.deepEqual(
      styles.map(({ region, source }) => [region, source]),
      [
        [true, false],
        [true, false],
      ],
    );
    await says(page, "Finished");
    await download(page);
    const { inputs } = await lastCall(page, "png");
    assert.match(inputs[1].region, /^[0-9a-f]{64}$/);
    assert.notEqual(inputs[1].region, inputs[2].region);
    assert.equal(inputs[1].source, undefined);
    assert.deepEqual(problems, []);
  });
});

test("erase, undo, everything, nothing and invert do what they say", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await prepare(page);
    await page.getByRole("button", { name: "What counts of picture-5" }).click();
    await press(page, "Everything");
    await dialog(page).getByLabel("Erase").check();
    await strokeLeft(page);
    await press(page, "Invert");
    await press(page, "Nothing");
    await press(page, "Undo");
    await press(page, "Done");
    const { regions, sources } = await begun(page);
    assert.deepEqual(regions, []);
    const { left, middle, right } = sources[0];
    assert.deepEqual([left, middle, right], [255, 0, 0]);
  });
});

test("a mask may come from a picture, and be removed again", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await prepare(page);
    const where = page.getByRole("button", { name: "Where Stained glass is painted" });
    await where.click();
    await element(page, "mask-input").setInputFiles(await drawPicture(page, 20, 20, 3));
    await press(page, "Done");
    await where.locator("img").waitFor();
    await where.click();
    await press(page, "No mask");
    await where.locator("img").waitFor({ state: "hidden" });
    assert.deepEqual((await begun(page)).regions, []);
  });
});

test("Cancel and Escape leave all as it was", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await prepare(page);
    await paintLeft(page);
    const where = page.getByRole("button", { name: "Where Stained glass is painted" });
    await where.click();
    await press(page, "Everything");
    await press(page, "Cancel");
    await where.click();
    await press(page, "Nothing");
    await page.keyboard.press("Escape");
    const { regions } = await begun(page);
    assert.deepEqual([regions[0].left, regions[0].right], [255, 0]);
  });
});

test("a mask that is no picture is named, and the former one stays", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await prepare(page);
    await paintLeft(page);
    await page.getByRole("button", { name: "Where Stained glass is painted" }).click();
    const notes = { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("notes") };
    // What was painted in the dialogue is not thrown away with the file.
    await press(page, "Everything");
    await element(page, "mask-input").setInputFiles(notes);
    await dialog(page).locator("#error").waitFor();
    assert.match(await element(page, "error").textContent(), /notes\.png is not a picture/);
    await press(page, "Undo");
    await press(page, "Done");
    await element(page, "error").waitFor({ state: "hidden" });
    assert.equal((await begun(page)).regions[0].left, 255);
  });
});

test("with another picture the masks painted on the former one are gone, and that is told", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await prepare(page);
    await paintLeft(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 50, 40, 9));
    await page.locator("#news").waitFor();
    assert.match(await page.locator("#news-text").textContent(), /masks that you painted/);
    assert.deepEqual((await begun(page)).regions, []);
  });
});

test("the dialogue fits a phone", async () => {
  const options = { viewport: { width: 360, height: 740 } };
  await visit({ answer: engine, options }, async ({ page }) => {
    await prepare(page);
    await page.getByRole("button", { name: "Where Stained glass is painted" }).click();
    const over = await dialog(page).evaluate(
      ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
    );
    assert.ok(over <= 0, `${over} pixels too wide`);
    const box = await element(page, "mask-canvas").boundingBox();
    const image = await page.locator("#mask-image").boundingBox();
    assert.deepEqual(box, image);
  });
});
