// What a browser makes of pictures whose colours are not what their numbers say. The same numbers are expected of the
// command line, by tests/engine/colours.rs; with WRITE=1 in the environment this writes them down.

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { newContext, open } from "./browser.js";
import { serve } from "./server.js";

const FOLDER = "tests/data/colours";
const NUMBERS = `${FOLDER}/colours.json`;

/** The colours of every field of a file, by the page's own way from a file to pixels. */
function seen(page, bytes) {
  return page.evaluate(async (base64) => {
    const side = 16;
    const { decode } = await import("/worker/decode.js");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const { width, height, data } = await decode(new File([bytes], "picture"), 4096);
    const fields = [];
    for (let y = side / 2; y < height; y += side) {
      for (let x = side / 2; x < width; x += side) {
        fields.push(Array.from(data.slice((y * width + x) * 4, (y * width + x) * 4 + 3)));
      }
    }
    return { size: [width, height], fields };
  }, bytes.toString("base64"));
}

test("colour profiles, gamma, code points, inks and orientation are what they were", async () => {
  const names = (await readdir(FOLDER)).filter((name) => /\.(png|jpg|webp)$/.test(name)).sort();
  const server = await serve("dist");
  const context = await newContext({ serviceWorkers: "block" });
  const found = {};
  try {
    const { page } = await open(context, server.origin);
    for (const name of names) {
      found[name] = await seen(page, await readFile(`${FOLDER}/${name}`));
    }
  } finally {
    await context.close();
    server.close();
  }
  if (process.env.WRITE) {
    const lines = names.map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(found[name])}`);
    await writeFile(NUMBERS, `{\n${lines.join(",\n")}\n}\n`);
  }
  const known = JSON.parse(await readFile(NUMBERS, "utf8"));
  assert.deepEqual(Object.keys(found), Object.keys(known));
  for (const [name, { size, fields }] of Object.entries(known)) {
    assert.deepEqual(found[name].size, size, name);
    const wrong = found[name].fields.flat().map((value, at) => Math.abs(value - fields.flat()[at]));
    // Versions of a browser round differently.
    assert.ok(Math.max(...wrong) <= 1, `${name}: ${JSON.stringify(found[name].fields)}`);
  }
});
