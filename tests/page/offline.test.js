// Without a network, with another version on the server, installed, below a folder, and with nobody listening outside.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  download,
  drawPicture,
  element,
  fillControls,
  newContext,
  open,
  PATIENCE,
  ready,
  says,
  tick,
} from "./browser.js";
import { only } from "./launch.js";
import { serve, startOf } from "./server.js";
import { eventually, inWorker, isModel, visit, withFakeEngine } from "./site.js";

const list = JSON.parse((await readFile("dist/precache.js", "utf8")).match(/\{.*\}/s)[0]);
const sumOf = (text) => createHash("sha256").update(text).digest("hex");

/** Answers with other files than the site's, and a list in which they are. */
function version(name, files) {
  const sums = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, sumOf(text)]));
  const own = { version: name, files: { ...list.files, ...sums } };
  const texts = { ...files, "precache.js": `self.PRECACHE = ${JSON.stringify(own)};` };
  return (path) => {
    const body = texts[path.slice(1)];
    const type = path.endsWith(".css") ? "text/css" : "text/javascript";
    return body === undefined ? undefined : { body, type };
  };
}

const engine = withFakeEngine({ pace: 36 })("/engine/impasto.js").body;
const first = version("first", { "engine/impasto.js": engine });
const notice = await readFile("dist/page/say/notice.js", "utf8");
const second = version("second", {
  "engine/impasto.js": engine.replaceAll("Software for tests", "Second software"),
  "page/say/notice.js": `${notice}\nglobalThis.isSecond = true;`,
});

/** In all other tests the page is not kept. */
const options = { serviceWorkers: "allow" };

const active = (page) =>
  page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active.state !== "activated") {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

async function paint(page) {
  await ready(page);
  await fillControls(page, { preset: "tutorial", steps: 3 });
  await element(page, "start").click();
  await says(page, "Finished: 3 steps");
}

async function adapterOf(page) {
  await page.locator("#adapter", { hasText: /software/i }).waitFor();
  return page.locator("#adapter").textContent();
}

for (const base of ["", "/some/where"]) {
  test(`after the first visit ${base} needs no network, not even for the model`, async () => {
    const server = await serve("dist", first, undefined, base);
    const context = await newContext();
    const { page } = await open(context, `${server.origin}${base}/`);
    await ready(page);
    await active(page);
    await page.waitForFunction(() => document.getElementById("network").dataset.state === "ready");
    server.close();
    await context.setOffline(true);

    const { page: again, problems } = await open(context, `${server.origin}${base}/`);
    await paint(again);
    const { bytes } = await download(again);
    assert.equal(bytes.toString("latin1", 1, 4), "PNG");
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("another version is told of, and used whole when the visitor says so", async () => {
  let current = first;
  await visit({ options, answer: (path) => current(path) }, async ({ page, problems }) => {
    await ready(page);
    await active(page);
    current = second;
    await page.reload();
    // What is open is of the first version to its last file, though the server has another.
    const news = element(page, "news");
    await news.waitFor();
    assert.match(await news.textContent(), /A new version of Impasto is here/);
    assert.match(await adapterOf(page), /Software for tests/);
    assert.equal(await page.evaluate(() => globalThis.isSecond), undefined);

    const other = await page.context().newPage();
    await other.goto(page.url());
    await page.getByRole("button", { name: "Use it now" }).click();
    const error = element(page, "error");
    await error.waitFor();
    assert.match(await error.textContent(), /Close the other tabs of Impasto first/);
    await other.close();

    await page.reload();
    const loaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Use it now" }).click();
    await loaded;
    assert.match(await adapterOf(page), /Second software/);
    assert.equal(await page.evaluate(() => globalThis.isSecond), true);
    await ready(page);
    const kept = await page.evaluate(() => caches.keys());
    const versions = kept.filter((name) => name.startsWith("impasto-page-"));
    assert.deepEqual(versions, ["impasto-page-second"]);
    assert.deepEqual(problems, []);
  });
});

test("another version costs no painting that nobody keeps, unless the visitor says so", async () => {
  let current = first;
  await visit({ options, answer: (path) => current(path) }, async ({ page, problems }) => {
    await ready(page);
    await active(page);
    await page.reload();
    await ready(page);
    await fillControls(page, {});
    await tick(page, "keep", false);
    await paint(page);
    current = second;
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await element(page, "news").waitFor();
    const asked = [];
    let agree = false;
    page.on("dialog", async (dialog) => {
      asked.push(dialog.type());
      await (agree ? dialog.accept() : dialog.dismiss());
    });
    const use = () => page.getByRole("button", { name: "Use it now" }).click();
    await use();
    assert.deepEqual(asked, ["confirm"]);
    assert.ok(await page.locator("#stage").isVisible());
    agree = true;
    const loaded = page.waitForEvent("load");
    await use();
    await loaded;
    // Once is enough: leaving the page is what was agreed to.
    assert.deepEqual(asked, ["confirm", "confirm"]);
    assert.match(await adapterOf(page), /Second software/);
    assert.deepEqual(problems, []);
  });
});

test("a version that arrives halfway changes nothing", async () => {
  let current = first;
  await visit({ options, answer: (path) => current(path) }, async ({ page }) => {
    await ready(page);
    await active(page);
    current = (path) => (path === "/page/say/notice.js" ? { status: 404 } : second(path));
    const state = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const found = new Promise((resolve) => {
        registration.onupdatefound = () => resolve(registration.installing);
      });
      await registration.update().catch(() => {});
      const installing = await found;
      while (installing.state === "installing") {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return installing.state;
    });
    assert.equal(state, "redundant");
    await page.reload();
    await ready(page);
    assert.match(await adapterOf(page), /Software for tests/);
  });
});

/** What the page says to who hosts it, until that is said. */
async function saidToHost(answer, expected) {
  await visit({ answer, options }, async ({ page, problems }) => {
    const said = [];
    page.on("console", (line) => said.push(`${line.type()}: ${line.text()}`));
    // From the beginning: what was said before anybody listened is lost.
    await page.reload();
    const look = () => said.some((line) => expected.test(line));
    await eventually(page, look, `it is not said: ${said}`).catch((error) => {
      throw new Error(`${error.message}\n${said.join("\n")}`);
    });
    // A visitor is told nothing, and paints.
    await paint(page);
    assert.ok(await element(page, "error").isHidden());
    assert.deepEqual(
      problems.filter((problem) => !/404|MIME/.test(problem)),
      [],
    );
  });
}

test("a host that puts something into index.html is told that it costs the offline use", async () => {
  const html = await readFile("dist/index.html", "utf8");
  const body = html.replace("</body>", "<!-- served with love --></body>");
  const changed = (path) =>
    ["/", "/index.html"].includes(path) ? { body, type: "text/html" } : first(path);
  await saidToHost(
    changed,
    /^warning: Impasto is not kept .* other bytes than were built: index\.html\..*node build\/check-host\.js http:\/\/127\.0\.0\.1:\d+\/' .*docs\/hosting\.md/,
  );
});

test("a host that lacks files is told which", async () => {
  const lacks = (path) =>
    /\/(icons\/maskable\.png|logo\.svg)$/.test(path) ? { status: 404, body: "" } : first(path);
  await saidToHost(lacks, /does not give icons\/maskable\.png and logo\.svg\. Upload/);
});

test("a host that gives the service worker another type is told so", async () => {
  const worker = await readFile("dist/sw.js", "utf8");
  const typed = (path) => (path === "/sw.js" ? { body: worker, type: "text/plain" } : first(path));
  // Firefox tells the page no more than that this is insecure.
  await saidToHost(typed, /^warning: Impasto is not kept .*(MIME|text\/plain|insecure)/);
});

test("a browser that keeps no page is told nothing and works", async () => {
  const script = () => {
    ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error("refused"));
  };
  await visit({ options, answer: first, script }, async ({ page, problems }) => {
    await paint(page);
    assert.deepEqual(problems, []);
  });
});

test("pictures that another app shares are the next ones to paint", async () => {
  await visit({ options, answer: first }, async ({ page, problems }) => {
    await ready(page);
    await active(page);
    await page.reload();
    const share = async (...hues) => {
      const files = await Promise.all(hues.map((hue) => drawPicture(page, 50, 40, hue)));
      const landed = await page.evaluate(
        async (files) => {
          const form = new FormData();
          for (const { name, base64 } of files) {
            const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
            form.append("picture", new File([data], name, { type: "image/png" }));
          }
          const answer = await fetch("share", { method: "POST", body: form });
          return answer.url;
        },
        files.map(({ name, buffer }) => ({ name, base64: buffer.toString("base64") })),
      );
      assert.equal(landed, page.url());
      await page.reload();
    };
    await share(7);
    await page.locator('#content .preview[alt="picture-7"]').waitFor();
    await share(8, 9);
    await page.locator('#content .preview[alt="picture-8"]').waitFor();
    await page.locator('#style .preview[alt="picture-9"]').waitFor();
    await page.reload();
    await ready(page);
    assert.equal(await page.locator("#content .preview").getAttribute("alt"), "Harbour town");
    // Of a service worker's redirection, which it follows all the same, Firefox says so.
    const others = problems.filter((problem) => !/A ServiceWorker intercepted/.test(problem));
    assert.deepEqual(others, []);
  });
});

const installing = only("chromium", "Firefox tells a test nothing of a manifest");

test(
  "it can be installed: its manifest is whole, and its icons are of their sizes",
  installing,
  async () => {
    await visit({ options, answer: first }, async ({ page }) => {
      const session = await page.context().newCDPSession(page);
      const { errors, data } = await session.send("Page.getAppManifest");
      assert.deepEqual(errors, []);
      const { icons } = JSON.parse(data);
      for (const { src, sizes } of icons.filter(({ sizes }) => sizes !== "any")) {
        const size = await page.evaluate(async (src) => {
          const image = Object.assign(new Image(), { src });
          await image.decode();
          return `${image.naturalWidth}x${image.naturalHeight}`;
        }, src);
        assert.equal(size, sizes);
      }
    });
  },
);

test("no request of a whole visit leaves the page's own origin, and none could", async () => {
  const permissive = "default-src * 'unsafe-inline' 'unsafe-eval' blob: data:";
  // The page's own policy must do it, on a host that sets none.
  const server = await serve("dist", first, permissive);
  const context = await newContext();
  const { page, requests, problems } = await open(context, server.origin);
  await ready(page);
  await element(page, "content-input").setInputFiles(await drawPicture(page, 50, 40, 7));
  await paint(page);
  await download(page);
  assert.ok(requests.length > 20);
  for (const request of requests) {
    assert.ok(request.startsWith(`${server.origin}/`) || request.startsWith(`blob:`), request);
  }
  assert.deepEqual(problems, []);
  const refused = await page.evaluate(async (patience) => {
    const refused = new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
        if (effectiveDirective === "connect-src") {
          resolve(true);
        }
      });
    });
    await fetch("http://127.0.0.2:1/").catch(() => {});
    return Promise.race([refused, new Promise((resolve) => setTimeout(resolve, patience))]);
  }, PATIENCE);
  assert.ok(refused, "the page's policy lets it leave");
  // From the second visit on the painter's thread is bound as well.
  await active(page);
  await page.reload();
  await ready(page);
  const refusedThere = await inWorker(
    page,
    async (patience) => {
      const refused = new Promise((resolve) => {
        addEventListener("securitypolicyviolation", () => resolve(true));
      });
      await fetch("http://127.0.0.2:1/").catch(() => {});
      return Promise.race([refused, new Promise((resolve) => setTimeout(resolve, patience))]);
    },
    PATIENCE,
  );
  assert.ok(refusedThere, "the worker's policy lets it leave");
  await context.close();
  server.close();
});

test("a model that is cut off is gone on with from where it broke", async () => {
  const whole = await readFile("dist/weights/vgg19.safetensors");
  const part = 1_000_000;
  const asked = [];
  const cuts = [1, 2].map(() => {
    let cut;
    const promise = new Promise((resolve) => {
      cut = resolve;
    });
    return { promise, cut };
  });
  const answer = (path, request) => {
    if (!isModel(path)) {
      return first(path);
    }
    const range = request.headers.range;
    const cut = cuts[asked.length]?.promise;
    asked.push(range);
    const from = range ? startOf(range) : 0;
    const body = cut ? whole.subarray(from, from + part) : whole.subarray(from);
    const headers = {
      "Content-Length": String(whole.length - from),
      ...(range && { "Content-Range": `bytes ${from}-${whole.length - 1}/${whole.length}` }),
    };
    return { status: range ? 206 : 200, headers, body, cut };
  };
  await visit({ answer }, async ({ page }) => {
    for (const [number, { cut }] of cuts.entries()) {
      // Not before the page has all that was sent, less half a byte for the rounding of the bar.
      await page.waitForFunction(
        (share) => document.getElementById("network-progress").value >= share,
        ((number + 1) * part - 0.5) / whole.length,
      );
      cut();
    }
    await ready(page);
    assert.deepEqual(asked, [undefined, `bytes=${part}-`, `bytes=${2 * part}-`]);
  });
});
