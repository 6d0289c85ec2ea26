// The model's way from servers as they are: it arrives whole, or the page says why not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, createGzip, gzipSync } from "node:zlib";
import { ready } from "./browser.js";
import { startOf } from "./server.js";
import { IMPATIENT, isModel, LITTLE_MODEL, manifestOf, visit, withFakeEngine } from "./site.js";

const whole = LITTLE_MODEL;
const size = whole.length;
const engine = withFakeEngine({}, IMPATIENT);

/**
 * Opens the page on a server that answers requests for the model in turn, the last answer over and over. An answer's `cut`
 * waits, given the page, for the moment at which its connection breaks.
 */
async function from(answers, steps, model = whole) {
  const asked = [];
  let isOpen;
  const opened = new Promise((resolve) => {
    isOpen = resolve;
  });
  const answer = (path, request) => {
    if (path === "/weights/manifest.json") {
      return { type: "application/json", body: manifestOf(model) };
    }
    if (!isModel(path)) {
      return engine(path);
    }
    asked.push(request.headers.range);
    const next = answers[Math.min(asked.length, answers.length) - 1];
    const given = typeof next === "function" ? next(request) : next;
    return given.cut ? { ...given, cut: opened.then(given.cut) } : given;
  };
  await visit({ answer }, ({ page }) => {
    isOpen(page);
    return steps(page, asked);
  });
}

const arrives = (answers, then = () => {}) =>
  from(answers, async (page, asked) => {
    await ready(page);
    then(asked);
  });

const packed = { gzip: gzipSync(whole), br: brotliCompressSync(whole) };

for (const [encoding, body] of Object.entries(packed)) {
  test(`a model that is compressed by ${encoding}, and has no length, arrives whole`, async () => {
    await arrives([{ body, headers: { "Content-Encoding": encoding } }]);
  });
}

test("a model without a length arrives whole, and one with it too", async () => {
  await arrives([{ body: whole }]);
  await arrives([{ body: whole, headers: { "Content-Length": String(size) } }]);
});

/** Waits until the page has so large a share of the model. */
const has = (share) => (page) =>
  page.waitForFunction(
    (share) => document.getElementById("network-progress").value >= share,
    share,
  );

const BROKEN_AT = 20_000;
/** Breaks off after so many bytes, when the page has them; half a byte is for the rounding of the bar. */
const broken = { body: whole.subarray(0, BROKEN_AT), cut: has((BROKEN_AT - 0.5) / size) };
const said = (start, end, all = size) => ({ "Content-Range": `bytes ${start}-${end}/${all}` });

/** Answers that a server may give to a request for the rest, none of them right. */
const wrong = {
  "another part than was asked for": {
    status: 206,
    headers: said(0, size - 1),
    body: whole,
  },
  "a part of which it does not say which": { status: 206, body: whole.subarray(BROKEN_AT) },
  "a part with other bytes than it says": {
    status: 206,
    headers: said(BROKEN_AT, size - 1),
    body: Buffer.alloc(size - BROKEN_AT, "other"),
  },
  "all of it, as if it were the part": {
    status: 206,
    headers: said(BROKEN_AT, size - 1),
    body: whole,
  },
  "a part of another file": {
    status: 206,
    headers: said(BROKEN_AT, size + 9, size + 10),
    body: Buffer.alloc(size + 10 - BROKEN_AT),
  },
  "a part of what it compresses": {
    status: 206,
    headers: { ...said(BROKEN_AT, size - 1), "Content-Encoding": "gzip" },
    body: packed.gzip.subarray(30),
  },
  "that it has no such part": { status: 416, body: "" },
  "that parts are too much for it": { status: 500, body: "" },
};

for (const [what, answer] of Object.entries(wrong)) {
  test(`a server that answers ${what} is asked for all of the model`, async () => {
    const strange = ({ headers }) => (headers.range ? answer : { body: whole });
    await arrives([broken, strange], (asked) => {
      const [first, second, ...more] = asked;
      const last = more.pop();
      assert.deepEqual([first, second, last], [undefined, `bytes=${BROKEN_AT}-`, undefined]);
      // Some of these answers a browser takes for a broken connection, and may have taken bytes of them before.
      for (const range of more) {
        assert.ok(startOf(range) >= BROKEN_AT, range);
      }
    });
  });
}

test("a server that knows no parts sends all of the model again", async () => {
  await arrives([broken, { body: whole }], (asked) => {
    assert.deepEqual(asked, [undefined, `bytes=${BROKEN_AT}-`]);
  });
});

const gzipped = { "Content-Encoding": "gzip" };

/** What has been sent of a compressed file when so much of it can be unpacked. */
async function packedUpTo(part) {
  const gzip = createGzip();
  const sent = [];
  gzip.on("data", (chunk) => sent.push(chunk));
  gzip.write(part);
  await new Promise((resolve) => gzip.flush(resolve));
  return Buffer.concat(sent);
}

test("a compressed model that breaks off goes on uncompressed from where it broke", async () => {
  // More than browsers unpack at once; how much of it they give before the connection breaks is their own.
  const large = Buffer.alloc(2_000_000, "model");
  const half = await packedUpTo(large.subarray(0, 1_900_000));
  const rest = ({ headers }) => {
    const start = startOf(headers.range);
    return {
      status: 206,
      headers: said(start, large.length - 1, large.length),
      body: large.subarray(start),
    };
  };
  const start = { body: half, headers: gzipped, cut: has(1 / large.length) };
  const steps = async (page, asked) => {
    await ready(page);
    const [first, second, ...more] = asked;
    assert.equal(first, undefined);
    const begun = startOf(second);
    assert.ok(begun > 0 && begun <= 1_900_000, `it goes on from ${begun}`);
    assert.deepEqual(more, []);
  };
  await from([start, rest], steps, large);
});

test("a compressed model that breaks off before anything is unpacked is asked for again", async () => {
  // At once: of what cannot be unpacked a browser tells the page nothing, not even that there is an answer.
  const start = { body: packed.gzip.subarray(0, 15), headers: gzipped, cut: async () => {} };
  await arrives([start, { body: packed.gzip, headers: gzipped }]);
});

test("a server that gives less than it is asked for is asked until it is all there", async () => {
  const most = 12_000;
  const part = ({ headers }) => {
    const start = startOf(headers.range);
    const body = whole.subarray(start, start + most);
    return { status: 206, headers: said(start, start + body.length - 1), body };
  };
  await arrives([broken, part], (asked) => {
    assert.deepEqual(asked.slice(1), ["bytes=20000-", "bytes=32000-", "bytes=44000-"]);
  });
});

const unusable = {
  "is compressed and does not say so": [{ body: packed.gzip }, /could not be unpacked/],
  "says that it is compressed and is not": [
    { body: whole, headers: { "Content-Encoding": "gzip" } },
    /could not be unpacked|could not be loaded/,
  ],
  "is cut off, and whose length is that of the part": [
    { body: whole.subarray(0, 30_000), headers: { "Content-Length": "30000" } },
    /arrived damaged/,
  ],
};

for (const [what, [answer, expected]] of Object.entries(unusable)) {
  test(`of a model that ${what} it is said why it cannot be had`, async () => {
    await from([answer], async (page) => {
      await page.locator("#error", { hasText: expected }).waitFor();
      assert.equal(await page.locator("#network").getAttribute("data-state"), "failed");
    });
  });
}
