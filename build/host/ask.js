// Asks a server as a browser does, but sees what it really sends: nothing is unpacked, followed or kept by itself.

import http from "node:http";
import https from "node:https";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

/** What all browsers say that they unpack; some know more. */
const ACCEPTED = "gzip, deflate, br";
const PATIENCE_MILLISECONDS = 30_000;
const MOST_REDIRECTS = 5;

const UNPACK = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/**
 * @typedef {{
 *   url: URL, status: number, headers: http.IncomingHttpHeaders, raw: Buffer, moved: boolean,
 * }} Answer `raw` as it came over the wire; `moved` if the server sent to another address first
 */

function once(url, headers) {
  const { get } = url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const request = get(url, { headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status, headers } = response;
        resolve({ url, status, headers, raw: Buffer.concat(chunks), moved: false });
      });
    });
    request.setTimeout(PATIENCE_MILLISECONDS, () => {
      request.destroy(new Error(`no answer for ${PATIENCE_MILLISECONDS / 1000} seconds`));
    });
    request.on("error", reject);
  });
}

/**
 * @param {URL} url
 * @param {Record<string, string>} headers
 * @returns {Promise<Answer>} where its redirects lead
 * @throws {Error} where the server does not answer, or breaks off
 */
export async function ask(url, headers = {}) {
  const all = { "Accept-Encoding": ACCEPTED, Accept: "*/*", ...headers };
  let answer = await once(url, all);
  for (let count = 0; count < MOST_REDIRECTS && answer.headers.location; count++) {
    if (answer.status < 300 || answer.status > 399) {
      break;
    }
    answer = { ...(await once(new URL(answer.headers.location, answer.url), all)), moved: true };
  }
  return answer;
}

/** @param {Answer} answer */
export const encodingOf = ({ headers }) =>
  (headers["content-encoding"] ?? "identity").trim().toLowerCase();

/**
 * @param {Answer} answer
 * @returns {Buffer | null} its bytes unpacked, as a browser has them; none where they are not packed as it says
 */
export function unpacked(answer) {
  const encoding = encodingOf(answer);
  if (encoding === "identity") {
    return answer.raw;
  }
  try {
    return UNPACK[encoding]?.(answer.raw) ?? null;
  } catch {
    return null;
  }
}

/** @param {Answer} answer */
export const typeOf = ({ headers }) =>
  (headers["content-type"] ?? "").split(";")[0].trim().toLowerCase();
