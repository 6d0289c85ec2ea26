// What the page chooses for a phone or a tablet, what it says of it, and that it leaves what somebody has said otherwise.

import assert from "node:assert/strict";
import { test } from "node:test";
import { trustedMemory } from "../../www/page/settings/device.js";
import { drawPicture, element, fillControls, openPart, ready } from "./browser.js";
import { only } from "./launch.js";
import { choices, lastCall, visit, withFakeEngine } from "./site.js";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";
const MACINTOSH =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
const ANDROID =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36";
const FIREFOX_ANDROID = "Mozilla/5.0 (Android 15; Mobile; rv:146.0) Gecko/146.0 Firefox/146.0";
const LINUX =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";
const WINDOWS =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";

const [{ settings: first }] = choices.presets;
const engine = withFakeEngine();
const iphone = { userAgent: IPHONE, hasTouch: true, isMobile: true };
const value = (page, id) => element(page, id).inputValue();
const most = (page) => element(page, "size").getAttribute("max");
const said = (page, id) => page.locator(`#${id}`).textContent();

/** Waits until the page has chosen, by what the engine has told it. */
const chooses = (page, precision) =>
  page.waitForFunction(
    (precision) => document.getElementById("precision").value === precision,
    precision,
  );

/** Waits until the engine was asked for the memory of such a size, and the page has shown the answer. */
const needs = (page, words) =>
  page.waitForFunction(
    (words) => new RegExp(words).test(document.getElementById("memory-need").textContent),
    words,
  );

test("phones and tablets are known by what their browsers tell, and trusted with less", () => {
  const touchOnly = true;
  for (const [bytes, device] of [
    [8e8, { userAgent: IPHONE, maxTouchPoints: 5, touchOnly }],
    [8e8, { userAgent: MACINTOSH, maxTouchPoints: 5, touchOnly }],
    // A keyboard with a trackpad makes no Mac of it.
    [8e8, { userAgent: MACINTOSH, maxTouchPoints: 5 }],
    [8e8, { userAgent: ANDROID, maxTouchPoints: 5, touchOnly }],
    [8e8, { userAgent: ANDROID, maxTouchPoints: 5, touchOnly, memory: 8 }],
    [8e8, { userAgent: ANDROID, maxTouchPoints: 5, touchOnly, memory: 4 }],
    [4e8, { userAgent: ANDROID, maxTouchPoints: 5, touchOnly, memory: 2 }],
    [2e8, { userAgent: ANDROID, maxTouchPoints: 5, touchOnly, memory: 1 }],
    [8e8, { userAgent: FIREFOX_ANDROID, maxTouchPoints: 5, touchOnly }],
    [8e8, { userAgent: LINUX, maxTouchPoints: 5, touchOnly }],
    [null, { userAgent: LINUX, maxTouchPoints: 10 }],
    [null, { userAgent: LINUX, maxTouchPoints: 0, memory: 2 }],
    [null, { userAgent: MACINTOSH, maxTouchPoints: 0 }],
    [null, { userAgent: WINDOWS, maxTouchPoints: 10, touchOnly, memory: 4 }],
  ]) {
    const told = { touchOnly: false, ...device };
    assert.equal(trustedMemory(told), bytes, JSON.stringify(told));
  }
});

test("a desktop begins with the engine's own settings, and nothing is said of them", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 4096 });
    await needs(page, "parts");
    assert.equal(await value(page, "memory"), String(first.memory / 1e9));
    assert.equal(await value(page, "precision"), first.precision);
    assert.equal(await most(page), "16384");
    for (const id of ["memory-why", "size-why", "precision-why"]) {
      assert.equal(await said(page, id), "");
    }
  });
});

test("a phone begins with less memory and smaller sizes, and says why, in German too", async () => {
  const options = { ...iphone, locale: "de-DE" };
  await visit({ answer: engine, options }, async ({ page, problems }) => {
    await ready(page);
    assert.equal(await value(page, "memory"), "0.8");
    assert.equal(await most(page), "2048");
    assert.match(await said(page, "memory-why"), /^Die Seite hat 0,8 GB gewählt: Ein Telefon/);
    assert.match(await said(page, "size-why"), /^Höchstens 2048 auf einem Telefon/);
    await openPart(page, "machine");
    await element(page, "language").selectOption("en");
    await page.waitForFunction(() => document.documentElement.lang === "en");
    assert.match(await said(page, "memory-why"), /^The page chose 0.8 GB: a phone or tablet ends/);
    assert.match(await said(page, "size-why"), /^At most 2048 on a phone/);

    await fillControls(page, { size: 2049 });
    await element(page, "start").click();
    await element(page, "error").waitFor();
    assert.match(await element(page, "error").textContent(), /Longer side needs .* at most 2048/);
    await fillControls(page, { size: 64 });
    await element(page, "start").click();
    const { settings } = await lastCall(page, "begin");
    assert.deepEqual(settings, { ...first, size: 64, memory: 8e8 });
    assert.deepEqual(problems, []);
  });
});

test("an iPad is no Macintosh, and an Android with little memory gets less", async () => {
  const iPad = {
    answer: engine,
    options: { userAgent: MACINTOSH },
    script: () => Object.defineProperty(navigator, "maxTouchPoints", { value: 5 }),
  };
  await visit(iPad, async ({ page }) => {
    await ready(page);
    assert.equal(await value(page, "memory"), "0.8");
  });
  const android = {
    answer: engine,
    options: { userAgent: ANDROID, hasTouch: true },
    script: () => Object.defineProperty(navigator, "deviceMemory", { value: 2 }),
  };
  await visit(android, async ({ page }) => {
    await ready(page);
    assert.equal(await value(page, "memory"), "0.4");
    assert.equal(await most(page), "1448");
    assert.match(await said(page, "memory-why"), /^The page chose 0\.4 GB/);
  });
});

const touched = only("chromium", "Firefox pretends no touch screen for a test");

test(
  "an Android that asks for sites as for desktops is known by its touch screen",
  touched,
  async () => {
    const options = { userAgent: LINUX, hasTouch: true, isMobile: true };
    await visit({ answer: engine, options }, async ({ page }) => {
      await ready(page);
      assert.match(await said(page, "size-why"), /on a phone or tablet/);
    });
  },
);

test("half precision comes before parts, parts before refusal, and only as long as the page chooses", async () => {
  await visit({ answer: engine, options: iphone }, async ({ page, problems }) => {
    await ready(page);
    await needs(page, "MB\\.$");
    assert.equal(await value(page, "precision"), "full");
    assert.equal(await said(page, "precision-why"), "");

    // The fake engine's 1.15 GB in full, of which half fit as a whole.
    await fillControls(page, { size: 1024 });
    await chooses(page, "half");
    assert.match(await said(page, "memory-need"), /^This painting takes 576\.7 MB\.$/);
    assert.match(await said(page, "precision-why"), /^The page chose half: in full precision/);
    await fillControls(page, { size: 2048 });
    await needs(page, "in 3 parts");
    assert.equal(await value(page, "precision"), "half");
    // Another preset finds the machine as it is.
    await fillControls(page, { preset: "tutorial", size: 512 });
    assert.equal(await value(page, "memory"), "0.8");
    assert.equal(await value(page, "preset"), "tutorial");
    await chooses(page, "full");
    assert.equal(await said(page, "precision-why"), "");

    await fillControls(page, { size: 1024 });
    await chooses(page, "half");
    await fillControls(page, { precision: "full" });
    await needs(page, "in 2 parts");
    assert.equal(await value(page, "precision"), "full");
    assert.equal(await said(page, "precision-why"), "");
    await fillControls(page, { preset: "brush", size: 1100 });
    await needs(page, "1,331\\.0 MB, in 2 parts");
    assert.equal(await value(page, "precision"), "full");
    assert.deepEqual(problems, []);
  });
});

test("whoever allows more memory gets larger sizes, and no preset takes it back", async () => {
  await visit({ answer: engine, options: iphone }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { memory: 1.8 });
    assert.equal(await most(page), "3072");
    assert.equal(await said(page, "memory-why"), "");
    assert.match(await said(page, "size-why"), /^At most 3072/);
    await fillControls(page, { preset: "tutorial" });
    assert.equal(await value(page, "memory"), "1.8");
    // Less than the page chose is for the engine to plan with.
    await fillControls(page, { memory: 0.1 });
    assert.equal(await most(page), "2048");
    await fillControls(page, { memory: "" });
    assert.equal(await most(page), "2048");
    await fillControls(page, { preset: "brush", memory: 0.8 });
    assert.match(await said(page, "memory-why"), /^The page chose/);
  });
});

test("a link brings its precision, and leaves the phone its memory", async () => {
  const found = { ...first, size: 1024, steps: 7, memory: 4e9, precision: "full" };
  const answer = withFakeEngine({ settings: found });
  await visit({ answer, options: iphone }, async ({ page, problems }) => {
    await ready(page);
    await page.evaluate(() => {
      location.hash = `#settings=${encodeURIComponent("{}")}`;
    });
    await element(page, "news").getByText("settings of the link are set").waitFor();
    assert.equal(await value(page, "steps"), "7");
    assert.equal(await value(page, "memory"), "0.8");
    await needs(page, "in 2 parts");
    assert.equal(await value(page, "precision"), "full");
    assert.deepEqual(problems, []);
  });
});

test("a phone opens a large photograph no larger than it can be painted", async () => {
  for (const [width, options] of [
    [5000, {}],
    [4096, iphone],
  ]) {
    await visit({ answer: engine, options }, async ({ page }) => {
      await ready(page);
      await element(page, "content-input").setInputFiles(await drawPicture(page, 5000, 100, 7));
      await page.locator('#content .preview[alt="picture-7"]').waitFor();
      await element(page, "start").click();
      const begun = await lastCall(page, "begin");
      assert.deepEqual([begun.width, begun.height], [width, Math.round(width / 50)]);
    });
  }
});
