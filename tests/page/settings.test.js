// The settings under "More": that each has its control, reaches the engine and comes back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPicture, element, fillControls, openPart, ready, uncover } from "./browser.js";
import { choices, eventually, lastCall, visit, withFakeEngine } from "./site.js";

const engine = withFakeEngine({ pace: 72 });
const error = (page) => element(page, "error");
const value = (page, id) => element(page, id).inputValue();
const presetOf = (name) => choices.presets.find((preset) => preset.name === name).settings;
const [{ settings: first }] = choices.presets;

async function complains(page, expected) {
  await error(page).waitFor();
  assert.match(await error(page).textContent(), expected);
}

async function begunWith(page) {
  await element(page, "start").click();
  return lastCall(page, "begin");
}

/** How many settings are said to differ, on More and on its parts. */
const counts = (page) =>
  page.locator(".count").evaluateAll((counts) => counts.map(({ textContent }) => textContent));

test("a preset writes the fields, and what differs from it is marked, counted and put back", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await ready(page);
    await openPart(page, "time");
    const preset = element(page, "preset");
    assert.equal(await preset.inputValue(), "brush");
    const { steps, averaging, memory } = presetOf("brush");
    assert.equal(await value(page, "steps"), String(steps));
    assert.equal(await value(page, "averaging"), String(averaging));
    assert.equal(await value(page, "memory"), String(memory / 1e9));

    await preset.selectOption("gatys");
    const gatys = presetOf("gatys");
    assert.equal(await value(page, "steps"), String(gatys.steps));
    assert.equal(await value(page, "optimiser"), "lbfgs");
    assert.equal(await value(page, "history"), String(gatys.history));
    assert.match(await page.locator("#preset-help").textContent(), /Gatys/);
    assert.deepEqual(await counts(page), Array(7).fill(""));

    await element(page, "steps").fill("12");
    assert.equal(await preset.inputValue(), "gatys");
    assert.deepEqual(await counts(page), ["1 changed", "", "", "", "1 changed", "", ""]);
    assert.match(await element(page, "preset-changed").textContent(), /^One setting differs/);
    const back = page.getByRole("button", { name: "Steps: back to the preset" });
    await back.click();
    assert.equal(await value(page, "steps"), String(gatys.steps));
    assert.ok(await back.isHidden());
    assert.equal(await page.evaluate(() => document.activeElement.id), "steps");
    await element(page, "steps").fill("");
    await fillControls(page, { history: 7, "style-layers": { block1_conv1: 2 } });
    assert.deepEqual(await counts(page), ["3 changed", "", "", "", "1 changed", "", "2 changed"]);
    await element(page, "back-to-preset").click();
    assert.equal(await value(page, "steps"), String(gatys.steps));
    assert.deepEqual(await counts(page), Array(7).fill(""));
    assert.ok(await element(page, "back-to-preset").isHidden());
    assert.deepEqual((await begunWith(page)).settings, { ...gatys, size: first.size });
    assert.deepEqual(problems, []);
  });
});

test("the parts under More open one at a time", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await page.locator("#more > summary").click();
    const open = () =>
      page.locator(".part[open]").evaluateAll((parts) => parts.map((part) => part.dataset.testid));
    assert.deepEqual(await open(), []);
    for (const name of ["part-look", "part-styles", "part-experts"]) {
      await page.locator(`[data-testid=${name}] > summary`).click();
      assert.deepEqual(await open(), [name]);
    }
  });
});

test("a hundred of a weight is what the preset has, in the units of the losses that are chosen", async () => {
  const weights = choices.fields.filter(({ kind }) => kind.type === "weight");
  for (const { name, settings } of choices.presets) {
    await visit({ answer: engine }, async ({ page }) => {
      await ready(page);
      await fillControls(page, { preset: name });
      for (const { name, path } of weights) {
        assert.equal(await value(page, name), at(settings, path) > 0 ? "100" : "0");
        // What a preset does without has a usual size too.
        await fillControls(page, { [name]: 200 });
      }
      const sent = (await begunWith(page)).settings;
      for (const { path } of weights) {
        const before = at(settings, path);
        assert.ok(before > 0 ? at(sent, path) === 2 * before : at(sent, path) > 0, path);
      }
    });
  }
});

test("the likeness stands on the first screen, and is the same for every preset", async () => {
  await visit({ answer: engine }, async ({ page, problems }) => {
    await ready(page);
    const likeness = page.getByLabel("Likeness", { exact: true }).first();
    assert.ok(await likeness.isVisible());
    assert.equal(await likeness.inputValue(), String(first.likeness));
    await likeness.press("Home");
    await likeness.press("ArrowRight");
    assert.equal(await value(page, "preset"), "brush");
    await fillControls(page, { preset: "tutorial" });
    assert.equal(await value(page, "preset"), "tutorial");
    const { settings } = await begunWith(page);
    assert.deepEqual(settings, { ...presetOf("tutorial"), size: first.size, likeness: 1 });
    assert.deepEqual(problems, []);
  });
});

test("only presets that the engine has are offered", async () => {
  const answer = withFakeEngine({ presets: ["fine", "tutorial", "gatys"] });
  await visit({ answer }, async ({ page }) => {
    await ready(page);
    const options = await element(page, "preset").evaluate(({ options }) =>
      [...options].map(({ value }) => value),
    );
    assert.deepEqual(options, ["fine", "tutorial", "gatys"]);
  });
});

test("another loss takes its weight along, in its own units", async () => {
  const rescaling = choices.fields.filter(({ rescales }) => rescales);
  assert.deepEqual(
    rescaling.map(({ path }) => path),
    Object.keys(choices.usualWeights),
  );
  for (const { name, path, rescales, kind } of rescaling) {
    const weightName = choices.fields.find(({ path }) => path === rescales).name;
    const usual = new Map(choices.usualWeights[path]);
    assert.deepEqual([...usual.keys()].toSorted(), kind.choices.toSorted());
    await visit({ answer: engine }, async ({ page }) => {
      await ready(page);
      const own = at(presetOf("tutorial"), path);
      const others = kind.choices.filter((choice) => choice !== own);
      const usualWeight = at(presetOf("tutorial"), rescales);
      await fillControls(page, { preset: "tutorial", [weightName]: 300 });
      for (const other of [...others, own]) {
        await fillControls(page, { [name]: other });
        assert.equal(await value(page, weightName), "300");
        const expected = (3 * usualWeight * usual.get(other)) / usual.get(own);
        const isSent = async () => {
          const { settings } = await lastCall(page, "memory");
          return Math.abs(at(settings, rescales) / expected - 1) < 1e-6;
        };
        await eventually(page, isSent, `The weight did not go along with ${other}.`);
      }
      // What is no number stays for its owner to mend.
      await fillControls(page, { [weightName]: "", [name]: others[0] });
      assert.equal(await value(page, weightName), "");
    });
  }
});

test("normalised gradients have weights of their own", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { preset: "fine" });
    await openPart(page, "experts");
    await element(page, "normalise-gradients").check();
    const { settings } = await begunWith(page);
    const { style, content, totalVariation } = choices.usualNormalised;
    const { palette } = presetOf("fine").weights;
    assert.deepEqual(settings.weights, { style, content, totalVariation, palette });
  });
});

test("what does not apply is hidden, and cannot stand in the way", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await fillControls(page, { optimiser: "lbfgs", history: "1000" });
    for (const name of ["learning-rate", "beta1", "beta2", "seed"]) {
      assert.ok(await element(page, name).isHidden(), name);
    }
    const adam = { optimiser: "adam", beta1: "0.8", beta2: "0.95" };
    await fillControls(page, { ...adam, noise: "0.5", seed: "7" });
    assert.ok(await element(page, "history").isHidden());
    const { settings } = await begunWith(page);
    assert.equal(settings.history, first.history);
    assert.deepEqual([settings.beta1, settings.beta2], [0.8, 0.95]);
    assert.equal(settings.seed, 7);
  });
});

const at = (settings, path) => path.split(".").reduce((part, key) => part[key], settings);

function put(settings, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  keys.reduce((part, key) => part[key], settings)[last] = value;
}

/** The default preset's weight, in the units of the loss that the settings choose. */
function inUnitsOf(settings, path, weight) {
  const normalised = choices.usualNormalised[path.split(".").at(-1)];
  if (settings.perception.normaliseGradients && normalised > 0) {
    return normalised;
  }
  const choice = choices.fields.find(({ rescales }) => rescales === path)?.path;
  const usual = new Map(choices.usualWeights[choice]);
  return choice
    ? (weight * usual.get(at(settings, choice))) / usual.get(at(first, choice))
    : weight;
}

/** Something else than what is there: what is typed or chosen, and what the engine should get. */
function another({ kind, path }, settings) {
  const before = at(settings, path);
  switch (kind.type) {
    case "whole": {
      const number = before < kind.most ? before + 1 : before - 1;
      return { typed: number, sent: number };
    }
    case "number": {
      const quarter = ((kind.most ?? 2) - kind.least) / 4;
      const number = kind.least + quarter === before ? before + quarter : kind.least + quarter;
      return { typed: number, sent: number };
    }
    case "weight":
      return { typed: 150, sent: 1.5 * inUnitsOf(settings, path, before) };
    case "share":
      return { typed: 0.25, sent: 0.25 };
    case "percent":
      return { typed: 25, sent: 25 };
    case "gigabytes":
      return { typed: 1.5, sent: 1.5e9 };
    case "choice": {
      const choice = kind.choices.find((choice) => choice !== before);
      return { typed: choice, sent: choice };
    }
    case "layers":
      return {
        typed: { block3_conv2: 0.25, block1_conv2: 1, block2_conv2: 0 },
        sent: { block1_conv2: 1, block3_conv2: 0.25 },
      };
    default:
      return { typed: !before, sent: !before };
  }
}

async function set(page, name, typed) {
  await uncover(page, name);
  if (typeof typed === "boolean") {
    await element(page, name).setChecked(typed);
  } else {
    await fillControls(page, { [name]: typed });
  }
}

const holds = ({ when }, settings) =>
  !when || (String(at(settings, when.path)) === when.value) === when.is;

test("every setting reaches the engine", async () => {
  // What a choice or a switch takes along would undo what was typed before it.
  const rank = (field) => (["choice", "switch"].includes(field.kind.type) ? 0 : 1);
  const fields = [...choices.fields].sort((one, other) => rank(one) - rank(other));
  const left = new Set(fields.map(({ name }) => name));
  // Which settings count hangs on these.
  for (const fixed of [
    { optimiser: "adam", "style-loss": "nearest" },
    { optimiser: "lbfgs", "style-loss": "gram" },
  ]) {
    await visit({ answer: engine }, async ({ page }) => {
      await ready(page);
      const expected = structuredClone(first);
      await fillControls(page, fixed);
      for (const { name, path } of fields.filter(({ name }) => name in fixed)) {
        left.delete(name);
        put(expected, path, fixed[name]);
      }
      for (const field of fields.filter(({ name }) => !(name in fixed))) {
        if (holds(field, expected)) {
          left.delete(field.name);
          const { typed, sent } = another(field, expected);
          assert.notDeepEqual(sent, at(expected, field.path), field.name);
          await set(page, field.name, typed);
          put(expected, field.path, sent);
        }
      }
      assert.deepEqual((await begunWith(page)).settings, expected);
    });
  }
  assert.deepEqual([...left], []);
});

test("every number ends where the engine's does", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    for (const { name, kind } of choices.fields) {
      const { least, most } = kind;
      if (least === undefined) {
        continue;
      }
      const takes = (number) =>
        element(page, name).evaluate((field, number) => {
          field.value = number;
          return field.checkValidity();
        }, String(number));
      assert.ok(await takes(least), `${name}: ${least}`);
      assert.ok(!(await takes(least - (kind.type === "gigabytes" ? 0.005 : 1))), name);
      if (most !== null && most !== undefined) {
        assert.ok(await takes(most), `${name}: ${most}`);
        // One more would be the same number where double precision ends.
        assert.ok(!(await takes(most * 2 || 1)), name);
      }
    }
  });
});

test("layers that cannot be used are named", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    const cases = [
      [{}, /Style layers need at least one layer/, "block1_conv1"],
      [{ block1_conv1: 0 }, /Style layers need at least one layer/, "block1_conv1"],
      [{ block2_conv1: -1 }, /Weight of block2_conv1 needs a number of at least 0/, null],
    ];
    for (const [layers, expected, focus] of cases) {
      await fillControls(page, { "style-layers": layers });
      await page.locator("#more > summary").click();
      await element(page, "start").click();
      await complains(page, expected);
      assert.ok(await page.evaluate(() => document.activeElement.checkVisibility()));
      assert.equal(
        await page.evaluate(() => document.activeElement.closest("fieldset").id),
        "style-layers",
      );
      if (focus) {
        assert.equal(await page.evaluate(() => document.activeElement.value), focus);
      }
    }
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
  settings: {
    size: 64,
    steps: 7,
    weights: { style: 5 },
    learningRate: Math.fround(0.3),
    memory: 1,
  },
};

test("a picture of Impasto's own brings its settings, or is a picture all the same", async () => {
  const answer = withFakeEngine({ pace: 20, provenance: painted });
  await visit({ answer }, async ({ page, problems }) => {
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
    assert.equal(await value(page, "style-weight"), String((100 * 5) / first.weights.style));
    assert.equal(await value(page, "learning-rate"), "0.3");
    // How much memory may be used is this machine's own.
    assert.equal(await value(page, "memory"), "2");
    assert.equal(await value(page, "content-weight"), "100");
    assert.equal(await value(page, "preset"), "brush");
    assert.equal(await page.getByLabel("Stroke size of Stained glass").inputValue(), "2");
    await element(page, "styles-input").setInputFiles(await drawPicture(page, 20, 20, 8));
    assert.equal(await page.getByLabel("Part of picture-8").inputValue(), "0.75");

    await page.getByRole("button", { name: "Use it as a picture" }).click();
    await page.locator('#content .preview[alt="picture-7"]').waitFor();
    assert.ok(await news.isHidden());
    assert.equal(await value(page, "steps"), "9");
    assert.equal(await page.getByLabel("Stroke size of Stained glass").inputValue(), "1");
    assert.deepEqual(problems, []);
  });
});

test("a link to the settings is copied, and brings them to whoever opens it", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const answer = withFakeEngine({ settings: painted.settings });
  await visit({ answer, options: { permissions } }, async ({ page, problems }) => {
    await ready(page);
    await fillControls(page, { steps: 9, "style-layers": { block2_conv1: 0.5 } });
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
  await visit({}, async ({ page, problems }) => {
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
