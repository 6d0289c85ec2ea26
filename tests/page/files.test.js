// Pictures of every kind: the right pixels reach the engine, or the page says what is wrong.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { narrowness } from "../../www/page/settings/narrow.js";
import { element, equip, fillControls, openPart, ready, says, uncover } from "./browser.js";
import { BROWSER } from "./launch.js";
import { bmp, bomb, boxes, filled, icon, oriented, png, withSegment } from "./odd-files.js";
import { choices, inWorker, lastCall, visit, withFakeEngine } from "./site.js";

equip("camera");

const engine = withFakeEngine({ pace: 36 });
const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const WHITE = [255, 255, 255];
const data = (name) => readFile(new URL(`data/${name}`, import.meta.url));

/** Red, green, blue and white by quarters. */
function quarters(width, height) {
  const colours = [RED, GREEN, BLUE, WHITE].map((colour) => colour.map((value) => value / 255));
  return (x, y) => colours[2 * Number(y >= height / 2) + Number(x >= width / 2)];
}

/** Of 80 x 48 pixels. */
async function quarteredJpeg(page) {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(80, 48);
    const context = canvas.getContext("2d");
    ["#f00", "#0f0", "#00f", "#fff"].forEach((colour, number) => {
      context.fillStyle = colour;
      context.fillRect((number % 2) * 40, Math.floor(number / 2) * 24, 40, 24);
    });
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 1 });
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  });
  return Buffer.from(base64, "base64");
}

async function readyForOneStep(page) {
  await ready(page);
  await fillControls(page, { preset: "tutorial", steps: 1 });
}

/** What the engine gets of a file: its size and its corners. */
async function painted(page, name, buffer) {
  const before = await page.locator("#content .preview").getAttribute("src");
  await element(page, "content-input").setInputFiles({ name, mimeType: "image/png", buffer });
  await page.waitForFunction(
    (before) =>
      document.querySelector("#content .preview").src !== before ||
      !document.getElementById("error").hidden,
    before,
  );
  assert.equal(await element(page, "error").textContent(), "", name);
  await inWorker(page, () => {
    globalThis.calls.length = 0;
  });
  await element(page, "start").click();
  const { width, height, corners } = await lastCall(page, "begin");
  await says(page, "Finished: 1 steps");
  await page.getByRole("button", { name: "Paint another" }).click();
  return { width, height, corners };
}

function near(actual, expected, tolerance, what) {
  const worst = Math.max(
    ...actual.flat().map((value, at) => Math.abs(value - expected.flat()[at])),
  );
  assert.ok(worst <= tolerance, `${what}: ${JSON.stringify(actual)}`);
}

async function refused(page, name, buffer, expected) {
  const before = await page.locator("#content .preview").getAttribute("src");
  await element(page, "content-input").setInputFiles({ name, mimeType: "image/png", buffer });
  await element(page, "error").waitFor();
  assert.match(await element(page, "error").textContent(), expected);
  assert.equal(await page.locator("#content .preview").getAttribute("src"), before);
  await page.evaluate(() => {
    document.getElementById("error").textContent = "";
    document.getElementById("error").hidden = true;
  });
}

test("PNG of every kind of pixel, of eight and sixteen bits", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await readyForOneStep(page);
    const [width, height] = [40, 30];
    const colourAt = quarters(width, height);
    for (const depth of [8, 16]) {
      const of = (kind) => ({ width, height, kind, depth });
      const colour = await painted(page, "a.png", png(of("colour"), colourAt));
      assert.deepEqual([colour.width, colour.height], [width, height]);
      near(colour.corners, [RED, GREEN, BLUE, WHITE], 1, `colour, ${depth}`);

      const greyAt = (x) => [x < width / 2 ? 0 : 0.5];
      const grey = await painted(page, "a.png", png(of("grey"), greyAt));
      const [black, half] = [0, 128].map((value) => [value, value, value]);
      near(grey.corners, [black, half, black, half], 1, `grey, ${depth}`);

      // What is clear shows white; what is half clear, half of it.
      const clearAt = (x, y) => [...colourAt(x, y), x < width / 2 ? 0 : 0.5];
      const clear = await painted(page, "a.png", png(of("colour with alpha"), clearAt));
      near(clear.corners, [WHITE, [128, 255, 128], WHITE, WHITE], 2, `clear, ${depth}`);
    }
  });
});

test("JPEG in every orientation is upright, in four inks has its colours, and has its size after long notes", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await readyForOneStep(page);
    const jpeg = await quarteredJpeg(page);
    // Where the first row and the first column of the file belong: EXIF 2.32, 4.6.5.1.6.
    const upright = {
      1: [RED, GREEN, BLUE, WHITE],
      2: [GREEN, RED, WHITE, BLUE],
      3: [WHITE, BLUE, GREEN, RED],
      4: [BLUE, WHITE, RED, GREEN],
      5: [RED, BLUE, GREEN, WHITE],
      6: [BLUE, RED, WHITE, GREEN],
      7: [WHITE, GREEN, BLUE, RED],
      8: [GREEN, WHITE, RED, BLUE],
    };
    for (const [orientation, corners] of Object.entries(upright)) {
      const file = oriented(jpeg, Number(orientation));
      const seen = await painted(page, "photo.jpg", file);
      const size = orientation < 5 ? [80, 48] : [48, 80];
      assert.deepEqual([seen.width, seen.height], size);
      near(seen.corners, corners, 12, `orientation ${orientation}`);
    }

    let noted = jpeg;
    for (let note = 0; note < 3; note++) {
      noted = withSegment(noted, 0xe2, Buffer.alloc(65_000));
    }
    near((await painted(page, "noted.jpg", noted)).corners, upright[1], 12, "notes");
    // Inks have no one meaning in red, green and blue: the browser's own is taken.
    const inks = await painted(page, "cmyk.jpg", await data("cmyk.jpg"));
    near(inks.corners, [RED, GREEN, BLUE, WHITE], 80, "inks");
  });
});

test("what moves is painted by its first frame, and a wrong ending does not matter", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await readyForOneStep(page);
    for (const name of ["animated.gif", "animated.webp", "animated.png", "animated.avif"]) {
      const { corners } = await painted(page, name.replace(/\..*/, ".jpg"), await data(name));
      near(corners, [RED, RED, RED, RED], 1, name);
    }
  });
});

const green = (width, height) => png({ width, height, kind: "colour" }, () => [0, 1, 0]);

test("what is too small to be painted, or painted like, is refused when it is chosen", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await readyForOneStep(page);
    for (const [width, height] of [
      [1, 1],
      [15, 15],
      [16, 15],
      [1, 4000],
    ]) {
      const expected = new RegExp(
        `small\\.png has only ${width} x ${height} pixels, and each side needs at least 16`,
      );
      await refused(page, "small.png", green(width, height), expected);
    }
    const small = { name: "small.png", mimeType: "image/png", buffer: green(15, 40) };
    for (const field of ["style-input", "styles-input"]) {
      await element(page, field).setInputFiles(small);
      await page.locator("#error", { hasText: "small.png has only 15 x 40 pixels" }).waitFor();
      await page.evaluate(() => {
        document.getElementById("error").textContent = "";
      });
    }
    assert.equal(await page.locator("#style .preview").getAttribute("alt"), "Stained glass");
    assert.equal(await page.locator("#styles > li").count(), 1);
    const { width, height } = await painted(page, "least.png", green(16, 16));
    assert.deepEqual([width, height], [16, 16]);
  });
});

test("one pixel is enough to start from, and for a mask", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await readyForOneStep(page);
    const one = { name: "one.png", mimeType: "image/png", buffer: green(1, 1) };
    await uncover(page, "start-input");
    await element(page, "start-input").setInputFiles(one);
    await page.locator("#start-chosen").waitFor();
    await openPart(page, "styles");
    await page.getByRole("button", { name: "Where Stained glass is painted" }).click();
    await element(page, "mask-input").setInputFiles(one);
    await page.getByRole("button", { name: "Done", exact: true }).click();
    await page.locator("#styles .region img").waitFor();
    await element(page, "start").click();
    const { width, height } = await lastCall(page, "startFrom");
    assert.deepEqual([width, height], [1, 1]);
  });
});

test("what is too narrow for the size that is set is named when it is chosen, and no more when it fits", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await readyForOneStep(page);
    await fillControls(page, { size: 512 });
    const narrow = { name: "narrow.png", mimeType: "image/png", buffer: green(1200, 30) };
    const error = element(page, "error");
    const isSaid = (id, words) => page.locator(`#${id}`, { hasText: words }).waitFor();
    // It may be folded in.
    const isNeeded = (words) =>
      page.locator("#memory-need", { hasText: words }).waitFor({ state: "attached" });
    await element(page, "content-input").setInputFiles(narrow);
    await isSaid("error", "At size 512, narrow would have 512 x 13 pixels, and each side needs");
    await isSaid("error", "Choose a size of at least 620 by 'Another size', or crop");
    await isNeeded("narrow would have 512 x 13 pixels");
    // 620 x 16.
    await element(page, "size").fill("620");
    await error.waitFor({ state: "hidden" });
    await isNeeded("MB");
    // While a size is being written nothing jumps; the line beneath says it.
    await element(page, "size").fill("64");
    await isNeeded("narrow would have 64 x 2 pixels");
    assert.ok(await error.isHidden());
    await page.locator("#content .sample").first().click();
    await isNeeded("MB");

    await element(page, "size").fill("512");
    await element(page, "style-input").setInputFiles(narrow);
    await isSaid("error", "At size 512, narrow would have 512 x 13 pixels");
    await isSaid(
      "error",
      "Choose a size of at least 620 by 'Another size', or under 'More', 'Styles and masks' a stroke size of at least 1.21",
    );
    await openPart(page, "styles");
    await page.locator("#styles .scale").fill("1.21");
    await error.waitFor({ state: "hidden" });
    await page.locator("#style .sample").first().click();
    await page.locator('#style .preview[alt="Stained glass"]').waitFor();
    await page.locator("#styles .scale").fill("0.05");
    await element(page, "size").fill("300");
    await isNeeded("Stained glass would have 15 x 11 pixels");
  });
});

test("what is too narrow, and what helps, is what the engine says", async () => {
  const { kind } = choices.fields.find(({ name }) => name === "size");
  const bounds = {
    leastSide: kind.least,
    mostSize: kind.most,
    mostScale: choices.styleFields.scale.most,
  };
  // The engine's own test answers the same.
  const cases = JSON.parse(await readFile("tests/data/narrow.json", "utf8"));
  for (const { picture, size, scale = null, finished, remedy } of cases) {
    const [width, height] = picture;
    const narrow = narrowness({ width, height }, size, scale, bounds);
    const expected = remedy && {
      width: finished[0],
      height: finished[1],
      enough: { size: remedy[0], scale: remedy[1] },
    };
    assert.deepEqual(narrow, expected, `${picture} at ${size}, ${scale}`);
  }
});

test("what the browser opens is painted, whatever its size seems to be by the file", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await readyForOneStep(page);
    const fill = filled(await quarteredJpeg(page));
    near((await painted(page, "fill.jpg", fill)).corners, [RED, GREEN, BLUE, WHITE], 12, "fill");

    const [width, height] = [40, 30];
    const colourAt = quarters(width, height);
    const bytesAt = (x, y) => colourAt(x, y).map((value) => 255 * value);
    for (const kind of ["os2", "from below", "from above"]) {
      const seen = await painted(page, "a.bmp", bmp({ width, height, kind }, bytesAt));
      assert.deepEqual([seen.width, seen.height], [width, height], kind);
      near(seen.corners, [RED, GREEN, BLUE, WHITE], 1, kind);
    }

    const square = png({ width: 32, height: 32, kind: "colour with alpha" }, (x, y) => [
      ...quarters(32, 32)(x, y),
      1,
    ]);
    const seen = await painted(page, "a.ico", icon(square, 32));
    near(seen.corners, [RED, GREEN, BLUE, WHITE], 1, "icon");

    // What the file's end makes of it for the system does not matter.
    const file = { name: "a.svg", mimeType: "image/svg+xml", buffer: square };
    await element(page, "style-input").setInputFiles(file);
    await page.locator('#style .preview[alt="a"]').waitFor();
    assert.deepEqual(problems, []);
  });
});

test("a drawing is drawn, in pixels enough for a painting", async () => {
  const drawing = (attributes) => `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>
    <style>.blue { fill: #00f }</style>
    <rect width="20" height="15" style="fill: #f00"/><rect x="20" width="20" height="15" fill="#0f0"/>
    <rect y="15" width="20" height="15" class="blue"/></svg>`;
  const box = 'viewBox="0 0 40 30"';
  const [small, large] = [
    [2048, 1536],
    [4096, 3072],
  ];
  // As large as it says, but no smaller or larger than is of use; of what says no size, the shape is taken.
  const cases = [
    [`${box} width="40" height="30"`, small],
    [box, small],
    [`${box} width="100%" height="100%"`, small],
    [`${box} width="3000" height="2250"`, [3000, 2250]],
    [`${box} width="400000" height="300000"`, large],
  ];
  await visit({ answer: engine }, async ({ page, requests, problems }) => {
    await readyForOneStep(page);
    for (const [attributes, [width, height]] of cases) {
      const seen = await painted(page, "a.svg", Buffer.from(drawing(attributes)));
      // What is clear shows white.
      near(seen.corners, [RED, GREEN, BLUE, WHITE], 1, attributes);
      assert.deepEqual([seen.width, seen.height], [width, height], attributes);
    }
    const prefixes = ['<?xml version="1.0"?>\n<!-- by hand -->\n', "\ufeff"];
    for (const prefix of prefixes) {
      await painted(page, "a.png", Buffer.from(prefix + drawing(box)));
    }
    await painted(page, "a.png", Buffer.from(`\ufeff${drawing(box)}`, "utf16le"));

    const image = '<image href="https://example.org/a.png" width="20" height="15"/>';
    await painted(page, "a.svg", Buffer.from(drawing(box).replace("</svg>", `${image}</svg>`)));
    const others = requests.filter((address) => address.includes("example.org"));
    assert.deepEqual(others, [], "what a drawing refers to is fetched");

    const narrow = Buffer.from(drawing('width="9000" height="3"'));
    await refused(page, "a.svg", narrow, /a\.svg has only 4096 x 1 pixels/);
    await refused(page, "a.svg", Buffer.from("<svg xmlns="), /a\.svg is not a picture/);
    assert.deepEqual(problems, []);

    const file = {
      name: "drawn.svg",
      mimeType: "image/svg+xml",
      buffer: Buffer.from(drawing(box)),
    };
    await openPart(page, "styles");
    await element(page, "styles-input").setInputFiles(file);
    await page.getByLabel("Part of drawn").waitFor();
    await uncover(page, "start-input");
    await element(page, "start-input").setInputFiles(file);
    await page.locator("#start-chosen").waitFor();
    await openPart(page, "styles");
    await page.getByRole("button", { name: "Where drawn is painted" }).click();
    await element(page, "mask-input").setInputFiles(file);
    await page.getByRole("button", { name: "Done", exact: true }).click();
    await page.locator("#styles li:last-child .region img").waitFor();
    await element(page, "start").click();
    const { width, height } = await lastCall(page, "startFrom");
    assert.deepEqual([width, height], small);
    await lastCall(page, "setRegion");
  });
});

test("of a format that this browser does not open it is said what to do", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await ready(page);
    const phone = /photo\.\w+ is a HEIC photo.*On the iPhone.*'Most Compatible'/;
    for (const brands of [["heic"], ["heix", "mif1"], ["mif1", "heic"], ["msf1", "hevc"]]) {
      await refused(page, "photo.heic", boxes(...brands), phone);
    }
    // As a phone's mail names it.
    await refused(page, "photo.jpg", boxes("heic", "mif1"), phone);
    const format = (name) =>
      new RegExp(`a\\.png is a ${name} file, which this browser cannot open.*save it as PNG`);
    const begins = (start) => Buffer.concat([Buffer.from(start, "latin1"), Buffer.alloc(64)]);
    const cases = [
      ["TIFF", await data("red.tif")],
      ["TIFF", begins("MM\0*")],
      ["JPEG 2000", await data("red.jp2")],
      ["JPEG 2000", begins("\xff\x4f\xff\x51")],
      ["JPEG XL", begins("\xff\x0a")],
      ["JPEG XL", begins("\0\0\0\x0cJXL \r\n\x87\n")],
      ["AVIF", boxes("mif1", "avif")],
      ["Photoshop", begins("8BPS")],
      ["PDF", begins("%PDF-1.7")],
    ];
    for (const [name, buffer] of cases) {
      await refused(page, "a.png", buffer, format(name));
    }
    await refused(page, "film.mp4", boxes("isom", "mp41"), /film\.mp4 is not a picture/);
    assert.deepEqual(problems, []);
  });
});

test("a file that no browser should read whole is refused by its length", async () => {
  const script = () => {
    Object.defineProperty(Blob.prototype, "size", { get: () => 2 ** 31 });
  };
  await visit({ answer: engine, script }, async ({ page }) => {
    await page.locator('#content .preview[alt="Harbour town"]').waitFor();
    const whole = png({ width: 40, height: 30, kind: "colour" }, () => [0, 1, 0]);
    await refused(page, "vast.png", whole, /vast\.png is too large a file: at most 1073 MB/);
  });
});

const opensCut = BROWSER === "firefox";

test("what is no picture or cut off is refused, and what would fill the memory without being decoded", async () => {
  const script = () => {
    globalThis.decoded = [];
    const make = createImageBitmap;
    globalThis.createImageBitmap = (file, ...more) => {
      decoded.push(file.name);
      return make(file, ...more);
    };
  };
  await visit({ answer: engine, script }, async ({ page, problems }) => {
    await ready(page);
    const whole = png({ width: 400, height: 300, kind: "colour" }, (x, y) => [
      ((x * 7919 + y * 104_729) % 256) / 255,
      ((x * y) % 256) / 255,
      x / 400,
    ]);
    const none = /is not a picture that this browser can open/;
    await refused(page, "empty.png", Buffer.alloc(0), none);
    await refused(page, "text.png", Buffer.from("<!doctype html><title>No</title>"), none);
    await refused(page, "header.png", whole.subarray(0, 20), none);
    const cut = whole.subarray(0, whole.length >> 1);
    if (opensCut) {
      // As it does wherever it shows pictures; what is missing is white, and can be seen.
      const buffer = Buffer.from(cut);
      await element(page, "content-input").setInputFiles({
        name: "cut.png",
        mimeType: "image/png",
        buffer,
      });
      await page.locator('#content .preview[alt="cut"]').waitFor();
    } else {
      await refused(page, "cut.png", cut, none);
    }

    const large = /large\.png has 900 megapixels\. At most 100 can be opened: make it smaller/;
    const file = bomb(30_000, 30_000);
    assert.ok(file.length < 2e6);
    await refused(page, "large.png", file, large);
    // Decoding it would take many seconds and gigabytes; of the others, those are decoded that say a size.
    assert.deepEqual(await page.evaluate(() => decoded), ["cut.png"]);
    // This one the browser would open, that one it would not.
    await refused(page, "less.png", bomb(12_000, 12_000), /less\.png has 144 megapixels/);
    assert.deepEqual(await page.evaluate(() => decoded), ["cut.png"]);
    assert.deepEqual(problems, []);
  });
});

test("a dropped address is not followed", async () => {
  await visit({ answer: engine }, async ({ page, requests }) => {
    await ready(page);
    const before = requests.length;
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData("text/uri-list", "https://example.org/picture.jpg");
      const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector("#content .drop").dispatchEvent(event);
    });
    await element(page, "error").waitFor();
    assert.match(await element(page, "error").textContent(), /only the address.*Save the picture/);
    assert.equal(requests.length, before);
  });
});

test("a photo of the machine's camera is painted, and the camera is let go", async () => {
  const options = { permissions: ["camera"] };
  await visit({ answer: engine, options }, async ({ page, problems }) => {
    await ready(page);
    await page.getByRole("button", { name: "take a photo" }).click();
    const video = page.locator("#camera-video");
    await page.waitForFunction(() => document.getElementById("camera-video").videoWidth > 0);
    const tracks = await video.evaluateHandle(({ srcObject }) => srcObject.getTracks());
    await page.getByRole("button", { name: "Take the photo" }).click();
    await page.locator('#content .preview[alt="photo"]').waitFor();
    assert.equal(await tracks.evaluate((all) => all.length), 1);
    // The dialogue tells of its end in a turn of its own.
    await page.waitForFunction((all) => all.every((track) => track.readyState === "ended"), tracks);
    assert.deepEqual(problems, []);
  });
});

test("a camera that is refused is explained", async () => {
  const script = () => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException("refused", "NotAllowedError"));
  };
  await visit({ answer: engine, script }, async ({ page }) => {
    await ready(page);
    await page.getByRole("button", { name: "take a photo" }).click();
    await element(page, "error").waitFor();
    assert.match(await element(page, "error").textContent(), /camera cannot be used\. Allow it/);
    assert.ok(await page.locator("#camera").isHidden());
  });
});

test("a painting is shared and copied; who thinks better of it sees no error", async () => {
  const script = () => {
    globalThis.shared = [];
    navigator.canShare = () => true;
    navigator.share = async ({ files: [file] }) => {
      shared.push({ name: file.name, type: file.type, size: file.size });
      if (shared.length === 2) {
        throw new DOMException("never mind", "AbortError");
      }
    };
  };
  const options = { permissions: ["clipboard-read", "clipboard-write"] };
  await visit({ answer: engine, script, options }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, { preset: "tutorial", steps: 2 });
    await element(page, "start").click();
    await says(page, "Finished");
    await element(page, "share").click();
    await page.waitForFunction(() => shared.length === 1);
    await element(page, "format").selectOption("jpeg");
    await element(page, "share").click();
    await page.waitForFunction(() => shared.length === 2);
    const [first, second] = await page.evaluate(() => shared);
    assert.deepEqual([first.name, first.type], ["impasto-harbour-glass.png", "image/png"]);
    assert.deepEqual([second.name, second.type], ["impasto-harbour-glass.jpeg", "image/jpeg"]);
    await element(page, "copy").click();
    await page.locator("#news-text", { hasText: "on the clipboard" }).waitFor();
    if (BROWSER !== "firefox") {
      // Firefox has only words on its clipboard while it shows no window.
      const types = await page.evaluate(async () => {
        const [item] = await navigator.clipboard.read();
        return item.types;
      });
      assert.ok(types.includes("image/png"));
    }
    assert.ok(await element(page, "error").isHidden());
    assert.deepEqual(problems, []);
  });
});
