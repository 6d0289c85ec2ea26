// What the page says when something is wrong.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { drawPicture, element, launch, open, ready } from "./browser.js";
import { serve } from "./server.js";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** Opens the page on a server of its own and hands it over; closes both afterwards. */
async function visit(answer, script, steps) {
  const server = await serve("dist", answer);
  const context = await browser.newContext();
  if (script) {
    await context.addInitScript(script);
  }
  try {
    await steps(await open(context, server.origin), server);
  } finally {
    await context.close();
    server.close();
  }
}

const error = (page) => element(page, "error");

test("a file that is no picture is named, and the former choice stays", async () => {
  await visit(undefined, undefined, async ({ page }) => {
    await ready(page);
    const before = await page.locator("#content .preview").getAttribute("src");
    const buffer = Buffer.from("this is no picture");
    await element(page, "content-input").setInputFiles({
      name: "notes.jpg",
      mimeType: "image/jpeg",
      buffer,
    });
    await error(page).waitFor();
    assert.match(await error(page).textContent(), /notes\.jpg is not a picture/);
    assert.equal(await page.locator("#content .preview").getAttribute("src"), before);
    assert.ok(await element(page, "start").isEnabled());

    await element(page, "content-input").setInputFiles(await drawPicture(page, 40, 30, 0));
    await error(page).waitFor({ state: "hidden" });
  });
});

test("a setting that makes no sense is named before anything starts", async () => {
  await visit(undefined, undefined, async ({ page }) => {
    await ready(page);
    await page.locator("summary").click();
    await element(page, "size").fill("3");
    await element(page, "start").click();
    await error(page).waitFor();
    assert.match(await error(page).textContent(), /Size needs a whole number of at least 16/);
    assert.ok(await element(page, "start").isVisible());
  });
});

test("a picture that is too narrow for the size is refused with what to do", async () => {
  await visit(undefined, undefined, async ({ page }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 300, 20, 0));
    await page.locator("summary").click();
    await element(page, "size").fill("64");
    await element(page, "start").click();
    await error(page).waitFor();
    assert.match(await error(page).textContent(), /needs at least 16.*Choose a larger size/);
    assert.ok(await element(page, "start").isEnabled());
  });
});

test("without WebGPU the page says which browsers have it, and shows nothing else", async () => {
  const script = () => {
    delete Navigator.prototype.gpu;
  };
  await visit(undefined, script, async ({ page, problems }) => {
    await page.getByText("Impasto needs WebGPU").waitFor();
    assert.match(await page.locator("#unsupported-text").textContent(), /Chrome.*Safari.*Firefox/);
    assert.ok(await element(page, "start").isHidden());
    assert.deepEqual(problems, []);
  });
});

const network = (path) => path === "/weights/vgg19.safetensors";

test("a network that the server does not have can be tried again", async () => {
  let missing = true;
  const answer = (path) => (network(path) && missing ? { status: 404 } : undefined);
  await visit(answer, undefined, async ({ page }) => {
    await error(page).waitFor();
    assert.match(await error(page).textContent(), /the server answered 404/);
    assert.ok(await element(page, "start").isDisabled());
    missing = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await ready(page);
  });
});

test("a network that is another file, damaged or cut off is refused", async () => {
  const whole = await readFile("dist/weights/vgg19.safetensors");
  const damaged = Buffer.from(whole);
  damaged[damaged.length >> 1] ^= 1;
  const cases = [
    [{ body: "<!doctype html><title>Not found</title>" }, /damaged/],
    [{ body: damaged }, /damaged/],
    [{ body: Buffer.concat([whole, Buffer.from("more")]) }, /another file/],
    [{ body: whole.subarray(0, 1_000_000), cut: true }, /connection broke/],
  ];
  for (const [body, expected] of cases) {
    await visit(
      (path) => (network(path) ? body : undefined),
      undefined,
      async ({ page }) => {
        await error(page).waitFor();
        assert.match(await error(page).textContent(), expected);
        assert.ok(await element(page, "start").isDisabled());
      },
    );
  }
});

test("a network of the visitor's own that is none is named, and the page's stays", async () => {
  await visit(undefined, undefined, async ({ page }) => {
    await ready(page);
    await page.locator("summary").click();
    const buffer = Buffer.from("not safetensors at all");
    await element(page, "weights-input").setInputFiles({
      name: "own.safetensors",
      mimeType: "application/octet-stream",
      buffer,
    });
    await error(page).waitFor();
    assert.match(await error(page).textContent(), /safetensors/);
    assert.ok(await element(page, "start").isEnabled());
  });
});
