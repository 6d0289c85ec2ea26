// What Chrome makes of kernels: chrome.js SOURCES.json FOLDER writes each one's SPIR-V to FOLDER/FILE.spv.
//
// Chromium's WebGPU prints the SPIR-V of every pipeline to the page's console if it is told to; spirv-as makes it a module
// again. It is that of Vulkan on Linux and Android, whatever the graphics card.

import { execFileSync } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { launch } from "../../tests/page/launch.js";
import { serve } from "../../tests/page/server.js";

const HEAD = "/* Dumped SPIRV disassembly */";

const [sources, folder] = process.argv.slice(2);
const kernels = JSON.parse(await readFile(sources, "utf8"));
await mkdir(folder, { recursive: true });
// WebGPU is for pages from servers alone.
const server = await serve("docs");
const browser = await launch("chromium", ["translations"]);
try {
  const page = await browser.newPage();
  /** @type {string[]} */
  let printed = [];
  page.on("console", (line) => {
    const text = line.text();
    if (text.includes(HEAD)) {
      printed.push(text.slice(text.indexOf(HEAD) + HEAD.length));
    }
  });
  await page.goto(`${server.origin}/firefox.html`);
  for (const { name, file, source, entry, constants } of kernels) {
    printed = [];
    const error = await page.evaluate(
      async ({ source, entry, constants }) => {
        const adapter = await navigator.gpu.requestAdapter();
        const device = await adapter.requestDevice();
        const module = device.createShaderModule({ code: source });
        const compute = { module, entryPoint: entry, constants };
        try {
          await device.createComputePipelineAsync({ layout: "auto", compute });
        } catch (error) {
          return String(error);
        } finally {
          device.destroy();
        }
      },
      { source, entry, constants: Object.fromEntries(constants) },
    );
    // The console's lines come beside the answer.
    for (let turn = 0; turn < 100 && !error && printed.length === 0; turn++) {
      await page.evaluate(() => new Promise((done) => setTimeout(done, 20)));
    }
    const [text] = printed;
    if (error || !text) {
      throw new Error(`Chromium made no SPIR-V of ${name}: ${error ?? "it printed none"}`);
    }
    execFileSync("spirv-as", ["--target-env", "spv1.4", "-o", `${folder}/${file}.spv`], {
      input: text,
    });
  }
} finally {
  await browser.close();
  server.close();
}
