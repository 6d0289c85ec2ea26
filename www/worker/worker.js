// The worker: owns the engine, so that the page never waits for the GPU, and does what the page orders.

import { Engine } from "../engine/impasto.js";
import { sha256 } from "../shared/sum.js";
import { textOf } from "../shared/text.js";
import { post } from "./post.js";
import { Run } from "./run.js";
import { Workbench } from "./workbench.js";

const bench = new Workbench();
/**
 * The painting under way, or the last one.
 * @type {Run | null}
 */
let run = null;

function begin(order) {
  run?.stop();
  run = new Run(bench, order);
  return run.paint();
}

async function memory({ content, styles, settings }) {
  try {
    const need = await bench.serially((engine) => engine.memory(...content, styles, settings));
    post("memory", need);
  } catch (error) {
    post("memory", { message: textOf(error) });
  }
}

async function save({ format, quality }) {
  try {
    const blob = await run.file(format, quality);
    return { blob, ending: blob.type.slice("image/".length) };
  } catch (error) {
    return { message: textOf(error) };
  }
}

// Which of the pictures are the recorded ones is told too: the page keeps no sums.
async function provenance({ file, content, styles }) {
  await bench.loaded;
  let found;
  try {
    found = Engine.provenance(new Uint8Array(await file.arrayBuffer()));
  } catch {
    // Most PNG files are not by Impasto.
    return {};
  }
  const sum = async (picture) => picture && sha256(await picture.arrayBuffer());
  const sums = await Promise.all([content, ...styles].map(sum));
  const recorded = [found.content, ...found.styles];
  const known = recorded.map((input, index) => input.sha256 === sums[index]);
  return { found, known };
}

/** A link's settings: whoever made it may have written anything. */
async function settings({ text }) {
  await bench.loaded;
  try {
    return { found: Engine.settings(text) };
  } catch {
    return {};
  }
}

/** The page waits for what these give, each by the number of its question. */
const questions = { save, provenance, settings };

const orders = {
  open: ({ canvas }) => bench.open(canvas),
  network: ({ file }) => bench.bringModel(file),
  memory,
  begin,
  pause: () => run.pause(),
  resume: () => run.resume(),
  stop: () => run?.stop(),
  hurry: () => run?.hurry(),
  gentle({ gentle }) {
    bench.gentle = gentle;
  },
  tune: ({ tuning }) => run.tune(tuning),
  show: ({ strength, contentColours }) => run.show(strength, contentColours),
};

async function answer({ type, question, ...values }) {
  post("answer", { question, ...(await questions[type](values)) });
}

addEventListener("message", ({ data }) =>
  data.type in questions ? answer(data) : orders[data.type](data),
);
