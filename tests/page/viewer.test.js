// Looking at the painting: before and after, zoom and pan, full screen, two side by side.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePicture, drawPicture, element, fillControls, ready, says } from "./browser.js";
import { only } from "./launch.js";
import { visit, withFakeEngine } from "./site.js";

const engine = withFakeEngine({ pace: 36 });
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const view = (page) => element(page, "view");

/** A finished painting of 120 x 80 pixels. */
async function paint(page) {
  await ready(page);
  await element(page, "content-input").setInputFiles(await drawPicture(page, 120, 80, 3));
  await page.locator('#content .preview[alt="picture-3"]').waitFor();
  await fillControls(page, { preset: "tutorial", steps: 3 });
  await element(page, "start").click();
  await says(page, "Finished");
}

/** The zoom, and where the picture's left upper corner is, in parts of the view. */
async function place(page) {
  return page.evaluate(() => {
    const view = document.getElementById("view");
    const window = view.getBoundingClientRect();
    const sheet = view.querySelector(".sheet").getBoundingClientRect();
    const width = window.width - 2 * view.clientLeft;
    const height = window.height - 2 * view.clientTop;
    const round = (value) => Math.round(value * 100) / 100;
    return {
      zoom: round(sheet.width / width),
      x: round((sheet.left - window.left - view.clientLeft) / width),
      y: round((sheet.top - window.top - view.clientTop) / height),
    };
  });
}

const WHOLE = { zoom: 1, x: 0, y: 0 };

test("before and after are divided where the handle is, by mouse and by keys", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await paint(page);
    const shot = async () => decodePicture(page, await view(page).screenshot());
    const painted = await shot();
    await press(page, "Before and after");
    const box = await view(page).boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    const divided = await shot();
    const differs = (from, to) => {
      let sum = 0;
      let count = 0;
      for (let y = Math.round(0.1 * divided.height); y < 0.9 * divided.height; y++) {
        for (let x = Math.round(from * divided.width); x < to * divided.width; x++) {
          const at = 4 * (y * divided.width + x);
          sum += Math.abs(divided.pixels[at] - painted.pixels[at]);
          count += 1;
        }
      }
      return sum / count;
    };
    assert.ok(differs(0.1, 0.7) > 1, "the left side does not show the picture before");
    assert.equal(differs(0.85, 0.95), 0, "the right side does not show the painting");

    const divide = element(page, "divide");
    await divide.focus();
    await page.keyboard.press("Home");
    assert.equal(await divide.inputValue(), "0");
    assert.deepEqual(
      (await shot()).pixels.slice(40_000, 40_040),
      painted.pixels.slice(40_000, 40_040),
    );
    await press(page, "Before and after");
    assert.ok(await divide.isHidden());
    assert.deepEqual(problems, []);
  });
});

test("buttons, keys, wheel and double click zoom, and the picture never leaves its frame", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await paint(page);
    await press(page, "Larger");
    const { zoom, x, y } = await place(page);
    assert.deepEqual([zoom, x, y], [1.41, -0.21, -0.21]);
    assert.equal(await page.locator("#stage .fit").textContent(), "141 %");
    await press(page, "141 %");
    assert.deepEqual(await place(page), WHOLE);

    await page.locator("#caption").focus();
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowLeft");
    assert.deepEqual(await place(page), { zoom: 2, x: -0.4, y: -0.5 });
    for (let count = 0; count < 20; count++) {
      await page.keyboard.press("ArrowRight");
    }
    assert.deepEqual(await place(page), { zoom: 2, x: -1, y: -0.5 });
    await page.keyboard.press("0");
    assert.deepEqual(await place(page), WHOLE);

    const box = await view(page).boundingBox();
    await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
    // Told after the view has dealt with it.
    await page.evaluate(() => {
      globalThis.wheeled = new Promise((resolve) => {
        addEventListener("wheel", resolve, { once: true });
      });
    });
    await page.mouse.wheel(0, -300);
    await page.evaluate(() => wheeled.then(() => {}));
    assert.deepEqual(await place(page), WHOLE, "a wheel that was meant for the page zooms");
    await page.mouse.dblclick(box.x + box.width / 4, box.y + box.height / 2);
    assert.equal((await place(page)).zoom, 4);
    await page.mouse.wheel(0, -100);
    await page.waitForFunction(
      () => parseInt(document.querySelector("#stage .fit").textContent, 10) > 400,
    );
    await page.mouse.down();
    await page.mouse.move(box.x + 5000, box.y + 5000, { steps: 3 });
    await page.mouse.up();
    const dragged = await place(page);
    assert.deepEqual([dragged.x, dragged.y], [0, 0]);
    await press(page, "Paint another");
    await element(page, "start").click();
    await says(page, "Finished");
    assert.deepEqual(await place(page), WHOLE, "another painting begins zoomed");
    assert.deepEqual(problems, []);
  });
});

const touching = only("chromium", "Firefox has no two fingers for a test");

test("two fingers zoom on a phone, where nothing is too wide", touching, async () => {
  const options = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  await visit({ answer: engine, options }, async ({ page }) => {
    await paint(page);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${over} pixels too wide`);
    const box = await view(page).boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const session = await page.context().newCDPSession(page);
    const touch = (type, apart) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: apart
          ? [
              { x: x - apart, y, id: 1 },
              { x: x + apart, y, id: 2 },
            ]
          : [],
      });
    await touch("touchStart", 30);
    for (const apart of [40, 50, 60]) {
      await touch("touchMove", apart);
    }
    await touch("touchEnd", 0);
    await page.waitForFunction(
      () => parseInt(document.querySelector("#stage .fit").textContent, 10) > 150,
    );
    const { zoom } = await place(page);
    // Twice as far apart, but for the rounding of three moves.
    assert.ok(Math.abs(zoom - 2) < 0.1, `${zoom}`);
  });
});

test("the picture fills the screen and comes back, where the browser cannot too", async () => {
  for (const script of [undefined, () => delete Element.prototype.requestFullscreen]) {
    await visit({ answer: engine, script }, async ({ page, problems }) => {
      await paint(page);
      const { height } = await view(page).boundingBox();
      const button = page.getByRole("button", { name: "Full screen" });
      await button.click();
      await page.waitForFunction(
        () => document.getElementById("full-screen").getAttribute("aria-pressed") === "true",
      );
      const large = await view(page).boundingBox();
      assert.ok(large.height > height, `${large.height} is no more than ${height}`);
      assert.ok(await button.isVisible());
      await button.click();
      await page.waitForFunction(
        () => document.getElementById("full-screen").getAttribute("aria-pressed") === "false",
      );
      assert.equal((await view(page).boundingBox()).height, height);
      assert.deepEqual(problems, []);
    });
  }
});

test("two kept paintings are seen side by side, zoomed together", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await paint(page);
    await press(page, "Paint another");
    await element(page, "start").click();
    await says(page, "Finished");
    await press(page, "Paint another");
    const strip = element(page, "strip").locator("button");
    await page.waitForFunction(() => document.querySelectorAll("#strip button").length === 2);
    await strip.first().click();
    await press(page, "Compare with another");
    await strip.last().click();
    const dialog = page.locator("#compared");
    await dialog.waitFor();
    assert.equal(await dialog.locator("img").count(), 2);
    await dialog.getByRole("button", { name: "Larger" }).click();
    const views = dialog.locator(".view");
    const zooms = await views.evaluateAll((all) =>
      all.map(({ style }) => style.getPropertyValue("--zoom")),
    );
    assert.deepEqual(new Set(zooms), new Set([String(Math.SQRT2)]));
    await press(page, "Close");
    assert.ok(await dialog.isHidden());
    assert.deepEqual(problems, []);
  });
});
