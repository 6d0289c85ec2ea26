// A file server for the tests, on a free port of this machine, which can be told to misbehave.

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
};

/** As strict as a host can be: whatever the page needs beyond its own files would show as an error. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
].join("; ");

/**
 * @typedef {{status?: number, type?: string, body?: Buffer | string, cut?: boolean, until?: Promise<void>}} Answer
 * @param {string} folder the built site
 * @param {(path: string) => Answer | undefined} answer instead of the file, for the paths on which it gives something;
 *   `cut` breaks the connection after the body, `until` holds it back
 * @param {string} policy the Content-Security-Policy
 * @returns {Promise<{origin: string, requests: string[], close: () => void}>}
 */
export async function serve(folder, answer = () => undefined, policy = POLICY) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    requests.push(pathname);
    const path = pathname === "/" ? "/index.html" : pathname;
    response.setHeader("Content-Security-Policy", policy);
    const special = answer(path);
    await special?.until;
    if (special?.body !== undefined || special?.status) {
      response.writeHead(
        special.status ?? 200,
        special.type ? { "Content-Type": special.type } : {},
      );
      response.write(special.body ?? "");
      if (special.cut) {
        // After what was written has left, so that it is the body that breaks off.
        setTimeout(() => response.destroy(), 100);
      } else {
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
