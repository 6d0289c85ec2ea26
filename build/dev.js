// Serves the site, builds it again whenever a source is saved, and then loads the page again: ./build.sh dev.

import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import sirv from "sirv";

const SOURCES = ["src", "shaders", "samples", "www", "weights", "build", "Cargo.toml", "build.sh"];
/** An editor saves in several strokes. */
const SETTLING_MILLISECONDS = 200;

const [port] = process.argv.slice(2);

/** Pages that wait to be told. */
const pages = new Set();

const build = () =>
  new Promise((resolve) => {
    spawn("./build.sh", ["site"], { stdio: "inherit" }).on("close", resolve);
  });

let building = null;
let saved = false;

async function buildAgain() {
  saved = true;
  if (building) {
    return;
  }
  while (saved) {
    saved = false;
    building = build();
    const code = await building;
    building = null;
    if (code === 0 && !saved) {
      for (const page of pages) {
        page.write("data: built\n\n");
      }
    }
  }
}

let settling;
for (const source of SOURCES) {
  watch(source, { recursive: true }, () => {
    clearTimeout(settling);
    settling = setTimeout(buildAgain, SETTLING_MILLISECONDS);
  });
}

const RELOAD = `new EventSource("changes").onmessage = () => location.reload();\n`;
/** Gives up the page's place to the network: what was kept for times without one would be shown in place of changes. */
const WORKER = `
self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil(self.registration.unregister());
`;

function stream(request, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  pages.add(response);
  request.on("close", () => pages.delete(response));
}

async function page(_, response) {
  const html = await readFile("dist/index.html", "utf8");
  response.writeHead(200, { "Content-Type": "text/html", "Cache-Control": "no-store" });
  response.end(html.replace("</head>", '<script type="module" src="reload.js"></script></head>'));
}

const script = (body) => (_, response) => {
  response.writeHead(200, { "Content-Type": "text/javascript", "Cache-Control": "no-store" });
  response.end(body);
};

const special = {
  "/": page,
  "/index.html": page,
  "/changes": stream,
  "/reload.js": script(RELOAD),
  "/sw.js": script(WORKER),
};

const files = sirv("dist", { dev: true });
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const answer = special[pathname] ?? files;
  answer(request, response, () => response.writeHead(404).end());
});
server.listen(Number(port), "127.0.0.1", () => {
  console.log(`Serving http://localhost:${port}, and building again on every save (Ctrl+C stops)`);
});
