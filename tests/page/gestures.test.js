// Whatever is dropped, pasted or dragged goes where it was meant to go, and nothing else is lost by it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPicture, element, fillControls, openPart, ready, says, uncover } from "./browser.js";
import { bring } from "./hands.js";
import { finish, quick } from "./hurried.js";
import { calls, eventually, LITTLE_MODEL, lastCall, visit, withFakeEngine } from "./site.js";

const engine = withFakeEngine({ pace: 36 });
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const title = (page, area) => page.locator(`#${area} .preview`).getAttribute("alt");
const shows = (page, area, title) => page.locator(`#${area} .preview[alt="${title}"]`).waitFor();
const isSaid = (page, id, words) => page.locator(`#${id}`, { hasText: words }).waitFor();
const model = (name = "own.safetensors") => ({
  name,
  mimeType: "",
  buffer: LITTLE_MODEL,
});
const notes = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("notes") };

/** Gives what sees, a frame later, that these areas still have what they have now. */
async function untouched(page, areas) {
  const before = await Promise.all(areas.map((area) => title(page, area)));
  return async () => {
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))),
    );
    assert.deepEqual(await Promise.all(areas.map((area) => title(page, area))), before);
  };
}

async function openMask(page) {
  await openPart(page, "styles");
  await page.getByRole("button", { name: "Where Stained glass is painted" }).click();
  await page.locator("#mask").waitFor();
}

test("words that are pasted into a field are the field's, whatever comes with them", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await ready(page);
    await uncover(page, "size");
    const picture = await drawPicture(page, 30, 30, 1);
    const cells = { "text/plain": "640", "text/html": "<td>640</td>" };
    const same = await untouched(page, ["content", "style"]);
    for (const field of ["#size", "#seed", "#styles .part-of-whole"]) {
      assert.ok(await bring(page, "paste", field, [picture], cells), `${field} gets nothing`);
      assert.ok(await bring(page, "paste", field, [], { "text/uri-list": "https://example.org/" }));
      // Words that are dragged are left to the browser too.
      assert.ok(await bring(page, "drop", field, [], cells));
    }
    await same();
    assert.ok(await element(page, "error").isHidden());
    // Where nothing is written, and where there are no words, the picture is meant.
    await bring(page, "paste", "#size", [picture]);
    await shows(page, "content", "picture-1");
    await bring(page, "paste", "#preset", [await drawPicture(page, 30, 30, 2)], cells);
    await shows(page, "style", "picture-2");
    await bring(page, "drop", "#size", [await drawPicture(page, 30, 30, 3)], cells);
    await shows(page, "content", "picture-3");
    assert.deepEqual(problems, []);
  });
});

test("words that are pasted while a finished painting is shown leave it there", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { preset: "tutorial", steps: 1 });
    await element(page, "start").click();
    await says(page, "Finished");
    await element(page, "format").selectOption("jpeg");
    const picture = await drawPicture(page, 30, 30, 1);
    assert.ok(await bring(page, "paste", "#quality", [picture], { "text/plain": "80" }));
    assert.ok(await page.locator("#stage").isVisible());
  });
});

test("of two pictures one is painted like the other, and of more the rest is named", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    const pictures = [];
    for (let hue = 1; hue <= 4; hue++) {
      pictures.push(await drawPicture(page, 30, 30, hue));
    }
    const [one, two, three, four] = pictures;
    await bring(page, "drop", "footer", [one, two]);
    await shows(page, "content", "picture-1");
    await shows(page, "style", "picture-2");
    // Where the first one is let go it stays.
    await bring(page, "drop", "#style .drop", [one, two]);
    await shows(page, "style", "picture-1");
    await shows(page, "content", "picture-2");
    await bring(page, "paste", "body", [three, four, one, two]);
    await shows(page, "content", "picture-3");
    await shows(page, "style", "picture-4");
    await isSaid(page, "news-text", "Left out: picture-1.png and picture-2.png.");
    assert.ok(await element(page, "error").isHidden());
  });
});

test("of two files what can be used is used, and what cannot be is named", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    const picture = await drawPicture(page, 30, 30, 1);
    await bring(page, "drop", "body", [notes, picture]);
    await shows(page, "style", "picture-1");
    await isSaid(page, "error", /^notes\.txt is not a picture/);
    await bring(page, "drop", "body", [notes, { ...notes, name: "more.txt" }]);
    await isSaid(page, "error", /notes\.txt is not a picture.*more\.txt is not a picture/);
    assert.equal(await title(page, "content"), "Harbour town");
    await element(page, "styles-input").setInputFiles([notes, { ...notes, name: "more.txt" }]);
    await isSaid(page, "error", /notes\.txt is not a picture.*more\.txt is not a picture/);
  });
});

test("a file that is dropped on a field's place goes into that field", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await ready(page);
    await openPart(page, "styles");
    const same = await untouched(page, ["content", "style"]);
    const [one, two] = [await drawPicture(page, 30, 30, 1), await drawPicture(page, 30, 30, 2)];
    await bring(page, "drop", "#styles", [one, two]);
    await page.getByLabel("Part of picture-2").waitFor();
    await page.getByLabel("Part of picture-1").waitFor();
    await openPart(page, "look");
    await bring(page, "drop", "#start-input-help", [one, two]);
    await page.locator("#start-chosen img").waitFor();
    await isSaid(page, "news-text", "Only one can be taken here. Left out: picture-2.png.");
    // A wrong file does not cost the one before.
    await bring(page, "drop", "#start-input", [notes]);
    await isSaid(page, "error", "notes.txt is not a picture");
    assert.ok(await page.locator("#start-chosen img").isVisible());
    await same();
    assert.deepEqual(problems, []);
  });
});

for (const kind of ["drop", "paste"]) {
  test(`what comes by ${kind} while a mask is painted is the mask`, async () => {
    await visit({ answer: engine }, async ({ page, problems }) => {
      await ready(page);
      const same = await untouched(page, ["content", "style"]);
      await openMask(page);
      // White all over.
      const mask = await drawPicture(page, 20, 20, 0);
      // Even where the page behind is what was hit.
      const hit = kind === "drop" ? "#content .drop" : "body";
      await bring(page, kind, hit, [notes]);
      await page.locator("#mask #error", { hasText: "notes.txt is not a picture" }).waitFor();
      await bring(page, kind, hit, [mask, await drawPicture(page, 30, 30, 2)]);
      await page.locator("#mask #news-text", { hasText: "Left out: picture-2.png" }).waitFor();
      await element(page, "error").waitFor({ state: "hidden" });
      await press(page, "Done");
      await page.locator("#styles .region img").waitFor();
      // What is said comes back with the page.
      assert.ok(await page.locator("#studio > #news").isVisible());
      await same();
      await element(page, "start").click();
      await lastCall(page, "setRegion");
      assert.deepEqual(problems, []);
    });
  });
}

test("a file that comes while another dialogue is open changes nothing behind it, and that is said in it", async () => {
  await visit({ answer: quick() }, async ({ page }) => {
    await ready(page);
    await finish(page, 2);
    await page.locator("#strip button").first().click();
    await page.locator("#kept").waitFor();
    const same = await untouched(page, ["content", "style"]);
    const picture = await drawPicture(page, 30, 30, 1);
    for (const kind of ["drop", "paste"]) {
      await bring(page, kind, "body", [picture, picture]);
      await page.locator("#kept #error", { hasText: "Close this first" }).waitFor();
    }
    await same();
    await press(page, "Close");
    await bring(page, "drop", "body", [picture]);
    await shows(page, "content", "picture-1");
    assert.ok(await element(page, "error").isHidden());
  });
});

test("a model is taken wherever it is dropped, and beside it a picture", async () => {
  const fake = withFakeEngine({ pace: 36 });
  await visit({ answer: fake }, async ({ page, problems }) => {
    // Before the engine is there, too.
    await bring(page, "drop", "footer", [model("early.safetensors")]);
    await ready(page);
    await isSaid(page, "news-text", "early.safetensors is the model now.");
    const same = await untouched(page, ["content", "style"]);
    await bring(page, "drop", "#style .drop", [model("OWN.SAFETENSORS")]);
    await isSaid(page, "news-text", "OWN.SAFETENSORS is the model now.");
    await bring(page, "paste", "body", [model("pasted.safetensors")]);
    await isSaid(page, "news-text", "pasted.safetensors is the model now.");
    await same();
    await openMask(page);
    await bring(page, "drop", "#mask", [model("masked.safetensors")]);
    await page
      .locator("#mask #news-text", { hasText: "masked.safetensors is the model" })
      .waitFor();
    await press(page, "Cancel");
    await bring(page, "drop", "#content .drop", [
      model("one.safetensors"),
      await drawPicture(page, 30, 30, 1),
    ]);
    await shows(page, "content", "picture-1");
    await isSaid(page, "news-text", "one.safetensors is the model now.");
    const damaged = { ...model("bad.safetensors"), buffer: Buffer.from("bad") };
    await bring(page, "drop", "#content .drop", [damaged]);
    await isSaid(page, "error", "bad.safetensors cannot be used as the model");
    assert.ok(await element(page, "start").isEnabled());
    assert.deepEqual(problems, []);
  });
});

test("while it paints nothing is taken, and that is said", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { steps: 5000 });
    await element(page, "start").click();
    await lastCall(page, "advance", 2);
    for (const file of [await drawPicture(page, 30, 30, 1), model()]) {
      await bring(page, "drop", "#stage", [file]);
      await isSaid(page, "news-text", "Nothing was taken, because a painting is under way");
      await press(page, "All right");
    }
    await element(page, "stop").click();
    await says(page, "Stopped");
    await press(page, "Paint another");
    assert.equal(await title(page, "content"), "Harbour town");
    assert.equal((await calls(page, "begin")).length, 1);
  });
});

/** Drags by the mouse, as a visitor does: what the browser puts into such a drag is its own. */
async function drag(page, from, to) {
  await page.locator(from).dragTo(page.locator(to));
}

test("a sample that is dragged onto an area is chosen there, as itself", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await ready(page);
    await drag(page, '#content .sample[title="Mountain lake"] img', "#content .drop");
    await shows(page, "content", "Mountain lake");
    const pressed = page.locator('#content .sample[aria-pressed="true"]');
    assert.equal(await pressed.getAttribute("title"), "Mountain lake");
    await drag(page, '#content .sample[title="Portrait with a hat"] img', "#style .drop");
    await shows(page, "style", "Portrait with a hat");
    assert.equal(await title(page, "content"), "Mountain lake");

    // As a browser drags it that gives only its address.
    const address = await page
      .locator('#style .sample[title="Pastel dots"] img')
      .evaluate(({ src }) => src);
    await bring(page, "drop", "#style .drop", [], { "text/uri-list": address });
    await shows(page, "style", "Pastel dots");
    assert.ok(await element(page, "error").isHidden());
    // Beside an area it is let go again; and it is still the page's, so that a picture takes its place.
    const same = await untouched(page, ["content", "style"]);
    await drag(page, '#content .sample[title="Harbour town"] img', "footer");
    await same();
    await bring(page, "drop", "footer", [await drawPicture(page, 30, 30, 1)]);
    await shows(page, "content", "picture-1");
    await bring(page, "drop", "footer", [await drawPicture(page, 30, 30, 2)]);
    await shows(page, "style", "picture-2");
    assert.deepEqual(problems, []);
  });
});

test("what else the page shows is given whole where it is dragged, or not at all", async () => {
  // All of it in sight: nobody scrolls while dragging.
  const options = { viewport: { width: 1280, height: 1600 } };
  await visit({ answer: quick(), options }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 700, 500, 1));
    await shows(page, "content", "picture-1");
    await finish(page, 2);
    await page.locator("#strip button").waitFor();
    await page.locator("#more").evaluate((details) => {
      details.open = false;
    });
    await drag(page, "#content .preview", "#style .drop");
    await shows(page, "style", "picture-1");
    assert.equal(await title(page, "content"), "picture-1");
    const same = await untouched(page, ["content", "style"]);
    await drag(page, "header img", "#content .drop");
    await same();
    // The painting itself, and not its small preview.
    await drag(page, "#strip img", "#content .drop");
    await shows(page, "content", "picture-1-glass");
    const width = await eventually(
      page,
      () => page.locator("#content .preview").evaluate(({ naturalWidth }) => naturalWidth),
      "the painting was not opened",
    );
    assert.equal(width, 512);
    assert.ok(await element(page, "error").isHidden());
    assert.deepEqual(problems, []);
  });
});
