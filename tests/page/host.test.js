// The check that a person runs against the site that they host: it finds each thing that a server may do wrong, says what
// to do, and is content with servers that do nothing wrong.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { serve, startOf } from "./server.js";
import { isModel } from "./site.js";

/** What the check prints, and the code with which it ends. */
const run = (url) =>
  new Promise((resolve) => {
    execFile("node", ["build/check-host.js", url], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, said: stdout + stderr }),
    );
  });

async function check(answer, { policy, base = "" } = {}) {
  const server = await serve("dist", answer, policy, base);
  try {
    return await run(`${server.origin}${base}/`);
  } finally {
    server.close();
  }
}

const model = await readFile("dist/weights/vgg19.safetensors");
const html = await readFile("dist/index.html", "utf8");
const script = await readFile("dist/page/main.js");
const thread = await readFile("dist/worker/worker.js");
const wasm = await readFile("dist/engine/impasto_bg.wasm");
const headers = { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" };
const page = { type: "text/html", body: html, headers };
const isPage = (path) => ["/", "/index.html"].includes(path);

/** As a good server gives parts. */
function part({ headers: { range } }, change = {}) {
  const start = startOf(range);
  const said = { "Content-Range": `bytes ${start}-${model.length - 1}/${model.length}` };
  return {
    status: 206,
    body: model.subarray(start),
    ...change,
    headers: { ...said, ...change.headers },
  };
}

/** A server that does everything right. */
function good(path, request) {
  if (isPage(path)) {
    return page;
  }
  return isModel(path) && request.headers.range ? part(request) : undefined;
}

/** One that does something else for some files. */
const except = (isMeant, answer) => (path, request) =>
  isMeant(path)
    ? ((typeof answer === "function" ? answer(request) : answer) ?? good(path, request))
    : good(path, request);

for (const base of ["", "/some/where"]) {
  test(`a host that does everything right is told so ${base}`, async () => {
    const { code, said } = await check(good, { base });
    assert.equal(code, 0, said);
    assert.match(said, /good {3}All \d{3} files of the page are there, and as they were built\./);
    assert.match(said, /good {3}weights\/vgg19\.safetensors arrives whole\./);
    assert.match(said, /good {3}weights\/vgg19\.safetensors comes in parts/);
    assert.match(said, /Everything is as the page needs it\.\n$/);
    assert.doesNotMatch(said, /WRONG|note/);
  });
}

const at = (wanted) => (path) => path === wanted;
const policyOf = (change) => ({
  ...page,
  headers: { ...headers, "Content-Security-Policy": change },
});

/** What servers do wrong, and what is said of it. */
const wrongs = {
  "a comment in index.html": [
    except(isPage, { ...page, body: `${html}<!-- served with love -->` }),
    /^WRONG {2}index\.html is changed: .*offline.*leave it as it is/m,
  ],
  "minified scripts": [
    except(at("/page/main.js"), { type: "text/javascript", body: "minified()" }),
    /^WRONG {2}page\/main\.js is changed/m,
  ],
  "a missing file": [
    except(at("/logo.svg"), { status: 404, body: "" }),
    /^WRONG {2}logo\.svg is answered with 404 and not 200: upload it/m,
  ],
  "the page in place of a missing file": [
    except(at("/worker/film.js"), page),
    /^WRONG {2}worker\/film\.js is missing, and index\.html comes in its place/m,
  ],
  "no list of the files": [
    except(at("/precache.js"), { status: 404, body: "" }),
    /^WRONG {2}precache\.js is answered with 404/m,
  ],
  "another list": [
    except(at("/precache.js"), { type: "text/javascript", body: "" }),
    /^WRONG {2}precache\.js is not the list/m,
  ],
  "no service worker": [
    except(at("/sw.js"), { status: 403, body: "" }),
    /^WRONG {2}sw\.js is answered with 403/m,
  ],
  "scripts as text": [
    except(at("/page/main.js"), { type: "text/plain", body: script }),
    /^WRONG {2}page\/main\.js comes as text\/plain: give it the Content-Type text\/javascript/m,
  ],
  "WebAssembly as anything": [
    except(at("/engine/impasto_bg.wasm"), { type: "application/octet-stream", body: wasm }),
    /^WRONG {2}engine\/impasto_bg\.wasm comes as application\/octet-stream: .*application\/wasm/m,
  ],
  "files without a type": [
    except(at("/engine/impasto_bg.wasm"), { body: wasm }),
    /^WRONG {2}engine\/impasto_bg\.wasm comes as no type/m,
  ],
  "a page that is kept": [
    except(isPage, { ...page, headers: { ...headers, "Cache-Control": "public, max-age=86400" } }),
    /^WRONG {2}index\.html may be kept \(Cache-Control: public, max-age=86400\).*no-cache/m,
  ],
  "a policy without WebAssembly": [
    except(isPage, policyOf("default-src 'self'; img-src 'self' blob:")),
    /^WRONG {2}http.* does not allow the page 'wasm-unsafe-eval' in script-src/m,
  ],
  "a policy without threads and previews": [
    except(isPage, policyOf("default-src 'self' 'wasm-unsafe-eval'; worker-src 'none'")),
    /does not allow the page blob: in img-src(.|\n)*does not allow the page 'self' in worker-src/,
  ],
  "a second policy": [
    except(
      isPage,
      policyOf("default-src 'self' 'wasm-unsafe-eval' blob:, connect-src https://a.example"),
    ),
    /does not allow the page 'self' in connect-src/,
  ],
  "a policy of the threads that forbids them WebAssembly": [
    except(at("/worker/worker.js"), {
      type: "text/javascript",
      body: thread,
      headers: { "Content-Security-Policy": "default-src 'self' blob:" },
    }),
    /^WRONG {2}http.*worker\.js: .* does not allow the page 'wasm-unsafe-eval'/m,
  ],
  "a sandbox": [except(isPage, policyOf("sandbox allow-scripts")), /has sandbox, with which/],
  "the page as a download": [
    except(isPage, { ...page, headers: { ...headers, "Content-Disposition": "attachment" } }),
    /^WRONG {2}http.* is given as a download/m,
  ],
  "a page that clears what is kept": [
    except(isPage, { ...page, headers: { ...headers, "Clear-Site-Data": '"storage"' } }),
    /^WRONG {2}http.* clears what the browser keeps/m,
  ],
  "isolation of the page without its threads": [
    except(isPage, {
      ...page,
      headers: { ...headers, "Cross-Origin-Embedder-Policy": "require-corp" },
    }),
    /^WRONG {2}http.*worker\/worker\.js lacks the cross-origin-embedder-policy/m,
  ],
  "a file from another host": [
    except(at("/samples/lake.jpg"), {
      status: 302,
      body: "",
      headers: { Location: "http://127.0.0.1:1/lake.jpg" },
    }),
    /^WRONG {2}samples\/lake\.jpg (does not arrive|is moved)/m,
  ],
  "a file that breaks off": [
    except(at("/samples/lake.jpg"), { body: Buffer.alloc(1000), cut: true }),
    /^WRONG {2}samples\/lake\.jpg does not arrive/m,
  ],
  "the model compressed without saying so": [
    except(isModel, ({ headers }) =>
      headers.range ? undefined : { body: gzipSync(model, { level: 1 }) },
    ),
    /^WRONG {2}weights\/vgg19\.safetensors comes compressed without saying so/m,
  ],
  "the model said to be compressed": [
    except(isModel, { body: model, headers: { "Content-Encoding": "gzip" } }),
    /^WRONG {2}weights\/vgg19\.safetensors is not compressed as its Content-Encoding says/m,
  ],
  "another model": [
    except(isModel, { body: Buffer.alloc(1000) }),
    /^WRONG {2}weights\/vgg19\.safetensors is changed/m,
  ],
  "no model": [
    except(isModel, { status: 404, body: "" }),
    /^WRONG {2}weights\/vgg19\.safetensors is answered with 404/m,
  ],
};

/** Answers to a request for a part of the model, none of them right. */
const parts = {
  "another part": (request) => part(request, { headers: { "Content-Range": "bytes 0-9/10" } }),
  "other bytes": (request) => part(request, { body: Buffer.alloc(1000) }),
  "more bytes": (request) => part(request, { body: model }),
  "a compressed part": (request) => part(request, { headers: { "Content-Encoding": "gzip" } }),
  "no such part": () => ({ status: 416, body: "" }),
  "other bytes as the whole": () => ({ status: 200, body: Buffer.alloc(9) }),
};
for (const [what, answer] of Object.entries(parts)) {
  const some = (request) => (request.headers.range ? answer(request) : undefined);
  wrongs[`a request for a part by ${what}`] = [
    except(isModel, some),
    /^WRONG {2}weights\/vgg19\.safetensors does not come rightly where a part is asked for.*206/m,
  ];
}

for (const [what, [answer, expected]] of Object.entries(wrongs)) {
  test(`a host is told of ${what}`, async () => {
    const { code, said } = await check(answer);
    assert.match(said, expected);
    assert.equal(code, 1, said);
    assert.match(said, /(1 thing is|\d+ things are) wrong\.\n$/);
  });
}

/** What a host may do, and what is said of it. */
const harmless = {
  "a model that is compressed and has no length": [
    except(isModel, ({ headers }) =>
      headers.range
        ? undefined
        : { body: gzipSync(model, { level: 1 }), headers: { "Content-Encoding": "gzip" } },
    ),
    /^note {3}weights\/vgg19\.safetensors comes compressed \(gzip\) and without a length/m,
  ],
  "a model without a length": [
    except(isModel, ({ headers }) => (headers.range ? undefined : { body: model })),
    /^note {3}weights\/vgg19\.safetensors comes without a length/m,
  ],
  "a server that knows no parts": [
    except(isModel, () => ({ body: model })),
    /^note {3}weights\/vgg19\.safetensors comes whole where a part is asked for/m,
  ],
  "a script that is compressed": [
    except(at("/page/main.js"), {
      type: "application/javascript; charset=utf-8",
      body: brotliCompressSync(script),
      headers: { "Content-Encoding": "br", "Cache-Control": "max-age=600" },
    }),
    /Everything is as the page needs it/,
  ],
  "a page without headers": [
    except(isPage, { type: "text/html", body: html }),
    /^note {3}http.* comes without x-content-type-options(.|\n)*without referrer-policy/m,
  ],
  "a feature that is switched off": [
    except(isPage, {
      ...page,
      headers: { ...headers, "Permissions-Policy": "camera=(), screen-wake-lock=(self)" },
    }),
    /^note {3}http.* switches camera off: no photo/m,
  ],
};

for (const [what, [answer, expected]] of Object.entries(harmless)) {
  test(`a host is told that ${what} is no harm`, async () => {
    const { code, said } = await check(answer);
    assert.match(said, expected);
    assert.equal(code, 0, said);
    assert.doesNotMatch(said, /screen-wake-lock/);
  });
}

test("where there is no page there is nothing to check", async () => {
  const nothing = await serve("dist", () => ({ status: 503, body: "" }));
  const { code, said } = await run(nothing.origin);
  nothing.close();
  assert.match(said, /is answered with 503: there is no page to check/);
  assert.equal(code, 2);
  assert.deepEqual((await run("http://127.0.0.1:1/")).code, 2);
  for (const url of ["", "nonsense", "ftp://example.org/"]) {
    const { code, said } = await run(url);
    assert.match(said, /^usage: node build\/check-host\.js URL/);
    assert.equal(code, 2);
  }
});
