// Asks the built engine what there is to choose from, for those who need it before the page runs:
// node build/choices.js ENGINE_FOLDER OUTPUT.json.

import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, output] = process.argv.slice(2);
const { Engine, initSync } = await import(pathToFileURL(resolve(folder, "impasto.js")));
initSync({ module: await readFile(join(folder, "impasto_bg.wasm")) });
await writeFile(output, `${JSON.stringify(Engine.choices(), null, 1)}\n`);
