// The worker: owns the engine and its loop, so that the page never waits for the GPU.

import { decode } from "./decode.js";
import init, { Engine } from "./engine/impasto.js";
import { loadNetwork } from "./network.js";

let engine;
/** The painting under way; its number comes with the order and goes with every answer, so that no old one is shown. */
let run = null;
/** Counts the orders for a network: what arrives after a later order is out of date. */
let networkOrder = 0;

// The engine takes one call at a time, and a look at its values is a call: each waits for the one before.
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
  if (!navigator.gpu) {
    post("unsupported", { reason: "worker" });
    return;
  }
  if (!(await navigator.gpu.requestAdapter())) {
    post("unsupported", { reason: "adapter" });
    return;
  }
  await init();
  engine = await Engine.open(canvas);
  post("opened", { adapter: engine.adapter });
  await network();
}

async function network(file) {
  networkOrder += 1;
  const order = networkOrder;
  const answer = (type, values) => {
    if (order === networkOrder) {
      post(type, values);
    }
  };
  try {
    const bytes = file
      ? new Uint8Array(await file.arrayBuffer())
      : await loadNetwork((loaded, total) => answer("network", { loaded, total }));
    if (order === networkOrder) {
      await serially(() => engine.loadWeights(bytes));
    }
    answer("networkReady");
  } catch (error) {
    answer("networkFailed", { message: message(error), file: file?.name });
  }
}

async function begin({ number, content, style, settings }) {
  stop();
  const mine = { number, paused: false, stopped: false, wake: () => {} };
  run = mine;
  try {
    const [picture, painting] = await Promise.all([decode(content), decode(style)]);
    if (mine.stopped) {
      return;
    }
    const size = await serially(async () => {
      await engine.begin(
        picture.data,
        picture.width,
        picture.height,
        painting.data,
        painting.width,
        painting.height,
        settings,
      );
      return { width: engine.width, height: engine.height };
    });
    post("begun", { number, ...size });
    await paint(mine);
    post("finished", { number });
  } catch (error) {
    post("failed", { number, message: message(error) });
  }
}

async function paint(mine) {
  let finished = false;
  while (!mine.stopped && !finished) {
    if (mine.paused) {
      post("paused", { number: mine.number });
      await new Promise((resolve) => {
        mine.wake = resolve;
      });
      continue;
    }
    let records;
    // Both in one turn: the engine answers nothing, not even this, while another call is under way.
    [records, finished] = await serially(async () => [await engine.advance(), engine.finished]);
    if (records.length > 0) {
      post("steps", { number: mine.number, records });
    }
    await turn();
  }
}

function stop() {
  if (run) {
    run.stopped = true;
    run.wake();
  }
}

async function png() {
  try {
    const bytes = await serially(() => engine.png());
    post("png", { bytes }, [bytes.buffer]);
  } catch (error) {
    post("pngFailed", { message: message(error) });
  }
}

async function memory({ sides, size, memory, precision }) {
  try {
    post("memory", await serially(() => engine.memory(...sides, size, memory, precision)));
  } catch (error) {
    post("memory", { message: message(error) });
  }
}

const orders = {
  async open({ canvas }) {
    try {
      await open(canvas);
    } catch (error) {
      post("openFailed", { message: message(error) });
    }
  },
  network: ({ file }) => network(file),
  memory,
  begin,
  pause() {
    run.paused = true;
  },
  resume() {
    run.paused = false;
    run.wake();
  },
  stop,
  png,
};

addEventListener("message", ({ data }) => orders[data.type](data));
