// The worker: owns the engine and its loop, so that the page never waits for the GPU.

import { decode } from "./decode.js";
import init, { Engine } from "./engine/impasto.js";
import { canFilm, Film } from "./film.js";
import { loadNetwork } from "./network.js";
import { encode } from "./output.js";
import { sha256 } from "./sum.js";

let engine;
let canvas;
/** Until the engine's code is there: what needs no GPU can be asked of it then. */
let setLoaded;
const loaded = new Promise((resolve) => {
  setLoaded = resolve;
});
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

async function open() {
  if (!navigator.gpu) {
    post("unsupported", { reason: "worker" });
    return;
  }
  if (!(await navigator.gpu.requestAdapter())) {
    post("unsupported", { reason: "adapter" });
    return;
  }
  await init();
  setLoaded();
  engine = await Engine.open(canvas);
  post("opened", { adapter: engine.adapter, choices: Engine.choices(), films: canFilm() });
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

async function picture(file) {
  const [pixels, sum] = await Promise.all([decode(file), file.arrayBuffer().then(sha256)]);
  return { pixels, sum };
}

/** A style with its pixels and those of its masks, and what is recorded of it. */
async function openStyle({ file, part, scale, ...masks }) {
  const optional = (mask) => mask && picture(mask);
  const [{ pixels, sum }, region, source] = await Promise.all([
    picture(file),
    optional(masks.region),
    optional(masks.source),
  ]);
  const input = { sha256: sum, part, scale, region: region?.sum, source: source?.sum };
  return { pixels, part, scale, region, source, input };
}

// In one turn: of a painting that is given up halfway nothing stays for the next.
function beginEngine(mine, content, styles, start, settings) {
  return serially(async () => {
    for (const { pixels, part, scale, region, source } of styles) {
      engine.addStyle(pixels.data, pixels.width, pixels.height, part, scale);
      if (region) {
        engine.setRegion(region.pixels.data, region.pixels.width, region.pixels.height);
      }
      if (source) {
        engine.setSource(source.pixels.data, source.pixels.width, source.pixels.height);
      }
    }
    if (start) {
      engine.startFrom(start.data, start.width, start.height);
    }
    await engine.begin(content.data, content.width, content.height, settings);
    mine.film?.see(canvas, 0, false);
    return { width: engine.width, height: engine.height, steps: engine.steps };
  });
}

// A film that fails is no reason to end the painting.
async function filming(mine, task) {
  try {
    if (mine.film) {
      return await task(mine.film);
    }
  } catch (error) {
    mine.film = null;
    post("filmFailed", { number: mine.number, message: message(error) });
  }
  return null;
}

async function openFilm(mine, every, { width, height }, size) {
  const scale = size / Math.max(width, height);
  try {
    mine.film = await Film.open(Math.round(width * scale), Math.round(height * scale), every);
  } catch (error) {
    post("filmFailed", { number: mine.number, message: message(error) });
  }
}

async function begin({ number, content, styles, start, settings, film }) {
  stop();
  const mine = { number, step: 0, paused: false, stopped: false, film: null, wake: () => {} };
  run = mine;
  try {
    const [painted, begun, ...used] = await Promise.all([
      picture(content),
      start && decode(start),
      ...styles.map(openStyle),
    ]);
    if (mine.stopped) {
      return;
    }
    if (film) {
      await openFilm(mine, film, painted.pixels, settings.size);
    }
    mine.inputs = [{ sha256: painted.sum, part: 1, scale: 1 }, ...used.map(({ input }) => input)];
    mine.size = await beginEngine(mine, painted.pixels, used, begun, settings);
    post("begun", { number, ...mine.size });
    await filming(mine, (film) => film.add());
    const complete = await paint(mine);
    await deliverFilm(mine);
    post("finished", { number, complete });
  } catch (error) {
    await deliverFilm(mine);
    post("failed", { number, message: message(error) });
  }
}

async function deliverFilm(mine) {
  const film = await filming(mine, (film) => film.finish());
  if (film) {
    post("film", { number: mine.number, ...film });
  }
}

// All in one turn: the engine answers nothing, not even this, while another call is under way.
function advance(mine) {
  return serially(async () => {
    const records = await engine.advance();
    const { width, height, finished } = engine;
    mine.step = records.at(-1)?.step ?? mine.step;
    await filming(mine, (film) => film.see(canvas, mine.step, finished || mine.stopped));
    return { records, width, height, finished };
  });
}

async function paint(mine) {
  let done = false;
  while (!mine.stopped && !done) {
    if (mine.paused) {
      post("paused", { number: mine.number });
      await new Promise((resolve) => {
        mine.wake = resolve;
      });
      continue;
    }
    const { records, width, height, finished } = await advance(mine);
    done = finished;
    if (width !== mine.size.width || height !== mine.size.height) {
      Object.assign(mine.size, { width, height });
      post("grown", { number: mine.number, width, height });
    }
    if (records.length > 0) {
      post("steps", { number: mine.number, records });
      await filming(mine, (film) => film.add());
    }
    await turn();
  }
  return done;
}

function stop() {
  if (run) {
    run.stopped = true;
    run.wake();
  }
}

async function tune({ tuning }) {
  try {
    await serially(() => engine.tune(tuning));
    tuning.blend.forEach((part, index) => {
      run.inputs[index + 1].part = part;
    });
  } catch (error) {
    post("adjustFailed", { message: message(error) });
  }
}

async function show({ strength, contentColours }) {
  try {
    await serially(() => engine.show(strength, contentColours));
  } catch (error) {
    post("adjustFailed", { message: message(error) });
  }
}

const PNG = { png: false, png16: true };

async function file(format, quality) {
  if (format in PNG) {
    return new Blob([await engine.png(PNG[format], run.inputs)], { type: "image/png" });
  }
  const pixels = await engine.pixels();
  return encode(pixels, engine.width, engine.height, `image/${format}`, quality);
}

async function save({ format, quality }) {
  try {
    const blob = await serially(() => file(format, quality));
    post("saved", { blob, ending: format in PNG ? "png" : format });
  } catch (error) {
    post("saveFailed", { message: message(error) });
  }
}

async function memory({ content, styles, settings }) {
  try {
    post("memory", await serially(() => engine.memory(...content, styles, settings)));
  } catch (error) {
    post("memory", { message: message(error) });
  }
}

// Which of the pictures are the recorded ones is told too: the page keeps no sums.
async function provenance({ question, file, content, styles }) {
  const answer = (values) => post("provenance", { question, ...values });
  await loaded;
  let found;
  try {
    found = Engine.provenance(new Uint8Array(await file.arrayBuffer()));
  } catch {
    // Most PNG files are not by Impasto.
    answer({});
    return;
  }
  const sum = async (picture) => picture && sha256(await picture.arrayBuffer());
  const sums = await Promise.all([content, ...styles].map(sum));
  const recorded = [found.content, ...found.styles];
  const known = recorded.map((input, index) => input.sha256 === sums[index]);
  answer({ found, known });
}

const orders = {
  async open(order) {
    try {
      canvas = order.canvas;
      await open();
    } catch (error) {
      post("openFailed", { message: message(error) });
    }
  },
  network: ({ file }) => network(file),
  memory,
  provenance,
  begin,
  pause() {
    run.paused = true;
  },
  resume() {
    run.paused = false;
    run.wake();
  },
  stop,
  tune,
  show,
  save,
};

addEventListener("message", ({ data }) => orders[data.type](data));
