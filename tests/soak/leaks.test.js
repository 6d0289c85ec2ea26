// Fifty runs in one page, begun and stopped at all moments: the memory of the GPU and of the engine ends where it began.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPicture, element, fillControls, ready, says, stepsDone } from "../page/browser.js";
import { inWorker, visit, withPrelude } from "../page/site.js";

const RUNS = 50;
/** The first ones fill what is used again: compiled kernels, the engine's own heap. */
const SETTLING = 5;

/** Counts the bytes of buffers that are alive, and gives access to the engine's memory. */
const PRELUDE = `
  globalThis.alive = new Map();
  const create = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (what) {
    const buffer = create.call(this, what);
    alive.set(buffer, what.size);
    return buffer;
  };
  const destroy = GPUBuffer.prototype.destroy;
  GPUBuffer.prototype.destroy = function () {
    alive.delete(this);
    destroy.call(this);
  };
  const instantiate = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (...what) => {
    const made = await instantiate(...what);
    globalThis.engineMemory = made.instance.exports.memory;
    return made;
  };
`;
const answer = withPrelude(PRELUDE);

const measure = (page) =>
  inWorker(page, () => ({
    gpu: [...alive.values()].reduce((sum, bytes) => sum + bytes, 0),
    engine: engineMemory.buffer.byteLength,
  }));

test(`${RUNS} runs leave no memory behind`, async () => {
  await visit({ answer }, async ({ page, problems }) => {
    await ready(page);
    await element(page, "content-input").setInputFiles(await drawPicture(page, 48, 32, 20));
    await element(page, "style-input").setInputFiles(await drawPicture(page, 32, 32, 200));
    await fillControls(page, { size: 24, "first-size": 17, "first-steps": 2, steps: 500 });
    let settled;
    for (let run = 0; run < RUNS; run++) {
      await element(page, "start").click();
      if (run % 5 === 4) {
        // At once: the engine still looks at the pictures, or has just begun.
        await element(page, "stop").click();
        await page.waitForFunction(
          () => document.getElementById("stage").hidden || !document.getElementById("again").hidden,
        );
        const again = page.getByRole("button", { name: "Paint another" });
        if (await again.isVisible()) {
          await again.click();
        }
        continue;
      }
      await stepsDone(page, 1 + (run % 4));
      await element(page, "stop").click();
      await says(page, "Stopped at");
      await page.getByRole("button", { name: "Paint another" }).click();
      if (run === SETTLING) {
        settled = await measure(page);
      }
    }
    // The same moment as then: the last painting is still there to be saved.
    await element(page, "start").click();
    await stepsDone(page, 2);
    await element(page, "stop").click();
    await says(page, "Stopped at");
    const after = await measure(page);
    console.log("settled", settled, "after", after);
    // A painting of another size may be shown: both of its sizes together take less than this.
    assert.ok(after.gpu <= settled.gpu + 2e6, `${after.gpu - settled.gpu} bytes more on the GPU`);
    assert.equal(after.engine, settled.engine);
    assert.deepEqual(problems, []);
  });
});
