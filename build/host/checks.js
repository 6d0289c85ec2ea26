// What a host must give for the page to work, to be kept for offline use, and to be quick: each check tells what is wrong
// and what to do.

import { createHash } from "node:crypto";
import { ask, encodingOf, typeOf, unpacked } from "./ask.js";
import { lacksOf, missingFeatures } from "./policy.js";

/** @typedef {{wrong: (what: string) => void, note: (what: string) => void, good: (what: string) => void}} Report */

const SCRIPT = /^(text|application)\/(x-)?(javascript|ecmascript)$/;
/** The types without which a browser does not take a file, by its ending. */
const TYPES = [
  { ending: /\.js$/, type: SCRIPT, take: "text/javascript" },
  { ending: /\.wasm$/, type: /^application\/wasm$/, take: "application/wasm" },
  { ending: /\.css$/, type: /^text\/css$/, take: "text/css" },
  { ending: /\.html$/, type: /^text\/html$/, take: "text/html" },
  { ending: /\.svg$/, type: /^image\/svg\+xml$/, take: "image/svg+xml" },
  {
    ending: /\.webmanifest$/,
    type: /^(application\/(manifest\+json|json)|text\/json)$/,
    take: "application/manifest+json",
  },
];
/** Asked for anew at each visit, so that a new version is seen. */
const FRESH = ["index.html", "sw.js", "precache.js"];
const MANIFEST = "weights/manifest.json";
/** How many files are asked for at once. */
const AT_ONCE = 6;
const PART = 1000;

const sumOf = (bytes) => createHash("sha256").update(bytes).digest("hex");
const isLocal = ({ hostname }) =>
  /^(localhost|127(\.\d+){3}|\[::1\]|.*\.localhost)$/.test(hostname);

/** @param {URL} url */
export function checkAddress(url, { wrong, good }) {
  if (url.protocol === "https:" || isLocal(url)) {
    good("The address is one to which browsers give WebGPU and service workers.");
  } else {
    wrong(
      `${url} is not https: browsers give WebGPU and service workers to https and localhost alone. Serve the page over https.`,
    );
  }
}

/** @param {import("./ask.js").Answer} answer */
export function checkHeaders(answer, { wrong, note }) {
  const { headers, url } = answer;
  for (const lack of lacksOf(headers["content-security-policy"], url)) {
    wrong(`${url}: ${lack}.`);
  }
  for (const missing of missingFeatures(headers["permissions-policy"])) {
    note(`${url}: ${missing}.`);
  }
  if (headers["content-disposition"]?.startsWith("attachment")) {
    wrong(`${url} is given as a download (Content-Disposition): leave that header out.`);
  }
  if (headers["clear-site-data"]) {
    wrong(`${url} clears what the browser keeps of the page (Clear-Site-Data): leave that out.`);
  }
  const recommended = {
    "content-security-policy": "nothing binds the page's threads on the first visit",
    "x-content-type-options": "browsers may guess types",
    "referrer-policy": "other sites learn this address from links",
  };
  for (const [name, what] of Object.entries(recommended)) {
    if (!headers[name]) {
      note(`${url} comes without ${name}, so that ${what}: docs/hosting.md has a good one.`);
    }
  }
}

/**
 * The page's thread has headers of its own: the policy that it keeps to, and whether it may run where the page shuts others
 * out.
 * @param {import("./ask.js").Answer} page
 * @param {import("./ask.js").Answer} worker
 */
export function checkWorker(page, worker, { wrong }) {
  const policy = worker.headers["content-security-policy"];
  if (policy !== page.headers["content-security-policy"]) {
    for (const lack of lacksOf(policy, worker.url)) {
      wrong(`${worker.url}: ${lack}.`);
    }
  }
  const name = "cross-origin-embedder-policy";
  const isolated = ["require-corp", "credentialless"].includes(page.headers[name]);
  if (isolated && page.headers[name] !== worker.headers[name]) {
    wrong(
      `${worker.url} lacks the ${name} of the page, without which browsers do not start it: send that header with every file, or with none.`,
    );
  }
}

/**
 * @param {string} path
 * @param {import("./ask.js").Answer} answer
 */
function checkType(path, answer, { wrong }) {
  const known = TYPES.find(({ ending }) => ending.test(path));
  if (known && !known.type.test(typeOf(answer))) {
    const type = typeOf(answer) || "no type";
    wrong(`${path} comes as ${type}: give it the Content-Type ${known.take}.`);
  }
}

function checkCaching(path, { headers }, { wrong }) {
  const how = headers["cache-control"] ?? "";
  const isFresh = /no-cache|no-store|max-age=0\b/.test(how);
  if (FRESH.includes(path) && !isFresh && /max-age=|immutable/.test(how)) {
    wrong(
      `${path} may be kept (Cache-Control: ${how}), so that new versions are seen late: send Cache-Control: no-cache with it.`,
    );
  }
}

/**
 * Whether a file is there and comes as it was built.
 * @param {URL} root
 * @param {string} path
 * @param {string | null} sum none where it is not known
 * @param {Buffer | null} index what the server answers for the page, which some answer for whatever they lack
 * @returns {Promise<{answer: import("./ask.js").Answer, bytes: Buffer} | null>} none where it is not
 */
export async function checkFile(root, path, sum, index, report) {
  const { wrong } = report;
  const answer = await ask(new URL(path, root)).catch(({ message }) => {
    wrong(`${path} does not arrive: ${message}. Try again; if it stays so, upload it again.`);
    return null;
  });
  if (!answer) {
    return null;
  }
  if (answer.url.origin !== root.origin) {
    wrong(
      `${path} is moved to ${answer.url.origin}: the page takes files from its own host alone.`,
    );
    return null;
  }
  if (answer.status !== 200) {
    wrong(`${path} is answered with ${answer.status} and not 200: upload it, or allow it.`);
    return null;
  }
  const bytes = unpacked(answer);
  if (!bytes) {
    wrong(
      `${path} is not compressed as its Content-Encoding says (${encodingOf(answer)}): leave it uncompressed, or say how it is.`,
    );
    return null;
  }
  if (path !== "index.html" && index?.equals(bytes)) {
    wrong(`${path} is missing, and index.html comes in its place: upload it.`);
    return null;
  }
  checkType(path, answer, report);
  checkCaching(path, answer, report);
  if (sum && sumOf(bytes) !== sum) {
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    wrong(
      isPacked
        ? `${path} comes compressed without saying so: send Content-Encoding: gzip with it, or the file as it is.`
        : `${path} is changed: its SHA-256 is not the built file's, so that the page is not kept for offline use. Make the host leave it as it is (no comments or scripts put in, nothing minified), or upload it again.`,
    );
    return null;
  }
  return { answer, bytes };
}

/**
 * Every file of the built page.
 * @param {URL} root
 * @param {Record<string, string>} files their sums
 * @param {Buffer | null} index
 * @returns {Promise<number>} how many are as they should be
 */
export async function checkFiles(root, files, index, report) {
  const left = Object.entries(files);
  let right = 0;
  const next = async () => {
    for (let entry = left.shift(); entry; entry = left.shift()) {
      const [path, sum] = entry;
      const found = await checkFile(root, path, sum, index, report);
      right += found ? 1 : 0;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return right;
}

/** How the model's parts come, which a broken download is gone on with. */
async function checkParts(root, path, bytes, { wrong, note, good }) {
  const start = bytes.length - PART;
  // As browsers ask for parts.
  const headers = { Range: `bytes=${start}-`, "Accept-Encoding": "identity" };
  const answer = await ask(new URL(path, root), headers).catch(() => null);
  const rule = "Answer with 206, the Content-Range and its bytes, or with 200 and the whole file.";
  if (answer?.status === 200 && unpacked(answer)?.equals(bytes)) {
    note(`${path} comes whole where a part is asked for: a download that breaks off begins again.`);
    return;
  }
  const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  const isRight =
    answer?.status === 206 &&
    encodingOf(answer) === "identity" &&
    answer.headers["content-range"] === range &&
    answer.raw.equals(bytes.subarray(start));
  if (isRight) {
    good(`${path} comes in parts, so that a download that breaks off is gone on with.`);
  } else {
    const what = answer ? `${answer.status}, ${answer.headers["content-range"]}` : "nothing";
    const how = answer && encodingOf(answer) !== "identity" ? ", compressed" : "";
    wrong(
      `${path} does not come rightly where a part is asked for: ${headers.Range} is answered with ${what}${how}, or with other bytes. ${rule}`,
    );
  }
}

/**
 * The model, which is large: whether it comes whole, in which form, and in parts.
 * @param {URL} root
 * @param {Buffer | null} index
 */
export async function checkModel(root, index, report) {
  const described = await checkFile(root, MANIFEST, null, index, report);
  if (!described) {
    return;
  }
  let manifest;
  try {
    manifest = JSON.parse(described.bytes.toString());
  } catch {
    report.wrong(`${MANIFEST} is not JSON: upload it again.`);
    return;
  }
  const path = `weights/${manifest.file}`;
  const model = await checkFile(root, path, manifest.sha256, index, report);
  if (!model) {
    return;
  }
  report.good(`${path} arrives whole.`);
  const { answer, bytes } = model;
  if (encodingOf(answer) !== "identity") {
    const length = answer.headers["content-length"] ? "" : " and without a length";
    report.note(
      `${path} comes compressed (${encodingOf(answer)})${length}: the page takes that, but it gains little and costs the server time.`,
    );
  } else if (!answer.headers["content-length"]) {
    report.note(
      `${path} comes without a length: the page takes that, but a browser may not see that it breaks off.`,
    );
  }
  await checkParts(root, path, bytes, report);
}
