// The first screen: likeness, stroke size, named sizes, the look before one paints, and how long it will take.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPicture, element, fillControls, openPart, ready, says, stepsDone } from "./browser.js";
import { calls, choices, eventually, lastCall, visit, withFakeEngine } from "./site.js";

const [{ settings: first }] = choices.presets;
const sketch = choices.presets.find(({ name }) => name === "sketch").settings;
/** A graphics card: what is looked at begins by itself. */
const onCard = (plan = {}) => withFakeEngine({ adapter: "GeForce for tests", pace: 20, ...plan });
const slow = withFakeEngine({ pace: 30 });

/** @param {"none" | "waiting" | "painting" | "ready"} state */
const lookIs = (page, state) =>
  page.locator(`[data-testid="look-state"][data-state="${state}"]`).waitFor({ state: "attached" });

test("a painting of one's own, at a size and likeness of one's own, needs nothing under More", async () => {
  await visit({ answer: slow }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 60, 40, 1));
    await page.locator("#style .sample").nth(1).click();
    await element(page, "likeness").press("ArrowLeft");
    await element(page, "strokes").press("ArrowRight");
    await element(page, "strokes").press("ArrowRight");
    await element(page, "named-size").selectOption("screen");
    await element(page, "start").click();
    const { settings } = await lastCall(page, "begin");
    assert.deepEqual(settings, { ...first, likeness: first.likeness - 1, size: 1920 });
    assert.equal((await lastCall(page, "addStyle")).scale, 1.41);
    assert.ok(!(await page.locator("#more").evaluate(({ open }) => open)));
    assert.deepEqual(problems, []);
  });
});

test("sizes are named by what they are for, with their pixels", async () => {
  await visit({ answer: slow }, async ({ page }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 60, 40, 1));
    await page.locator('#content .preview[alt="picture-1"]').waitFor();
    const named = element(page, "named-size");
    const texts = () => named.locator("option").allTextContents();
    const expected = [
      "A first picture, 512 x 341",
      "Screen, 1920 x 1280",
      "Phone wallpaper, 2400 x 1600",
      "A4 print at 200 dpi, 2339 x 1559",
      "Another size",
    ];
    await eventually(
      page,
      async () => (await texts()).join() === expected.join(),
      "The sizes are not those of the picture.",
    );
    assert.equal(await named.inputValue(), "look");
    assert.ok(await element(page, "size").isHidden());
    await named.selectOption("own");
    assert.equal(await page.evaluate(() => document.activeElement.id), "size");
    await element(page, "size").fill("300");
    assert.equal((await lastCall(page, "memory")).settings.size, 300);
    await named.selectOption("a4");
    assert.ok(await element(page, "size").isHidden());
    await eventually(
      page,
      async () => (await lastCall(page, "memory")).settings.size === 2339,
      "The named size is not asked for.",
    );
    // Another preset leaves it.
    await fillControls(page, { preset: "gatys" });
    assert.equal(await named.inputValue(), "a4");
  });
});

test("the strokes' slider and the style's own number are one, and the crop shows them", async () => {
  await visit({ answer: slow }, async ({ page }) => {
    await ready(page);
    const width = () =>
      page.locator("#crop").evaluate(({ style }) => Number.parseFloat(style.backgroundSize));
    const before = await width();
    const strokes = element(page, "strokes");
    for (let press = 0; press < 4; press++) {
      await strokes.press("ArrowRight");
    }
    assert.ok(Math.abs((await width()) / before - 2) < 0.01);
    assert.equal(await strokes.evaluate(({ ariaValueText }) => ariaValueText), "2.00");
    await openPart(page, "styles");
    const scale = page.getByLabel("Stroke size of Stained glass");
    assert.equal(await scale.inputValue(), "2");
    await scale.fill("0.5");
    assert.equal(await strokes.inputValue(), "-4");
    assert.ok(Math.abs((await width()) / before - 0.5) < 0.01);
    await scale.fill("");
    assert.equal(await strokes.inputValue(), "-4");
  });
});

test("a look begins by itself, small and quick, and anew when anything changes", async () => {
  await visit({ answer: onCard() }, async ({ page, problems }) => {
    await ready(page);
    await lookIs(page, "ready");
    const begun = await lastCall(page, "begin");
    assert.deepEqual(begun.settings, { ...sketch, size: 128, likeness: first.likeness });
    const canvas = element(page, "look-canvas");
    assert.deepEqual(await canvas.evaluate(({ width, height }) => [width, height]), [
      128,
      Math.round((128 * begun.height) / begun.width),
    ]);
    // A slider moves by many: while it moves nothing begins.
    for (let press = 0; press < 5; press++) {
      await element(page, "likeness").press("ArrowLeft");
    }
    await eventually(
      page,
      async () => (await lastCall(page, "begin")).settings.likeness === first.likeness - 5,
      "The likeness is not looked at.",
    );
    await element(page, "strokes").press("ArrowRight");
    await eventually(
      page,
      async () => (await lastCall(page, "addStyle")).scale === 1.19,
      "The strokes are not looked at.",
    );
    await page.locator("#style .sample").nth(2).click();
    await lookIs(page, "painting");
    await lookIs(page, "ready");
    // What a look does not show is not looked at again.
    const count = (await calls(page, "begin")).length;
    await element(page, "named-size").selectOption("screen");
    await fillControls(page, { steps: 7 });
    await eventually(
      page,
      async () => (await lastCall(page, "memory")).settings.steps === 7,
      "The memory is not asked for.",
    );
    assert.equal((await calls(page, "begin")).length, count);
    assert.deepEqual(problems, []);
  });
});

test("a painting takes the engine from a look, which comes back after it", async () => {
  await visit({ answer: onCard({ pace: 60 }) }, async ({ page, problems }) => {
    await ready(page);
    await lookIs(page, "painting");
    await fillControls(page, { size: 64, steps: 2, "first-size": 64, "refining-steps": 0 });
    await lookIs(page, "painting");
    await element(page, "start").click();
    await says(page, "Finished: 2 steps");
    const sizes = (await calls(page, "begin")).map(({ settings }) => settings.size);
    assert.equal(sizes.at(-1), 64);
    await page.getByRole("button", { name: "Paint another" }).click();
    await lookIs(page, "ready");
    assert.equal((await lastCall(page, "begin")).settings.size, 128);
    assert.deepEqual(problems, []);
  });
});

test("without a graphics card, or where nothing shall move, a look waits to be asked for", async () => {
  for (const [answer, options, why] of [
    [slow, {}, /without a graphics card/],
    [onCard(), { reducedMotion: "reduce" }, /would move/],
  ]) {
    await visit({ answer, options }, async ({ page }) => {
      await ready(page);
      await lookIs(page, "waiting");
      assert.match(await page.locator("#look-why").textContent(), why);
      assert.equal((await calls(page, "begin")).length, 0);
      await element(page, "look-now").click();
      await lookIs(page, "ready");
      await element(page, "likeness").press("ArrowLeft");
      await lookIs(page, "waiting");
      assert.equal((await calls(page, "begin")).length, 1);
    });
  }
});

test("where a look took long, the next one waits to be asked for", async () => {
  // A clock that has gone on by half a minute whenever it is asked.
  const script = () => {
    let now = 0;
    performance.now = () => {
      now += 30_000;
      return now;
    };
  };
  await visit({ answer: onCard(), script }, async ({ page }) => {
    await ready(page);
    await lookIs(page, "ready");
    await element(page, "likeness").press("ArrowLeft");
    await lookIs(page, "waiting");
    assert.match(await page.locator("#look-why").textContent(), /a while on this machine/);
  });
});

test("a low battery is left alone", async () => {
  const script = () => {
    navigator.getBattery = async () => ({ charging: false, level: 0.1 });
  };
  await visit({ answer: onCard(), script }, async ({ page }) => {
    await ready(page);
    await lookIs(page, "waiting");
    assert.match(await page.locator("#look-why").textContent(), /battery/);
  });
});

test("a look that loses the graphics card harms nothing", async () => {
  const answer = onCard({ failAt: 3, fault: "gpu" });
  await visit({ answer }, async ({ page, problems }) => {
    await ready(page);
    await lookIs(page, "waiting");
    assert.match(await page.locator("#look-why").textContent(), /did not work out/);
    await lastCall(page, "open", 2);
    await ready(page);
    await fillControls(page, { size: 64, steps: 2, "first-size": 64, "refining-steps": 0 });
    await element(page, "start").click();
    await says(page, "Finished: 2 steps");
    assert.deepEqual(problems, []);
  });
});

test("how long it takes is said as soon as a look has told, and known on the next visit", async () => {
  await visit({ answer: onCard({ pace: 40 }) }, async ({ page }) => {
    await ready(page);
    const estimate = (words) => page.locator("#estimate", { hasText: words }).waitFor();
    await estimate("How long it takes is known once");
    await lookIs(page, "ready");
    await estimate(/^Takes about \d+ (seconds|minutes)\.$/);
    await fillControls(page, { size: 64, steps: 3, "first-size": 64, "refining-steps": 0 });
    await estimate("Takes a few seconds.");
    await element(page, "start").click();
    await says(page, "Finished: 3 steps");
    await page.reload();
    await ready(page);
    await estimate(/^Takes (about|a few)/);
  });
});

test("what needs parts says so beside the time", async () => {
  await visit({ answer: slow }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 2000 });
    await page.locator("#estimate", { hasText: /in \d+ parts/ }).waitFor();
  });
});

test("what is finished is painted in another style by one tap", async () => {
  await visit({ answer: slow }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 60, 40, 1));
    await fillControls(page, { size: 64, steps: 2, "first-size": 64, "refining-steps": 0 });
    await element(page, "start").click();
    await says(page, "Finished: 2 steps");
    await page.locator("#another").getByRole("button", { name: "Night swirls" }).click();
    await page.locator("#caption", { hasText: "picture-1, painted like Night swirls" }).waitFor();
    await says(page, "Finished: 2 steps");
    const [one, other] = await calls(page, "begin");
    assert.deepEqual(one, other);
    assert.deepEqual(problems, []);
  });
});

test("while it paints the page says what the steps are for", async () => {
  const answer = withFakeEngine({ pace: 60 });
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 200, "first-size": 90, "first-steps": 6, steps: 200 });
    await element(page, "start").click();
    await page.locator("#doing", { hasText: "Laying out the large forms, at 90 pixels" }).waitFor();
    await stepsDone(page, 7);
    await page.locator("#doing", { hasText: "at the full size, 200 pixels" }).waitFor();
    assert.ok(!(await page.locator("#losses").evaluate(({ open }) => open)));
    await element(page, "stop").click();
    await says(page, "Stopped at");
    assert.equal(await page.locator("#doing").textContent(), "");
  });
});

test("the title of a hidden tab says that it is finished, until it is seen", async () => {
  await visit({ answer: slow }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 64, steps: 5, "first-size": 64, "refining-steps": 0 });
    const hide = (hidden) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await element(page, "start").click();
    await stepsDone(page, 1);
    await hide(true);
    await says(page, "Finished");
    assert.equal(await page.title(), "✓ Finished · Impasto");
    await hide(false);
    assert.equal(await page.title(), "Impasto");
  });
});

test("the page says its version", async () => {
  await visit({ answer: slow }, async ({ page }) => {
    await ready(page);
    assert.match(choices.version, /^\d+\.\d+\.\d+$/);
    assert.equal(await element(page, "version").textContent(), `Version ${choices.version}`);
  });
});
