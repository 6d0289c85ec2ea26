// Keeps the whole page, so that it opens without a network, and always all of one version.
//
// precache.js is the build's: the version, and every file with its sum. A file that arrives with another sum, as while a
// host is being updated, ends the installation, and what is there stays in use. It is small enough to have no need for
// a library, whose build tools would be the largest thing that this project installs.

importScripts("precache.js");

/** What this is, which no worker knows before it runs. */
const worker =
  /** @type {ServiceWorkerGlobalScope & {PRECACHE: {version: string, files: Record<string, string>}}} */ (
    /** @type {unknown} */ (self)
  );
const { version, files } = worker.PRECACHE;
const PREFIX = "impasto-page-";
const CACHE = PREFIX + version;
/** Where pictures wait that another app has shared. */
const SHARED = "impasto-shared";

/** As in index.html; a worker has the policy of its own answer and not the page's. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const scope = new URL(worker.registration.scope);
/** @param {string} path */
const keyOf = (path) => new URL(`${path}?sha256=${files[path]}`, scope).href;

/** @param {BufferSource} bytes */
async function sumOf(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A file that the server does not give as it was built. */
class Unfit extends Error {
  /**
   * @param {string} path
   * @param {"missing" | "changed"} what
   */
  constructor(path, what) {
    super(`${path} is ${what}`);
    this.path = path;
    this.what = what;
  }
}

/**
 * Tells every page, kept or not, why there is nothing for times without a network.
 * @param {unknown[]} reasons
 */
async function tell(reasons) {
  /** @param {string} kind */
  const pathsOf = (kind) =>
    reasons.flatMap((why) => (why instanceof Unfit && why.what === kind ? [why.path] : []));
  const others = reasons.flatMap((why) => (why instanceof Unfit ? [] : [String(why)]));
  const told = { changed: pathsOf("changed"), missing: pathsOf("missing"), others };
  const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const tab of tabs) {
    tab.postMessage(told);
  }
}

/** @param {string} path */
async function download(path) {
  const answer = await fetch(new URL(path, scope), { cache: "no-cache" });
  if (!answer.ok) {
    throw new Unfit(path, "missing");
  }
  const bytes = await answer.arrayBuffer();
  if ((await sumOf(bytes)) !== files[path]) {
    throw new Unfit(path, "changed");
  }
  const headers = {
    "Content-Type": answer.headers.get("Content-Type") ?? "application/octet-stream",
    "Content-Security-Policy": POLICY,
  };
  return new Response(bytes, { headers });
}

async function install() {
  const cache = await caches.open(CACHE);
  /** @param {string} path */
  const keep = async (path) => {
    // What has not changed since the last version is not downloaded again.
    const answer = (await caches.match(keyOf(path))) ?? (await download(path));
    await cache.put(keyOf(path), answer);
  };
  // All of them, so that all can be told of that are wrong.
  const done = await Promise.allSettled(Object.keys(files).map(keep));
  const reasons = done.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  if (reasons.length > 0) {
    await tell(reasons);
    throw reasons[0];
  }
}

async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/**
 * The file that a request is for; none where it is not of this version's.
 * @param {Request} request
 */
function pathOf(request) {
  const url = new URL(request.url);
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) {
    return null;
  }
  const path = decodeURIComponent(url.pathname.slice(scope.pathname.length)) || "index.html";
  return Object.hasOwn(files, path) ? path : null;
}

/**
 * @param {string} path
 * @param {Request} request
 */
async function kept(path, request) {
  const cache = await caches.open(CACHE);
  // The browser may have cleared it.
  return (await cache.match(keyOf(path))) ?? fetch(request);
}

/**
 * Another app has shared pictures: they wait until the page has loaded and takes them.
 * @param {Request} request
 */
async function takeShared(request) {
  const form = await request.formData();
  const cache = await caches.open(SHARED);
  for (const [number, file] of form.getAll("picture").entries()) {
    if (file instanceof File) {
      const headers = { "Content-Type": file.type, "X-Name": encodeURIComponent(file.name) };
      await cache.put(new URL(`shared/${number}`, scope).href, new Response(file, { headers }));
    }
  }
  return Response.redirect(scope.href, 303);
}

/**
 * The tabs that are open stay with their version: two versions at once would share what the browser keeps.
 * @param {Client | ServiceWorker | MessagePort} client which asks for it
 */
async function useNow(client) {
  const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (tabs.length > 1) {
    client.postMessage("others");
  } else {
    await worker.skipWaiting();
  }
}

worker.oninstall = (event) => event.waitUntil(install());
worker.onactivate = (event) => event.waitUntil(forgetOthers());
worker.onmessage = (event) => {
  if (event.data === "use" && event.source) {
    event.waitUntil(useNow(event.source));
  }
};
worker.onfetch = (event) => {
  const { request } = event;
  if (request.method === "POST" && request.url === new URL("share", scope).href) {
    event.respondWith(takeShared(request));
    return;
  }
  const path = request.method === "GET" ? pathOf(request) : null;
  if (path) {
    event.respondWith(kept(path, request));
  }
};
