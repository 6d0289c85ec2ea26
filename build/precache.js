// Lists every file of the built site with its sum, for its service worker: node build/precache.js FOLDER.

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The model, which the page keeps itself; what the browser fetches for the worker; what visitors do not open; and types. */
const LEFT_OUT = [
  /^weights\/vgg19\.safetensors$/,
  /^(sw|precache)\.js$/,
  /^bench(\.html$|\/)/,
  /^css\/bench\.css$/,
  /^shared\/messages\.js$/,
  /LICENSE$/,
  /^vendor\/tensorflow\//,
];

const sumOf = (bytes) => createHash("sha256").update(bytes).digest("hex");

const [folder] = process.argv.slice(2);
const found = await readdir(folder, { recursive: true, withFileTypes: true });
const paths = found
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "/").length))
  .filter((path) => !LEFT_OUT.some((pattern) => pattern.test(path)))
  .sort();
const files = {};
for (const path of paths) {
  files[path] = sumOf(await readFile(join(folder, path)));
}
// The worker's own code counts too: another one must not take the files of this one's cache for its own.
const worker = await readFile(join(folder, "sw.js"));
const version = sumOf(JSON.stringify([files, sumOf(worker)])).slice(0, 16);
const list = JSON.stringify({ version, files }, null, 2);
await writeFile(join(folder, "precache.js"), `self.PRECACHE = ${list};\n`);
