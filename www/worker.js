// The worker: owns the engine and its loop, so that the page never waits for the GPU.

import { decode } from "./decode.js";
import init, { Engine } from "./engine/impasto.js";
import { loadNetwork } from "./network.js";

let engine;
let run = null;

// The engine takes one call at a time: every call waits for the one before.
let last = Promise.resolve();
function serially(task) {
  const done = last.then(task);
  last = done.catch(() => {});
  return done;
}

const post = (type, values = {}, transfer = []) => postMessage({ type, ...values }, transfer);
const message = (error) => (error instanceof Error ? error.message : String(error));

// A turn of the event loop, in which messages come in and the canvas is shown; timers would wait four milliseconds.
function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

async function open(canvas) {
  if (!navigator.gpu || !(await navigator.gpu.requestAdapter())) {
    post("unsupported", {
      message:
        "This browser has WebGPU but found no graphics card that it may use. Update the graphics driver, or switch on hardware acceleration in the browser's settings.",
    });
    return;
  }
  await init();
  engine = await Engine.open(canvas);
  post("opened", { adapter: engine.adapter });
  await network();
}

async function network(file) {
  try {
    const bytes = file
      ? new Uint8Array(await file.arrayBuffer())
      : await loadNetwork((loaded, total) => post("network", { loaded, total }));
    await serially(() => engine.loadWeights(bytes));
    post("networkReady");
  } catch (error) {
    post("networkFailed", { message: message(error) });
  }
}

async function begin({ content, style, settings }) {
  const mine = { paused: false, stopped: false, wake: () => {} };
  if (run) {
    run.stopped = true;
    run.wake();
  }
  run = mine;
  try {
    const [picture, painting] = await Promise.all([decode(content), decode(style)]);
    await serially(() =>
      engine.begin(
        picture.data,
        picture.width,
        picture.height,
        painting.data,
        painting.width,
        painting.height,
        settings,
      ),
    );
    post("begun", { width: engine.width, height: engine.height });
    await paint(mine);
    post("finished");
  } catch (error) {
    post("failed", { message: message(error) });
  }
}

async function paint(mine) {
  while (!mine.stopped && !engine.finished) {
    if (mine.paused) {
      post("paused");
      await new Promise((resolve) => {
        mine.wake = resolve;
      });
      continue;
    }
    const records = await serially(() => engine.advance());
    if (records.length > 0) {
      post("steps", { records });
    }
    await turn();
  }
}

const orders = {
  open: ({ canvas }) => open(canvas),
  network: ({ file }) => network(file),
  begin,
  pause() {
    run.paused = true;
  },
  resume() {
    run.paused = false;
    run.wake();
  },
  stop() {
    run.stopped = true;
    run.wake();
  },
  async png() {
    const bytes = await serially(() => engine.png());
    post("png", { bytes }, [bytes.buffer]);
  },
};

addEventListener("message", async ({ data }) => {
  try {
    await orders[data.type](data);
  } catch (error) {
    post("failed", { message: message(error) });
  }
});
