// What axe-core finds in every state of the page, light and dark; and the keyboard alone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { drawPicture, element, fillControls, openPart, ready, says, stepsDone } from "./browser.js";
import { visit, withFakeEngine } from "./site.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const engine = withFakeEngine({ pace: 20 });
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

async function sound(page, state) {
  const found = await page.evaluate(async () => {
    // What fades in has not its colours yet.
    await Promise.all(document.getAnimations().map((animation) => animation.finish?.()));
    const { violations } = await globalThis.axe.run();
    return violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target.join(" "))]);
  });
  assert.deepEqual(found, [], state);
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe-core finds nothing in any state, ${colorScheme}`, async () => {
    const options = { colorScheme, bypassCSP: true, reducedMotion: "reduce" };
    await visit({ answer: engine, options }, async ({ page }) => {
      await page.addScriptTag({ content: axe });
      await ready(page);
      await sound(page, "start");
      await element(page, "look-now").click();
      await page.locator('#look[data-state="ready"]').waitFor();
      await sound(page, "look");
      await openPart(page, "styles");
      await element(page, "styles-input").setInputFiles(await drawPicture(page, 30, 30, 5));
      await page.getByLabel("Part of picture-5").waitFor();
      await sound(page, "more");
      for (const part of ["look", "colours", "time", "machine", "experts"]) {
        await openPart(page, part);
        await sound(page, part);
      }
      await openPart(page, "styles");
      await fillControls(page, { "style-weight": 50 });
      await sound(page, "changed");
      await openPart(page, "styles");
      await press(page, "Where picture-5 is painted");
      await page.locator("#mask").waitFor();
      await sound(page, "mask");
      await press(page, "Cancel");
      await fillControls(page, { size: "3" });
      await element(page, "start").click();
      await element(page, "error").waitFor();
      await sound(page, "error");
      await fillControls(page, { preset: "tutorial", size: "512", steps: "150" });
      await element(page, "start").click();
      await stepsDone(page, 2);
      await element(page, "adjust").locator("summary").click();
      await press(page, "Before and after");
      await sound(page, "painting");
      await says(page, "Finished");
      await sound(page, "finished");
      await press(page, "Paint another");
      await element(page, "strip").locator("button").click();
      await page.locator("#kept").waitFor();
      await sound(page, "kept");
    });
  });
}

test("axe-core finds nothing where nothing can be painted", async () => {
  const script = () => {
    delete Navigator.prototype.gpu;
  };
  await visit({ script, options: { bypassCSP: true } }, async ({ page }) => {
    await page.addScriptTag({ content: axe });
    await page.locator("#unsupported").waitFor();
    await sound(page, "unsupported");
  });
});

test("the keyboard alone paints, compares and downloads, and its focus is seen", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    const reach = async (id) => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press("Tab");
        const focused = await page.evaluate(() => {
          const { id, matches } = document.activeElement;
          const style = getComputedStyle(document.activeElement);
          const seen = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
          return { id, isFile: matches.call(document.activeElement, ".file"), seen };
        });
        // What one sees of a file field is its label.
        assert.ok(focused.seen || focused.isFile, `the focus on ${focused.id} is not seen`);
        if (focused.id === id) {
          return;
        }
      }
      throw new Error(`${id} cannot be reached`);
    };
    await reach("start");
    await page.keyboard.press("Enter");
    await stepsDone(page, 2);
    await reach("pause");
    await page.keyboard.press("Enter");
    await says(page, "Paused");
    await reach("download");
    const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(file.suggestedFilename(), "impasto-harbour-glass.png");
  });
});
