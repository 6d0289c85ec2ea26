// Runs www/bench.html's comparison with TensorFlow.js in a headless Chromium: compare.js SIZE OUT.json

import { writeFile } from "node:fs/promises";
import { launch } from "../page/browser.js";
import { serve } from "../page/server.js";

/** TensorFlow.js compiles some hundred shaders in its first step, and every step is slow on a processor. */
const PATIENCE = 1_200_000;

const [size, out] = process.argv.slice(2);
// TensorFlow.js evaluates strings, which the page's own policy forbids.
const server = await serve("dist", undefined, "default-src 'self' 'unsafe-eval'");
const browser = await launch();
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("pageerror", (error) => console.error(error));
  await page.goto(`${server.origin}/bench.html`);
  await page.fill("#size", size);
  await page.click('button[value="compare"]');
  await page.waitForFunction(
    () => [...document.querySelectorAll("button")].every((button) => !button.disabled),
    null,
    { polling: 500 },
  );
  const json = await page.textContent("#json");
  if (!json) {
    throw new Error(await page.textContent("#status"));
  }
  await writeFile(out, json);
  console.log(await page.textContent("#status"));
  console.log(json);
} finally {
  await browser.close();
  server.close();
}
