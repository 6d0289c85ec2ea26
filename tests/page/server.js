// A file server for the tests, on a free port of this machine, which can be told to misbehave.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".jpg": "image/jpeg",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/** As strict as a host can be: whatever the page needs beyond its own files would show as an error. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
].join("; ");

/** Functions that a worker imports, by their paths. */
const asked = new Map();

/**
 * Gives the path, below that of the site, at which every server has a function as a module.
 * @param {Function} act
 */
export function ask(act) {
  const body = `export default ${act};`;
  const path = `asked/${createHash("sha256").update(body).digest("hex")}.js`;
  asked.set(`/${path}`, { type: TYPES[".js"], body });
  return path;
}

/**
 * @param {string} range the header of a request for all from some byte on
 * @returns {number} that byte
 */
export const startOf = (range) => Number(range.match(/^bytes=(\d+)-$/)[1]);

/** @typedef {{origin: string, requests: string[], close: () => void}} Server */

/**
 * @typedef {{
 *   status?: number, type?: string, body?: Buffer | string, cut?: boolean | Promise<void>, until?: Promise<void>,
 *   headers?: Record<string, string>,
 * }} Answer
 * @param {string} folder the built site
 * @param {(path: string, request: import("node:http").IncomingMessage) => Answer | undefined} answer instead of the file, for the paths on which it gives something;
 *   `cut` breaks the connection after the body, at once or when it is resolved: a browser may lose what has not arrived
 *   by then; `until` holds the answer back
 * @param {string} policy the Content-Security-Policy
 * @param {string} base where the site is, as "/some/where"
 * @returns {Promise<Server>}
 */
export async function serve(folder, answer = () => undefined, policy = POLICY, base = "") {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    requests.push(pathname);
    if (!pathname.startsWith(`${base}/`)) {
      response.writeHead(404).end();
      return;
    }
    const path = pathname === `${base}/` ? "/index.html" : pathname.slice(base.length);
    response.setHeader("Content-Security-Policy", policy);
    const special = asked.get(path) ?? answer(path, request);
    await special?.until;
    if (special?.body !== undefined || special?.status) {
      const type = special.type ? { "Content-Type": special.type } : {};
      response.writeHead(special.status ?? 200, { ...type, ...special.headers });
      const body = special.body ?? "";
      if (special.cut) {
        // After what was written has left, so that it is the body that breaks off.
        response.write(body, async () => {
          await special.cut;
          response.socket.end();
        });
      } else {
        response.write(body);
        response.end();
      }
      return;
    }
    try {
      const body = await readFile(join(folder, normalize(path)));
      response.writeHead(200, {
        "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
        "Content-Length": body.length,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
