// Runs www/bench.html's comparison with TensorFlow.js in a headless browser: compare.js BROWSER SIZE OUT.json

import { writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { launch } from "../page/launch.js";
import { serve } from "../page/server.js";

/** TensorFlow.js compiles some hundred shaders in its first step, and every step is slow on a processor. */
const PATIENCE = 1_800_000;

function press(size) {
  document.getElementById("size").value = size;
  document.querySelector('button[value="compare"]').click();
}

const told = () => ({
  over: [...document.querySelectorAll("button")].every((button) => !button.disabled),
  status: document.getElementById("status").textContent,
  json: document.getElementById("json").textContent,
});

async function end(page) {
  const last = Date.now() + PATIENCE;
  let now = await page.evaluate(told);
  while (!now.over) {
    if (Date.now() > last) {
      throw new Error(`Not over in ${PATIENCE / 1000} seconds: ${now.status}`);
    }
    await wait(500);
    now = await page.evaluate(told);
  }
  return now;
}

const [name, size, out] = process.argv.slice(2);
// TensorFlow.js evaluates strings, which the page's own policy forbids.
const server = await serve("dist", undefined, "default-src 'self' 'unsafe-eval'");
const browser = await launch(name);
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error));
  await page.goto(`${server.origin}/bench.html`);
  await page.evaluate(press, size);
  const { status, json } = await end(page);
  if (!json) {
    throw new Error(status);
  }
  const report = { browser: `${name} ${browser.version()}`, ...JSON.parse(json) };
  await writeFile(out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`${report.browser}: ${status}`);
  console.log(JSON.stringify(report, null, 2));
} finally {
  await browser.close();
  server.close();
}
