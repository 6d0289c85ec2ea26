// The worker: owns the engine and its loop, so that the page never waits for the GPU.

import init, { Engine } from "../engine/impasto.js";
import { loadNetwork } from "../shared/model.js";
import { keepPainting, keepTiles, tilesOf } from "../shared/store.js";
import { sha256 } from "../shared/sum.js";
import { textOf } from "../shared/text.js";
import { decode } from "./decode.js";
import { encode, preview } from "./encode.js";
import { canFilm, Film } from "./film.js";
import { putAsideOf, Safekeeping } from "./safekeeping.js";

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
/** A network of the visitor's own. */
let ownNetwork;
/** Whether half of the GPU's time is left to others. */
let gentle = false;

// The engine takes one call at a time, and a look at its values is a call: each waits for the one before.
let last = Promise.resolve();
function serially(task) {
  const done = last.then(task);
  last = done.catch(() => {});
  return done;
}

const post = (type, values = {}, transfer = []) => postMessage({ type, ...values }, transfer);

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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
  // While the model is on its way: the engine takes it when this is done.
  await Promise.all([serially(chooseTiles), network()]);
}

/** Whether measuring has lost the GPU: then the engine keeps to what it takes by itself. */
let measuringFails = false;

/** What suits this GPU is measured once, and known on later visits where this browser keeps anything. */
async function chooseTiles() {
  if (measuringFails) {
    return;
  }
  try {
    const { pairing } = engine;
    const measured = await engine.chooseTiles(await tilesOf(pairing));
    if (measured) {
      await keepTiles(pairing, measured);
    }
  } catch {
    measuringFails = true;
    await openAgain();
  }
}

/** How often, and after which pauses in milliseconds, the GPU is asked for again: a driver that restarts takes a while. */
const PATIENCE = [0, 1000, 3000, 10_000];

async function openAgain() {
  engine.free();
  for (const pause of PATIENCE) {
    await wait(pause);
    try {
      engine = await Engine.open(canvas);
      break;
    } catch (error) {
      if (pause === PATIENCE.at(-1)) {
        throw error;
      }
    }
  }
  await chooseTiles();
}

/** An engine whose GPU is gone is of no use any more: another one takes its place, on the same canvas. */
async function replaceEngine() {
  try {
    await serially(openAgain);
    await network(ownNetwork);
  } catch (error) {
    post("openFailed", { message: textOf(error) });
  }
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
      ownNetwork = file;
    }
    answer("networkReady");
  } catch (error) {
    answer("networkFailed", { message: textOf(error), file: file?.name });
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

async function beginOrResume({ data, width, height }, { id, settings, from }) {
  if (from) {
    await engine.resume(data, width, height, await putAsideOf(id), settings.size);
  } else {
    await engine.begin(data, width, height, settings);
  }
}

// In one turn: of a painting that is given up halfway nothing stays for the next.
function beginEngine(mine, content, styles, start, order) {
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
    await beginOrResume(content, order);
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
    post("filmFailed", { number: mine.number, message: textOf(error) });
  }
  return null;
}

async function openFilm(mine, every, { width, height }, size) {
  const scale = size / Math.max(width, height);
  try {
    mine.film = await Film.open(Math.round(width * scale), Math.round(height * scale), every);
  } catch (error) {
    post("filmFailed", { number: mine.number, message: textOf(error) });
  }
}

/** Takes the order's pictures and begins, or goes on from what was kept. */
async function prepare(mine, order) {
  const { content, styles, start, settings, film, from } = order;
  const [painted, begun, ...used] = await Promise.all([
    picture(content),
    start && !from && decode(start),
    ...styles.map(openStyle),
  ]);
  if (mine.stopped) {
    return;
  }
  if (film) {
    await openFilm(mine, film, painted.pixels, settings.size);
  }
  mine.inputs = [{ sha256: painted.sum, part: 1, scale: 1 }, ...used.map(({ input }) => input)];
  await keepSafe(mine, order);
  mine.size = await beginEngine(mine, painted.pixels, used, begun, order);
  if (from?.tuning) {
    recordBlend(mine, from.tuning);
  }
  post("begun", { number: mine.number, ...mine.size });
  await filming(mine, (film) => film.add());
}

async function keepSafe(mine, { id, from, number: _, ...order }) {
  const run = { id, order, far: from ?? null, stored: order.keep };
  mine.safe = await Safekeeping.open(run, (why) => post("keepFailed", { message: why }));
}

async function begin(order) {
  stop();
  const { number } = order;
  const mine = { number, step: 0, paused: false, stopped: false, film: null, wake: () => {} };
  mine.tuning = order.from?.tuning ?? null;
  mine.showing = order.from?.showing ?? null;
  run = mine;
  try {
    await prepare(mine, order);
    const complete = await paint(mine);
    await deliverFilm(mine);
    post("finished", { number, complete });
    await mine.safe?.forget();
    await keepResult(mine, order);
  } catch (error) {
    await deliverFilm(mine);
    await fail(mine, error);
  }
}

/** What an engine says whose code came to a halt is an error too. */
function faultOf() {
  try {
    return engine.fault;
  } catch {
    return "code";
  }
}

async function fail(mine, error) {
  const fault = faultOf();
  const far = mine.safe?.far ?? null;
  if (far) {
    mine.safe.release();
  } else {
    await mine.safe?.forget();
  }
  if (fault === "code") {
    post("halted", { message: textOf(error) });
    return;
  }
  post("failed", { number: mine.number, message: textOf(error), fault, far });
  if (fault) {
    await replaceEngine();
  }
}

/** Among the paintings that this browser keeps. */
async function keepResult(mine, { keep, caption, name }) {
  if (!keep || mine.step === 0) {
    return;
  }
  try {
    const blob = await serially(() => file("png"));
    await keepPainting({ blob, small: await preview(blob), caption, name, painted: new Date() });
    post("keptPainting");
  } catch (error) {
    post("keepFailed", { message: textOf(error) });
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
    const records = await engine.advance(gentle);
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
    const began = performance.now();
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
    if (!done && mine.safe?.isDue(mine.size)) {
      await putAside(mine);
    }
    await (gentle ? wait(performance.now() - began) : turn());
  }
  return done;
}

function putAside(mine) {
  const { step, tuning, showing } = mine;
  const { width, height, steps } = mine.size;
  const far = { step, steps, tuning, showing, side: Math.max(width, height) };
  return mine.safe.keep(far, () => serially(() => engine.putAside()));
}

function stop() {
  if (run) {
    run.stopped = true;
    run.wake();
  }
}

function recordBlend(mine, { blend }) {
  blend.forEach((part, index) => {
    mine.inputs[index + 1].part = part;
  });
}

async function tune({ tuning }) {
  try {
    await serially(() => engine.tune(tuning));
    run.tuning = tuning;
    recordBlend(run, tuning);
  } catch (error) {
    post("adjustFailed", { message: textOf(error) });
  }
}

async function show({ strength, contentColours }) {
  try {
    await serially(() => engine.show(strength, contentColours));
    run.showing = { strength, contentColours };
  } catch (error) {
    post("adjustFailed", { message: textOf(error) });
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

async function save({ question, format, quality }) {
  try {
    const blob = await serially(() => file(format, quality));
    post("saved", { question, blob, ending: format in PNG ? "png" : format });
  } catch (error) {
    post("saved", { question, message: textOf(error) });
  }
}

async function memory({ content, styles, settings }) {
  try {
    post("memory", await serially(() => engine.memory(...content, styles, settings)));
  } catch (error) {
    post("memory", { message: textOf(error) });
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

/** A link's settings: whoever made it may have written anything. */
async function settings({ text }) {
  await loaded;
  try {
    post("settings", { found: Engine.settings(text) });
  } catch {
    post("settings");
  }
}

const orders = {
  async open(order) {
    try {
      canvas = order.canvas;
      await open();
    } catch (error) {
      post("openFailed", { message: textOf(error) });
    }
  },
  network: ({ file }) => network(file),
  memory,
  provenance,
  settings,
  begin,
  pause() {
    run.paused = true;
    run.safe?.hurry();
  },
  resume() {
    run.paused = false;
    run.wake();
  },
  stop,
  hurry() {
    run?.safe?.hurry();
  },
  gentle(order) {
    gentle = order.gentle;
  },
  tune,
  show,
  save,
};

addEventListener("message", ({ data }) => orders[data.type](data));
