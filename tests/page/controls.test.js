// Every control: what it sets, what of it reaches the engine, and what comes back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  decodePicture,
  download,
  drawPicture,
  element,
  fillControls,
  launch,
  ready,
  says,
  stepsDone,
} from "./browser.js";
import { calls, lastCall, visit, withFakeEngine } from "./site.js";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

const engine = withFakeEngine({ pace: 20 });
const error = (page) => element(page, "error");
const value = (page, id) => element(page, id).inputValue();

async function complains(page, expected) {
  await error(page).waitFor();
  assert.match(await error(page).textContent(), expected);
}

async function begunWith(page) {
  await element(page, "start").click();
  return lastCall(page, "begin");
}

test("a preset writes the fields, and a change makes them one's own", async () => {
  await visit(browser, { answer: engine }, async ({ page, problems }) => {
    await ready(page);
    await page.locator("#more > summary").click();
    const preset = element(page, "preset");
    assert.equal(await preset.inputValue(), "fine");
    assert.equal(await value(page, "steps"), "300");
    assert.equal(await value(page, "style-weight"), "0.01");
    assert.equal(await value(page, "averaging"), "0.99");
    assert.equal(await value(page, "memory"), "2");

    await preset.selectOption("gatys");
    assert.equal(await value(page, "steps"), "500");
    assert.equal(await value(page, "optimiser"), "lbfgs");
    assert.equal(await value(page, "history"), "100");
    assert.match(await page.locator("#preset-help").textContent(), /Gatys/);

    await element(page, "steps").fill("12");
    assert.equal(await preset.inputValue(), "own");
    assert.match(await page.locator("#preset-help").textContent(), /as you have changed them/);
    await element(page, "steps").fill("500");
    assert.equal(await preset.inputValue(), "gatys");
    await element(page, "steps").fill("");
    assert.equal(await preset.inputValue(), "own");
    assert.deepEqual(problems, []);
  });
});

test("only presets that the engine has are offered", async () => {
  await visit(browser, { answer: engine }, async ({ page }) => {
    await ready(page);
    const options = await element(page, "preset").evaluate(({ options }) =>
      [...options].map(({ value }) => value),
    );
    assert.deepEqual(options, ["fine", "tutorial", "gatys", "own"]);
  });
});

test("another style loss takes the style's weight along, in its own units", async () => {
  await visit(browser, { answer: engine }, async ({ page }) => {
    await ready(page);
    const [preset, weight] = ["preset", "style-weight"].map((name) => element(page, name));
    await fillControls(page, {
      preset: "tutorial",
      "style-weight": 0.03,
      "style-loss": "relative",
    });
    assert.equal(await weight.inputValue(), "600000000");
    await fillControls(page, { "style-loss": "wasserstein" });
    assert.equal(await weight.inputValue(), "900");
    // What is no number stays for its owner to mend.
    await fillControls(page, { "style-weight": "", "style-loss": "relative" });
    assert.equal(await weight.inputValue(), "");
    await fillControls(page, { preset: "tutorial", "style-loss": "relative" });
    assert.equal(await preset.inputValue(), "own");
    await fillControls(page, { "style-loss": "gram" });
    assert.equal(await weight.inputValue(), "0.01");
    assert.equal(await preset.inputValue(), "tutorial");
  });
});

test("what does not apply is hidden, and cannot stand in the way", async () => {
  await visit(browser, { answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { optimiser: "lbfgs", history: "1000" });
    for (const name of ["learning-rate", "beta1", "beta2", "seed"]) {
      assert.ok(await element(page, name).isHidden(), name);
    }
    const adam = { optimiser: "adam", beta1: "0.8", beta2: "0.95" };
    await fillControls(page, { ...adam, noise: "0.5", seed: "7" });
    assert.ok(await element(page, "history").isHidden());
    const { settings } = await begunWith(page);
    assert.equal(settings.history, 10);
    assert.deepEqual([settings.beta1, settings.beta2], [0.8, 0.95]);
    assert.equal(settings.seed, 7);
  });
});

test("every setting reaches the engine", async () => {
  await visit(browser, { answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, {
      size: 64,
      steps: 5,
      "first-size": 32,
      "first-steps": 4,
      "style-loss": "wasserstein",
      "style-weight": 0.5,
      "content-weight": 3,
      "tv-weight": 0,
      smoothness: "sum",
      colour: "cholesky",
      strength: 0.5,
      pooling: "average",
      padding: "replicate",
      "style-layers": "block3_conv1 = 0.25, block1_conv1, block2_conv2=0",
      "content-layers": "block4_conv2=2",
      noise: 0.25,
      seed: 9007199254740991,
      optimiser: "lbfgs",
      history: 20,
      averaging: 0.5,
      memory: 1.5,
      precision: "half",
    });
    await element(page, "normalise-gradients").check();
    assert.deepEqual((await begunWith(page)).settings, {
      size: 64,
      steps: 5,
      firstSize: 32,
      firstSteps: 4,
      weights: { style: 0.5, content: 3, totalVariation: 0 },
      smoothness: "sum",
      perception: {
        styleLayers: { block1_conv1: 1, block3_conv1: 0.25 },
        contentLayers: { block4_conv2: 2 },
        pooling: "average",
        padding: "replicate",
        styleLoss: "wasserstein",
        normaliseGradients: true,
      },
      optimiser: "lbfgs",
      learningRate: 0.02,
      beta1: 0.9,
      beta2: 0.99,
      history: 20,
      averaging: 0.5,
      noise: 0.25,
      seed: 9007199254740991,
      colour: "cholesky",
      strength: 0.5,
      precision: "half",
      memory: 1.5e9,
    });
    await says(page, "Finished: 9 steps");
  });
});

test("layers that cannot be used are named", async () => {
  await visit(browser, { answer: engine }, async ({ page }) => {
    await ready(page);
    const cases = [
      [
        "block1_conv1=1, block9_conv1=1",
        /Style layers: there is no layer block9_conv1.*block5_conv4/,
      ],
      ["block1_conv1=much", /Style layers: the weight of block1_conv1 must be a number/],
      ["block1_conv1=0", /Style layers need at least one layer/],
      ["", /Style layers need at least one layer, as in block1_conv1=1/],
    ];
    for (const [text, expected] of cases) {
      await fillControls(page, { "style-layers": text });
      await page.locator("#more > summary").click();
      await element(page, "start").click();
      await complains(page, expected);
      const focused = await page.evaluate(() => document.activeElement.id);
      assert.equal(focused, "style-layers");
    }
  });
});

test("several styles reach the engine in their order, each as it is to be used", async () => {
  await visit(browser, { answer: engine }, async ({ page, problems }) => {
    await ready(page);
    await page.locator("#more > summary").click();
    const pictures = await Promise.all([1, 2, 3].map((n) => drawPicture(page, 20 + n, 30, n)));
    await element(page, "style-input").setInputFiles(await drawPicture(page, 40, 50, 0));
    await element(page, "styles-input").setInputFiles(pictures);
    await page.getByLabel("Part of picture-3").waitFor();
    await page.getByRole("button", { name: "Remove picture-2" }).click();
    await page.getByLabel("Part of picture-0").fill("2");
    await page.getByLabel("Size of picture-3").fill("0.5");
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
  await visit(browser, { answer: engine }, async ({ page }) => {
    await ready(page);
    await page.locator("#more > summary").click();
    const notes = { name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("notes") };
    await element(page, "styles-input").setInputFiles([notes, await drawPicture(page, 20, 30, 5)]);
    await complains(page, /notes\.jpg is not a picture/);
    await page.getByLabel("Part of picture-5").waitFor();
    assert.equal(await page.locator("#styles .row").count(), 2);
  });
});

test("a painting begins with the start picture until that is removed", async () => {
  await visit(browser, { answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 32, steps: 1 });
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
  await visit(browser, { answer: withFakeEngine() }, async ({ page, problems }) => {
    await ready(page);
    await page.locator("#more > summary").click();
    await element(page, "styles-input").setInputFiles(await drawPicture(page, 20, 30, 5));
    await page.getByLabel("Part of picture-5").fill("0.5");
    await element(page, "start").click();
    await stepsDone(page, 1);
    await page.locator("#adjust > summary").click();
    await element(page, "tune-style").fill("3");
    await element(page, "tune-style").press("Enter");
    assert.deepEqual(await lastCall(page, "tune"), {
      weights: { style: 3, content: 10000, totalVariation: 30 },
      learningRate: 0.02,
      blend: [1, 0.5],
    });
    await element(page, "pause").click();
    await says(page, "Paused at");
    await page.locator("#blend").getByLabel("Night swirls").fill("0.25");
    assert.deepEqual((await lastCall(page, "tune", 2)).blend, [0.25, 0.5]);
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
  await visit(browser, { answer }, async ({ page }) => {
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
  await visit(browser, { answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 48, steps: 2 });
    await element(page, "start").click();
    await says(page, "Finished");
    for (const kind of ["png", "jpeg", "webp"]) {
      await element(page, "format").selectOption(kind);
      const { name, bytes } = await download(page);
      assert.equal(name, `impasto-harbour-swirls.${kind}`);
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
    assert.equal(name, "impasto-harbour-swirls.png");
    assert.equal((await lastCall(page, "png", 2)).sixteen, true);
  });
});

test("a format that the browser cannot write is told", async () => {
  const prelude = `const convert = OffscreenCanvas.prototype.convertToBlob;
    OffscreenCanvas.prototype.convertToBlob = function () { return convert.call(this); };`;
  await visit(browser, { answer: withFakeEngine({}, prelude) }, async ({ page }) => {
    await ready(page);
    await element(page, "start").click();
    await stepsDone(page, 1);
    await element(page, "format").selectOption("webp");
    await element(page, "download").click();
    await complains(page, /cannot write that format. Choose another/);
  });
});

const painted = {
  version: "1",
  adapter: "A GPU",
  content: { sha256: "ab", part: 1, scale: 1 },
  styles: [
    { sha256: "cd", part: 0.25, scale: 2 },
    { sha256: "ef", part: 0.75, scale: 0.5 },
  ],
  // What an older version did not have is not there.
  settings: { size: 64, steps: 7, weights: { style: 5 }, learningRate: Math.fround(0.3) },
};

test("a picture of Impasto's own brings its settings, or is a picture all the same", async () => {
  const answer = withFakeEngine({ pace: 20, provenance: painted });
  await visit(browser, { answer }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, { steps: 9 });
    const before = await page.locator("#content .preview").getAttribute("src");
    await element(page, "content-input").setInputFiles(await drawPicture(page, 40, 30, 7));
    const news = element(page, "news");
    await news.waitFor();
    assert.match(
      await news.textContent(),
      /picture-7\.png was painted by Impasto: its settings are set\. Choose its picture and its 2/,
    );
    assert.equal(await page.locator("#content .preview").getAttribute("src"), before);
    assert.equal(await value(page, "steps"), "7");
    assert.equal(await value(page, "style-weight"), "5");
    assert.equal(await value(page, "learning-rate"), "0.3");
    assert.equal(await value(page, "content-weight"), "10000");
    assert.equal(await value(page, "preset"), "own");
    assert.equal(await page.getByLabel("Size of Night swirls").inputValue(), "2");
    await element(page, "styles-input").setInputFiles(await drawPicture(page, 20, 20, 8));
    assert.equal(await page.getByLabel("Part of picture-8").inputValue(), "0.75");

    await page.getByRole("button", { name: "Use it as a picture" }).click();
    await page.locator('#content .preview[alt="picture-7"]').waitFor();
    assert.ok(await news.isHidden());
    assert.equal(await value(page, "steps"), "9");
    assert.equal(await page.getByLabel("Size of Night swirls").inputValue(), "1");
    assert.deepEqual(problems, []);
  });
});

test("a link to the settings is copied, and brings them to whoever opens it", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const found = { ...painted.settings, memory: 1 };
  const answer = withFakeEngine({ settings: found });
  await visit(browser, { answer, options: { permissions } }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, { steps: 9, "style-layers": "block2_conv1=0.5" });
    await page.getByRole("button", { name: "Copy a link to these settings" }).click();
    await element(page, "news").getByText("on the clipboard").waitFor();
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    assert.equal(link.origin, new URL(page.url()).origin);

    await page.goto("about:blank");
    await page.goto(link.href);
    await ready(page);
    await element(page, "news").getByText("settings of the link are set").waitFor();
    assert.equal(new URL(page.url()).hash, "");
    const written = JSON.parse((await lastCall(page, "settings")).text);
    assert.equal(written.steps, 9);
    assert.deepEqual(written.perception.styleLayers, { block2_conv1: 0.5 });
    assert.equal(await value(page, "steps"), "7");
    assert.equal(await value(page, "memory"), "2");
    assert.deepEqual(problems, []);
  });
});

test("a link that makes no sense, or whose settings cannot be used, changes nothing and harms nobody", async () => {
  await visit(browser, {}, async ({ page, problems }) => {
    await ready(page);
    const before = await value(page, "steps");
    const evil = '{"steps":7,"<img src=x onerror=alert(1)>":1}';
    for (const written of [
      encodeURIComponent(evil),
      "%",
      encodeURIComponent('{"steps":-1}'),
      "0",
    ]) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#settings=${written}`);
      await element(page, "error").getByText("cannot be used").waitFor();
      assert.equal(await value(page, "steps"), before);
      assert.equal(await page.locator("img[src=x]").count(), 0);
      // The next one has to say so anew.
      await page.evaluate(() => {
        document.getElementById("notice").hidden = true;
        document.getElementById("error").hidden = true;
      });
    }
    await page.evaluate(() => {
      location.hash = `#settings=${encodeURIComponent('{"steps":7}')}`;
    });
    await element(page, "news").getByText("settings of the link are set").waitFor();
    assert.equal(await value(page, "steps"), "7");
    assert.deepEqual(problems, []);
  });
});

test("the losses can be seen by layer", async () => {
  await visit(browser, { answer: withFakeEngine() }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, {
      "style-layers": "block3_conv1=1, block1_conv1=1",
      "content-layers": "block4_conv2=1",
    });
    await element(page, "start").click();
    await stepsDone(page, 3);
    const labels = () => page.locator(".u-legend .u-label").allTextContents();
    assert.deepEqual(await labels(), ["Step", "Total", "Style", "Content", "Smoothness"]);
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
    assert.equal((await labels()).length, 5);
    assert.deepEqual(problems, []);
  });
});

/** Length and size of a film, as a browser's player tells them. */
async function play(context, bytes) {
  // A page without the site's policy, which lets no film play.
  const page = await context.newPage();
  return page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const video = document.createElement("video");
    video.src = URL.createObjectURL(new Blob([data]));
    await new Promise((resolve, reject) => {
      video.onloadeddata = resolve;
      video.onerror = () => reject(new Error(video.error.message));
    });
    const { duration, videoWidth, videoHeight } = video;
    return { duration, size: [videoWidth, videoHeight] };
  }, bytes.toString("base64"));
}

test("a film of the run can be played", async () => {
  await visit(browser, { answer: engine }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 90, 63, 4));
    // Odd at both sides, which no encoder takes.
    await fillControls(page, { size: 75, steps: 10, "first-size": 32, "first-steps": 20 });
    await element(page, "film").check();
    await element(page, "film-every").fill("3");
    await element(page, "start").click();
    await says(page, "Finished: 30 steps");
    const { name, bytes } = await download(page, "film-download");
    assert.match(name, /^impasto-picture-4-swirls\.(mp4|webm)$/);
    const { duration, size } = await play(page.context(), bytes);
    assert.deepEqual(size, [74, 52]);
    // A frame at 0, 3, ..., 30, and two seconds of the last.
    assert.ok(Math.abs(duration - (11 / 30 + 2)) < 0.1, `${duration} s`);

    await page.getByRole("button", { name: "Paint another" }).click();
    await element(page, "film").uncheck();
    await element(page, "start").click();
    await says(page, "Finished: 30 steps");
    assert.ok(await element(page, "film-download").isHidden());
    assert.deepEqual(problems, []);
  });
});

test("a film that fails does not end the painting", async () => {
  const prelude = "VideoEncoder.isConfigSupported = async () => ({ supported: false });";
  await visit(browser, { answer: withFakeEngine({ pace: 20 }, prelude) }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { size: 32, steps: 5 });
    await element(page, "film").check();
    await element(page, "start").click();
    await complains(page, /There will be no film.*no encoder/);
    await page.locator("#status", { hasText: "Finished" }).waitFor();
  });
});

test("a browser that cannot make films says so", async () => {
  const answer = withFakeEngine({}, "delete globalThis.VideoEncoder;");
  await visit(browser, { answer }, async ({ page }) => {
    await ready(page);
    assert.ok(await element(page, "film").isDisabled());
    assert.match(await page.locator("#film-help").textContent(), /lacks WebCodecs/);
  });
});
