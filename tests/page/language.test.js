// What the page says, and in which language.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { element, fillControls, ready, says, stepsDone } from "./browser.js";
import { only } from "./launch.js";
import { visit, withFakeEngine } from "./site.js";

const engine = withFakeEngine({ pace: 100 });
const german = { locale: "de-AT" };

const bundle = async (code) => (await import(`../../www/texts/${code}.js`)).default;
const placesIn = (words) => [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test("every language has every text, with the same things put in", async () => {
  const en = await bundle("en");
  const files = (await readdir("www/texts")).filter((name) => name.endsWith(".js"));
  const others = files.map((name) => name.replace(".js", "")).filter((code) => code !== "en");
  assert.ok(others.length > 0);
  for (const code of others) {
    const texts = await bundle(code);
    const ofPage = Object.keys(texts).filter((key) => !key.startsWith("engine-"));
    assert.deepEqual(ofPage.toSorted(), Object.keys(en).toSorted(), code);
    for (const key of Object.keys(en)) {
      assert.deepEqual(placesIn(texts[key]), placesIn(en[key]), `${code}: ${key}`);
    }
  }
});

test("every name of the engine's errors has its text in every other language", async () => {
  const source = await readFile("src/web/error.rs", "utf8");
  const names = [...source.matchAll(/(?:named|Self::named)\(\s*(?:&error,\s*)?"([\w-]+)"/g)];
  const keys = names.map(([, name]) => `engine-${name}`).toSorted();
  assert.ok(keys.length > 15, "the names are found");
  const de = await bundle("de");
  const there = Object.keys(de).filter((key) => key.startsWith("engine-"));
  assert.deepEqual(there.toSorted(), keys);
});

test("every text that the page's programs ask for is there, and none is there in vain", async () => {
  const en = await bundle("en");
  // The texts themselves name every text, said or not.
  const names = (await readdir("www", { recursive: true })).filter(
    (name) => /\.(js|html)$/.test(name) && !name.startsWith("texts/"),
  );
  // The built page has the controls that are made of the engine's settings.
  const files = [...names.map((name) => `www/${name}`), "dist/index.html"];
  const sources = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const all = sources.join("\n");
  // What is put together of a kind and a name: phase-running, preset-fine-help, sample-glass, needs-whole, size-screen,
  // look-software.
  const composed = /^(phase|preset|sample|needs|size|look)-/;
  for (const key of Object.keys(en).filter((key) => !composed.test(key))) {
    const name = key.replace(/_(one|other)$/, "");
    assert.ok(new RegExp(`["{ ]${name}["} ]`).test(all), `nobody says ${key}`);
  }
  const asked = [...all.matchAll(/\b(?:text|Trouble|Broken)\(\s*"([\w-]+)"/g)].map(
    ([, key]) => key,
  );
  assert.ok(asked.length > 40, "the texts are found");
  for (const key of asked) {
    assert.ok(key in en || `${key}_one` in en, `there is no ${key}`);
  }
});

test("every sample has its title, and every title its sample", async () => {
  const { scenes, styles } = JSON.parse(await readFile("dist/samples/samples.json", "utf8"));
  const keys = [...scenes, ...styles].map(({ file }) => `sample-${file.replace(/\.jpg$/, "")}`);
  const others = ["sample-pictures", "sample-paintings", "sample-failed"];
  const said = Object.keys(await bundle("en")).filter((key) => key.startsWith("sample-"));
  assert.deepEqual(said.toSorted(), [...keys, ...others].toSorted());
});

const withoutScripts = only("chromium", "Firefox lets no test switch its scripts off");

test("the built page is whole without its program", withoutScripts, async () => {
  const options = { javaScriptEnabled: false };
  await visit({ options }, async ({ page }) => {
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    const said = await page.locator("body").innerText();
    assert.match(said, /Painted like/);
    assert.match(said, /allow JavaScript/);
    assert.doesNotMatch(await page.content(), /\{\{/);
  });
});

test("who reads German is spoken to in German, and may choose otherwise while it paints", async () => {
  await visit({ answer: engine, options: german }, async ({ page, problems }) => {
    await ready(page);
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    assert.equal(await element(page, "start").textContent(), "Malen");
    const content = page.getByLabel("Ihr Bild", { exact: true });
    assert.equal(await content.count(), 1);
    await fillControls(page, { preset: "tutorial", size: "3" });
    await element(page, "start").click();
    await element(page, "error").waitFor();
    assert.match(
      await element(page, "error").textContent(),
      /Längere Seite braucht eine ganze Zahl von mindestens 16 und höchstens 16384/,
    );
    // More steps than are done before the language is another.
    await fillControls(page, { size: "64", steps: "4000" });
    await element(page, "start").click();
    await stepsDone(page, 2);
    assert.match(await page.locator("#status").textContent(), /^Schritt \d+ von 4000$/);
    assert.equal(await page.locator("#caption").textContent(), "Hafenstadt, gemalt wie Buntglas");
    await element(page, "language").selectOption("en");
    await says(page, "Step ");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    assert.equal(await element(page, "stop").textContent(), "Stop");
    await page.locator("#losses > summary").click();
    assert.match(await page.locator("#plot").textContent(), /Smoothness/);
    await page.reload();
    await ready(page);
    assert.equal(
      await element(page, "start")
        .textContent()
        .then((said) => said.trim()),
      "Paint",
    );
    assert.deepEqual(problems, []);
  });
});

test("what is said already is said again in another language, with all that was put in", async () => {
  await visit({ answer: engine }, async ({ page }) => {
    await ready(page);
    await page.locator("#more > summary").click();
    const need = page.locator("#memory-need");
    await page.waitForFunction(() => document.getElementById("memory-need").textContent !== "");
    assert.match(await need.textContent(), /^This painting takes [\d.]+ MB\.$/);
    await fillControls(page, { steps: "0" });
    await element(page, "start").click();
    await element(page, "error").waitFor();
    await element(page, "language").selectOption("de");
    await page.waitForFunction(() => document.documentElement.lang === "de");
    assert.match(await need.textContent(), /^Dieses Bild belegt [\d.]+ MB\.$/);
    assert.equal(await page.getByLabel("Anteil: Stained glass").count(), 1);
    assert.match(await element(page, "error").textContent(), /ganze Zahl von mindestens 1 /);
    assert.match(
      await page.locator("#adapter").textContent(),
      /^Malt auf Software for tests\. Das ist/,
    );
  });
});

test("the real engine's errors are German too", async () => {
  await visit({ options: german }, async ({ page }) => {
    await ready(page);
    await element(page, "weights-input").setInputFiles({
      name: "notes.safetensors",
      mimeType: "application/octet-stream",
      buffer: Buffer.from("notes"),
    });
    await element(page, "error").waitFor();
    assert.match(
      await element(page, "error").textContent(),
      /notes\.safetensors kann nicht als Modell dienen\. Das ist keine vollständige safetensors-Datei/,
    );
    await fillControls(page, { memory: "0.1", size: "4096" });
    await page.waitForFunction(() =>
      /Diese Größe passt nicht in die 100 MB/.test(
        document.getElementById("memory-need").textContent,
      ),
    );
  });
});

test("a language that does not arrive leaves the page in English", async () => {
  const answer = (path) => (path === "/texts/de.js" ? { status: 404, body: "" } : engine(path));
  await visit({ answer, options: german }, async ({ page }) => {
    await ready(page);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    assert.match(await element(page, "start").textContent(), /Paint/);
  });
});
