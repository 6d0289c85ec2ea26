// The worker: owns the engine, so that the page never waits for the GPU, and does what the page orders.

import { Engine } from "../engine/impasto.js";
import { sha256 } from "../shared/sum.js";
import { textOf } from "../shared/text.js";
import { Look } from "./look.js";
import { post, postAnswer } from "./post.js";
import { Run } from "./run.js";
import { Workbench } from "./workbench.js";

/** @import { Need, Order, Provenance, Questions, ToDo } from "../shared/messages.js" */

/**
 * @template {ToDo["type"]} Type
 * @typedef {Extract<ToDo, {type: Type}>} OrderOf
 */

const bench = new Workbench();
/**
 * The painting under way, or the last one.
 * @type {Run | null}
 */
let run = null;
/**
 * The look at the next one, or the last.
 * @type {Look | null}
 */
let look = null;

/** @param {Order & {number: number}} order */
function begin(order) {
  look?.cancel();
  run?.stop();
  run = new Run(bench, order);
  return run.paint();
}

/** @param {OrderOf<"look">} order */
function lookAt(order) {
  look?.cancel();
  look = new Look(bench, order);
  return look.paint();
}

/**
 * @param {OrderOf<"memory">} order
 * @returns {Promise<Need>}
 */
async function needOf({ content: [width, height], styles, settings, halfRather }) {
  /** @param {string} precision */
  const needIn = (precision) =>
    bench.serially((engine) => {
      const ordered = { ...settings, precision };
      const need = engine.memory(width, height, styles, ordered);
      return { ...need, precision, seconds: bench.speed.estimate(ordered, need.stages) };
    });
  if (!halfRather) {
    return needIn(settings.precision);
  }
  // What does not fit in full may do in half, which says so where it does not either.
  const full = await needIn("full").catch(() => null);
  return full?.windows === 1 ? full : needIn("half");
}

/** @param {OrderOf<"memory">} order */
async function memory(order) {
  try {
    post("memory", await needOf(order));
  } catch (error) {
    post("memory", { message: textOf(error) });
  }
}

/**
 * The page waits for what these give, each by the number of its question.
 * @type {{[Kind in keyof Questions]: (question: Questions[Kind][0]) => Promise<Questions[Kind][1]>}}
 */
const questions = {
  async save({ format, quality }) {
    try {
      if (!run) {
        throw new Error("Nothing is painted yet.");
      }
      const blob = await run.file(format, quality);
      return { blob, ending: blob.type.slice("image/".length) };
    } catch (error) {
      return { message: textOf(error) };
    }
  },

  // Which of the pictures are the recorded ones is told too: the page keeps no sums.
  async provenance({ file, content, styles }) {
    await bench.loaded;
    /** @type {Provenance} */
    let found;
    try {
      found = Engine.provenance(new Uint8Array(await file.arrayBuffer()));
    } catch {
      // Most PNG files are not by Impasto.
      return {};
    }
    /** @param {Blob | null} picture */
    const sum = async (picture) => picture && sha256(await picture.arrayBuffer());
    const sums = await Promise.all([content, ...styles].map(sum));
    const recorded = [found.content, ...found.styles];
    const known = recorded.map((input, index) => input.sha256 === sums[index]);
    return { found, known };
  },

  /** A link's settings: whoever made it may have written anything. */
  async settings({ text }) {
    await bench.loaded;
    try {
      return { found: Engine.settings(text) };
    } catch {
      return {};
    }
  },
};

/** @type {{[Type in ToDo["type"]]: (order: OrderOf<Type>) => unknown}} */
const orders = {
  open({ canvas, longest }) {
    bench.longest = longest;
    return bench.open(canvas);
  },
  network: ({ file }) => bench.bringModel(file),
  memory,
  look: lookAt,
  begin,
  pause: () => run?.pause(),
  resume: () => run?.resume(),
  stop: () => run?.stop(),
  hurry: () => run?.hurry(),
  gentle({ gentle }) {
    bench.gentle = gentle;
  },
  tune: ({ tuning }) => run?.tune(tuning),
  show: (showing) => run?.show(showing),
};

/**
 * @template {keyof Questions} Kind
 * @param {{type: Kind, question: number} & Questions[Kind][0]} asked
 */
async function answer(asked) {
  const { type, question } = asked;
  postAnswer(question, await questions[type](asked));
}

/**
 * @template {ToDo["type"]} Type
 * @param {OrderOf<Type> & {type: Type}} order
 */
const obey = (order) => orders[order.type](order);

addEventListener("message", ({ data }) => ("question" in data ? answer(data) : obey(data)));
