// The built site, as a test wants it: whole, with something broken, or with an engine that is quick and obedient.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { newContext, open, PATIENCE } from "./browser.js";
import { ask, serve } from "./server.js";

/** What there is to choose from, as the built engine says it: the page's controls were made of the same. */
export const choices = JSON.parse(await readFile("target/engine/choices.json", "utf8"));

const fake = await readFile(new URL("fake-engine.js", import.meta.url), "utf8");

const worker = await readFile("dist/worker/worker.js", "utf8");

/** Runs first in the worker, which has it before the page's orders, and does what `inWorker` asks. */
const LISTENER = `
addEventListener("message", async (event) => {
  const { data: { asked, given }, ports: [port] } = event;
  if (!asked) {
    return;
  }
  event.stopImmediatePropagation();
  try {
    const { default: act } = await import(new URL("..", import.meta.url).href + asked);
    port.postMessage({ result: await act(given) });
  } catch (error) {
    port.postMessage({ failure: String(error) });
  }
});
`;

/** In place of the model where no engine reads it: most of a page's start would be the model's way there and its sum. */
export const LITTLE_MODEL = Buffer.alloc(50_000, "model");

/** What the site says of a model, given its bytes. */
export const manifestOf = (model) =>
  JSON.stringify({
    file: "vgg19.safetensors",
    bytes: model.length,
    sha256: createHash("sha256").update(model).digest("hex"),
  });

/** The path of the model's file. */
export const isModel = (path) => path === "/weights/vgg19.safetensors";

/**
 * Opens the page on a server of its own, hands it over, and closes both afterwards.
 * @param {{
 *   answer?: (path: string) => import("./server.js").Answer | undefined,
 *   script?: () => void,
 *   options?: import("playwright-core").BrowserContextOptions,
 * }} how `script` runs in the page before its own; service workers only come where `options` allow them
 * @param {(visit: {
 *   page: import("playwright-core").Page, requests: string[], problems: string[], server: import("./server.js").Server,
 * }) => Promise<void>} steps
 */
export async function visit({ answer, script, options }, steps) {
  const server = await serve("dist", answer);
  const context = await newContext({ serviceWorkers: "block", ...options });
  if (script) {
    // Firefox would run it in the empty page before, too, which has less than the site's.
    await context.addInitScript({
      content: `location.protocol.startsWith("http") && (${script})()`,
    });
  }
  try {
    await steps({ ...(await open(context, server.origin)), server });
  } finally {
    await context.close();
    server.close();
  }
}

/**
 * An answer for `visit` that gives the fake engine, and a model that is there at once.
 * @param {object} plan for the engine, as in fake-engine.js
 * @param {string} prelude runs in the worker before it
 */
export function withFakeEngine(plan = {}, prelude = "") {
  const given = { plan, choices };
  const body = `${LISTENER}\n${prelude}\nObject.assign(globalThis, ${JSON.stringify(given)});\n${fake}`;
  const answers = {
    "/engine/impasto.js": { type: "text/javascript", body },
    "/weights/manifest.json": { type: "application/json", body: manifestOf(LITTLE_MODEL) },
    "/weights/vgg19.safetensors": { body: LITTLE_MODEL },
  };
  return (path) => answers[path];
}

/** A prelude with which what waits before it tries again tries at once. */
export const IMPATIENT = `const later = setTimeout;
  globalThis.setTimeout = (task, pause) => later(task, Math.min(pause, 20));`;

/** An answer for `visit` with the real worker, in which something more runs before its first order. */
export const withPrelude = (prelude) => (path) =>
  path === "/worker/worker.js"
    ? { type: "text/javascript", body: `${LISTENER}\n${prelude}\n${worker}` }
    : undefined;

/**
 * Does something in the page's worker, which must have the fake engine or a prelude, and gives what comes of it. Not by
 * the browser's driver: Firefox lets it into no worker.
 * @param {import("playwright-core").Page} page
 * @param {(given: any) => unknown} act knows the worker's globals and what it is given
 * @param {unknown} [given]
 */
export function inWorker(page, act, given) {
  return page.evaluate(
    ([asked, given]) =>
      new Promise((resolve, reject) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data: { result, failure } }) =>
          failure ? reject(new Error(failure)) : resolve(result);
        thread.postMessage({ asked, given }, [port2]);
      }),
    [ask(act), given],
  );
}

/**
 * What the fake engine was asked, in order.
 * @param {import("playwright-core").Page} page
 * @param {string} name of the call
 */
export async function calls(page, name) {
  const all = await inWorker(page, () => globalThis.calls);
  return all.filter((call) => call.name === name).map(({ name: _, ...values }) => values);
}

/** Looks now and then until there is something, and gives it. */
export async function eventually(page, look, complaint) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const found = await look();
    if (found) {
      return found;
    }
    await page.waitForTimeout(50);
  }
  throw new Error(complaint);
}

/** Waits until the fake engine was asked that often, and gives what it was asked last. */
export function lastCall(page, name, count = 1) {
  const look = async () => {
    const found = await calls(page, name);
    return found.length >= count && found.at(-1);
  };
  return eventually(page, look, `The engine was not asked for ${name} ${count} times.`);
}
