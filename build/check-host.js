// Checks a site that somebody hosts: node build/check-host.js URL. It asks for every file as a browser does, tells what is
// wrong and what to do, and ends with 1 if anything is, with 2 if there is nothing to check.

import { ask, unpacked } from "./host/ask.js";
import {
  checkAddress,
  checkFile,
  checkFiles,
  checkHeaders,
  checkModel,
  checkWorker,
} from "./host/checks.js";

/** Which files the page has, as its host says it. */
const LIST = "precache.js";

let wrongs = 0;
const report = {
  wrong(what) {
    wrongs += 1;
    console.log(`WRONG  ${what}`);
  },
  note: (what) => console.log(`note   ${what}`),
  good: (what) => console.log(`good   ${what}`),
};

/** @param {string} message */
function give(message) {
  console.error(message);
  process.exit(2);
}

/** @param {string | undefined} written */
function rootOf(written) {
  const usage =
    "usage: node build/check-host.js URL, with the page's address, as https://example.org/impasto/";
  if (!written || !URL.canParse(written) || !/^https?:$/.test(new URL(written).protocol)) {
    give(usage);
  }
  const url = new URL(written.replace(/index\.html$/, ""));
  url.search = url.hash = "";
  return url;
}

/**
 * The page itself, at the address that visitors have.
 * @param {URL} url
 */
async function openPage(url) {
  const page = await ask(url).catch(({ message }) => give(`${url} does not answer: ${message}`));
  if (page.moved) {
    report.note(`${url} leads to ${page.url}.`);
  }
  if (page.status !== 200) {
    give(`${page.url} is answered with ${page.status}: there is no page to check.`);
  }
  return page;
}

/**
 * @param {URL} root
 * @param {Buffer | null} index
 * @returns {Promise<Record<string, string>>} the page's files with their sums
 */
async function listOf(root, index) {
  const list = await checkFile(root, LIST, null, index, report);
  if (!list) {
    return {};
  }
  try {
    return JSON.parse(list.bytes.toString().match(/\{.*\}/s)?.[0] ?? "").files;
  } catch {
    report.wrong(`${LIST} is not the list of the page's files: upload the whole site again.`);
    return {};
  }
}

const page = await openPage(rootOf(process.argv[2]));
const root = new URL(".", page.url);
const index = unpacked(page);
checkAddress(root, report);
checkHeaders(page, report);
const files = await listOf(root, index);
// Whether it is there is told with all other files.
const worker = await ask(new URL("worker/worker.js", root)).catch(() => null);
if (worker?.status === 200) {
  checkWorker(page, worker, report);
}
await checkFile(root, "sw.js", null, index, report);
const names = Object.keys(files).length;
const right = await checkFiles(root, files, index, report);
if (names > 0 && right === names) {
  report.good(`All ${names} files of the page are there, and as they were built.`);
}
await checkModel(root, index, report);
console.log(
  wrongs === 0
    ? "Everything is as the page needs it."
    : `${wrongs} ${wrongs === 1 ? "thing is" : "things are"} wrong.`,
);
process.exitCode = wrongs === 0 ? 0 : 1;
