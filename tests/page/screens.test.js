// How the page behaves under a visitor's hands, with an engine that only pretends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { currentStep, drawPicture, element, openPart, ready, says, stepsDone } from "./browser.js";
import { bring } from "./hands.js";
import { isModel, visit, withFakeEngine } from "./site.js";

const engine = withFakeEngine();

test("Paint waits for the model and then begins by itself", async () => {
  let deliver;
  const until = new Promise((resolve) => {
    deliver = resolve;
  });
  const answer = (path) => (isModel(path) ? { ...engine(path), until } : engine(path));
  await visit({ answer }, async ({ page, problems }) => {
    await element(page, "start").click();
    await says(page, "Loading the model");
    await element(page, "stop").click();
    assert.ok(await element(page, "start").isVisible(), "stop does not lead back");
    await element(page, "start").click();
    deliver();
    await stepsDone(page, 2);
    assert.deepEqual(problems, []);
  });
});

async function shows(page, area, title) {
  await page.locator(`#${area} .preview[alt="${title}"]`).waitFor();
}

test("takes pictures dropped on an area, dropped anywhere, and pasted", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await bring(page, "drop", "#style .drop", [await drawPicture(page, 30, 30, 10)]);
    await shows(page, "style", "picture-10");
    await bring(page, "drop", "footer", [await drawPicture(page, 30, 30, 20)]);
    await shows(page, "content", "picture-20");
    await bring(page, "paste", "body", [await drawPicture(page, 30, 30, 30)]);
    await shows(page, "content", "picture-30");
    await shows(page, "style", "picture-10");
  });
});

test("fills the painting's area second when both hold samples", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await bring(page, "paste", "body", [await drawPicture(page, 30, 30, 1)]);
    await shows(page, "content", "picture-1");
    await bring(page, "paste", "body", [await drawPicture(page, 30, 30, 2)]);
    await shows(page, "style", "picture-2");
  });
});

test("of two samples the one clicked last is chosen, however late the first arrives", async () => {
  let deliver;
  const until = new Promise((resolve) => {
    deliver = resolve;
  });
  let held = false;
  const answer = (path) => (held && path.endsWith("swirls.jpg") ? { until } : engine(path));
  // Thumbnails and samples are the same files, and a browser would not ask twice for one.
  const script = () => {
    const ask = window.fetch;
    globalThis.arrived = [];
    window.fetch = async (address) => {
      const answer = await ask(address, { cache: "no-store" });
      const blob = answer.blob.bind(answer);
      answer.blob = async () => {
        const file = await blob();
        arrived.push(address);
        return file;
      };
      return answer;
    };
  };
  await visit({ answer, script }, async ({ page }) => {
    await ready(page);
    held = true;
    await page.getByRole("button", { name: "Night swirls" }).click();
    await page.getByRole("button", { name: "Woodblock sea" }).click();
    await shows(page, "style", "Woodblock sea");
    deliver();
    // Whoever asked for it goes on before the browser looks here again.
    await page.waitForFunction(() => arrived.some((address) => address.endsWith("swirls.jpg")));
    await shows(page, "style", "Woodblock sea");
    const chosen = page.locator("#style .sample[aria-pressed=true]");
    assert.equal(await chosen.getAttribute("title"), "Woodblock sea");
  });
});

test("can be used by keyboard alone", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    const focused = () =>
      page.evaluate(() => document.activeElement.id || document.activeElement.title);
    const order = [];
    while (order.at(-1) !== "start" && order.length < 20) {
      await page.keyboard.press("Tab");
      order.push(await focused());
    }
    assert.deepEqual(order, [
      "content-input",
      "Harbour town",
      "Portrait with a hat",
      "Mountain lake",
      "style-input",
      "Stained glass",
      "Night swirls",
      "Woodblock sea",
      "Pastel dots",
      "Charcoal still life",
      "Travel poster",
      "look-now",
      "likeness",
      "strokes",
      "named-size",
      "start",
    ]);
    await page.keyboard.press("Enter");
    await stepsDone(page, 1);
    assert.equal(await focused(), "caption", "the focus is lost");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "pause");
    await page.keyboard.press("Space");
    await says(page, "Paused at");
    const paused = await currentStep(page);
    await page.keyboard.press("Space");
    await stepsDone(page, paused + 2);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await says(page, "Stopped at");
  });
});

test("a graphics card of which nobody knows the name is the visitor's own", async () => {
  for (const adapter of ["unnamed GPU (webgpu)", "unnamed GPU (BrowserWebGpu)", "unknown", ""]) {
    await visit({ answer: withFakeEngine({ adapter }) }, async ({ page }) => {
      await ready(page);
      const said = await page.locator("#adapter").textContent();
      assert.equal(said, "Paints on your graphics card.", adapter);
    });
  }
});

test("a phone greys out no file that may be the model: it knows no such type", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    assert.equal(await element(page, "weights-input").getAttribute("accept"), null);
  });
});

test("a processor that acts as a graphics card is named as slow", async () => {
  const answer = withFakeEngine({ adapter: "llvmpipe (LLVM 15)" });
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    assert.match(await page.locator("#adapter").textContent(), /llvmpipe.*slow/);
  });
});

for (const width of [360, 390, 768, 1440]) {
  test(`nothing is wider than a window of ${width} pixels`, async () => {
    const options = { viewport: { width, height: 800 } };
    const fits = (page, screen) =>
      page
        .evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        .then((over) => assert.ok(over <= 0, `${screen}: ${over} pixels too wide`));
    await visit({ answer: engine, options }, async ({ page }) => {
      await ready(page);
      await fits(page, "start");
      const long = await drawPicture(page, 30, 90, 0);
      long.name = `${"a-very-long-name_".repeat(12)}.png`;
      await element(page, "content-input").setInputFiles(long);
      await openPart(page, "styles");
      await element(page, "styles-input").setInputFiles(long);
      await page.getByRole("button", { name: "Remove a-very" }).waitFor();
      await fits(page, "more");
      await element(page, "start").click();
      await stepsDone(page, 3);
      await fits(page, "running");
      await page.locator("#adjust > summary").click();
      await fits(page, "adjust");
      await element(page, "language").selectOption("de");
      await page.getByText("Während des Malens").waitFor();
      await fits(page, "adjust in German");
      await element(page, "language").selectOption("en");
      await page.getByText("While it paints").waitFor();
      const plot = await page.locator(".plot .uplot").boundingBox();
      const panel = await page.locator(".plot").boundingBox();
      assert.ok(plot.width <= panel.width, "the plot is too wide");
      await element(page, "stop").click();
      await says(page, "Stopped at");
      await fits(page, "stopped");
      await element(page, "language").selectOption("de");
      await page.getByText("Noch eines malen").click();
      await fits(page, "start and more in German");
    });
  });
}
