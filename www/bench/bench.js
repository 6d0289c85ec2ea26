// The bench: every layer's speed on this machine, and whole steps by turns with TensorFlow.js where the server has it.

import init, { Bench } from "../engine/impasto.js";
import { byId, find, findAll } from "../shared/elements.js";
import { loadModel } from "../shared/model.js";

const ROUNDS = 5;

/**
 * The other library, of whose types nothing is installed: it is there only while the bench runs.
 * @typedef {any} TensorFlow
 */

/** @typedef {{name: string, number?: boolean}} Column */

/** @type {Bench | undefined} */
let opened;

/** @param {string} text */
function say(text) {
  byId("status").textContent = text;
}

async function openBench() {
  if (!opened) {
    say("Loading the model");
    await init();
    opened = await Bench.open(await loadModel(() => {}));
  }
  return opened;
}

/**
 * @param {Column[]} columns
 * @param {(string | number)[][]} rows
 * @param {object} report the same as JSON
 */
function show(columns, rows, report) {
  /**
   * @param {"th" | "td"} tag
   * @param {(string | number)[]} values
   */
  const cells = (tag, values) => {
    const row = document.createElement("tr");
    values.forEach((value, place) => {
      const cell = document.createElement(tag);
      cell.textContent = String(value);
      cell.classList.toggle("number", columns[place].number ?? false);
      row.append(cell);
    });
    return row;
  };
  const table = byId("table", HTMLTableElement);
  find(table, "thead", HTMLTableSectionElement).replaceChildren(
    cells(
      "th",
      columns.map(({ name }) => name),
    ),
  );
  find(table, "tbody", HTMLTableSectionElement).replaceChildren(
    ...rows.map((row) => cells("td", row)),
  );
  table.hidden = false;
  byId("json").textContent = JSON.stringify(report, null, 2);
  byId("details").hidden = false;
}

/** @param {number} value */
const giga = (value) => (value / 1e9).toFixed(1);
/** @param {number} seconds */
const milliseconds = (seconds) => (seconds * 1e3).toFixed(2);
/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Times every layer; gives the report that is shown.
 * @param {number} size
 */
async function timeLayers(size) {
  const bench = await openBench();
  const { adapter } = bench;
  say("Measuring what this machine can do at most");
  const ceiling = await bench.ceiling();
  say("Timing every layer");
  /** @type {{name: string, work: string, seconds: number, operations: number}[]} */
  const rows = await bench.rows(size);
  const report = { adapter, tiles: bench.measurement(), ceiling, rows };
  show(
    [
      { name: "Layer" },
      { name: "Work" },
      { name: "ms", number: true },
      { name: "GFLOP/s", number: true },
      { name: "% of peak", number: true },
    ],
    rows.map(({ name, work, seconds, operations }) => [
      name,
      work,
      milliseconds(seconds),
      giga(operations / seconds),
      ((100 * operations) / seconds / ceiling.flops).toFixed(1),
    ]),
    report,
  );
  say(
    `${adapter}: at most ${giga(ceiling.flops)} GFLOP/s and ${giga(ceiling.bytes_per_second)} GB/s`,
  );
  return report;
}

/** @param {string} source */
function script(source) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = source;
    element.onload = resolve;
    element.onerror = () =>
      reject(new Error("This server has no TensorFlow.js: ./build.sh bench brings it."));
    document.head.append(element);
  });
}

/** @returns {Promise<TensorFlow>} */
async function openTensorFlow() {
  const page = /** @type {{tf?: TensorFlow}} */ (globalThis);
  if (!page.tf) {
    say("Loading TensorFlow.js");
    await script("vendor/tensorflow/tf.min.js");
    await script("vendor/tensorflow/tf-backend-webgpu.min.js");
    await page.tf.setBackend("webgpu");
    await page.tf.ready();
  }
  return page.tf;
}

/**
 * VGG19's layers as TensorFlow.js takes them: filters of [3, 3, inputs, outputs].
 * @param {TensorFlow} tf
 * @param {Bench} bench
 */
function tensorFlowLayers(tf, bench) {
  const layers = [];
  for (let layer = 0; ; layer++) {
    const name = bench.layer(layer);
    const bias = bench.bias(layer);
    const values = bench.filter(layer);
    if (!name || !bias || !values) {
      return layers;
    }
    const filter = tf.tidy(() =>
      tf.transpose(
        tf.tensor(values, [bias.length, values.length / bias.length / 9, 3, 3]),
        [2, 3, 1, 0],
      ),
    );
    layers.push({ name, filter, bias: tf.tensor1d(bias) });
  }
}

/**
 * The tutorial's loss, written as its Python is; content weight 1e4, style weight 1e-2, total variation 30.
 * @param {TensorFlow} tf
 * @param {Bench} bench
 * @param {number} size
 * @param {Uint8Array} content
 * @param {Uint8Array} style
 */
function tensorFlowStep(tf, bench, size, content, style) {
  const layers = tensorFlowLayers(tf, bench);
  const mean = tf.tensor1d(bench.mean);
  /** @param {TensorFlow} picture */
  const features = (picture) => {
    const grams = [];
    let map = tf.sub(picture, mean);
    for (const [place, { name, filter, bias }] of layers.entries()) {
      if (place > 0 && name.endsWith("conv1")) {
        map = tf.maxPool(map, 2, 2, "valid");
      }
      map = tf.relu(tf.add(tf.conv2d(map, filter, 1, "same"), bias));
      if (name.endsWith("conv1")) {
        const [, height, width, channels] = map.shape;
        const flat = tf.reshape(map, [height * width, channels]);
        grams.push(tf.div(tf.matMul(flat, flat, true, false), height * width));
      }
    }
    return { grams, deep: map };
  };
  /** @param {Uint8Array} rgba */
  const pixels = (rgba) =>
    tf.tidy(() => {
      const all = tf.tensor4d(Float32Array.from(rgba), [1, size, size, 4]);
      return tf.div(tf.slice(all, [0, 0, 0, 0], [1, size, size, 3]), 255);
    });
  /**
   * @param {TensorFlow} a
   * @param {TensorFlow} b
   */
  const difference = (a, b) => tf.mean(tf.square(tf.sub(a, b)));
  const picture = pixels(content);
  const targets = tf.tidy(() => features(pixels(style)).grams);
  const target = tf.tidy(() => features(picture).deep);
  /** @param {TensorFlow} x */
  const variation = (x) => {
    const down = tf.sub(
      tf.slice(x, [0, 1, 0, 0], [1, size - 1, size, 3]),
      tf.slice(x, [0, 0, 0, 0], [1, size - 1, size, 3]),
    );
    const across = tf.sub(
      tf.slice(x, [0, 0, 1, 0], [1, size, size - 1, 3]),
      tf.slice(x, [0, 0, 0, 0], [1, size, size - 1, 3]),
    );
    return tf.add(tf.sum(tf.abs(down)), tf.sum(tf.abs(across)));
  };
  /** @param {TensorFlow} x */
  const loss = (x) => {
    const { grams, deep } = features(x);
    const styles = grams.map((gram, place) => difference(gram, targets[place]));
    const styleLoss = tf.mul(tf.addN(styles), 1e-2 / styles.length);
    const contentLoss = tf.mul(difference(deep, target), 1e4);
    return tf.addN([styleLoss, contentLoss, tf.mul(variation(x), 30)]);
  };
  const slope = tf.valueAndGrad(loss);
  return async () => {
    const start = performance.now();
    const { value, grad } = slope(picture);
    // The gradient's sum is there only when the whole gradient is.
    const sum = tf.sum(grad);
    const [found] = await Promise.all([value.data(), sum.data()]);
    const seconds = (performance.now() - start) / 1e3;
    tf.dispose([value, grad, sum]);
    return { seconds, loss: found[0] };
  };
}

/**
 * Opaque pixels without a pattern.
 * @param {number} size
 * @param {number} seed
 */
function noise(size, seed) {
  let state = seed;
  return Uint8Array.from({ length: size * size * 4 }, (_, place) => {
    if (place % 4 === 3) {
      return 255;
    }
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/**
 * Steps of both libraries by turns; gives the report that is shown.
 * @param {number} size
 */
async function compare(size) {
  const bench = await openBench();
  const { adapter } = bench;
  const tf = await openTensorFlow();
  const [content, style] = [noise(size, 1), noise(size, 2)];
  say("Preparing both");
  await bench.begin(size, content, style);
  const tensorFlow = tensorFlowStep(tf, bench, size, content, style);
  /** @type {Record<"impasto" | "tensorFlow", number[]>} */
  const results = { impasto: [], tensorFlow: [] };
  // The first step of either compiles its shaders.
  const losses = { impasto: (await bench.step()).loss, tensorFlow: (await tensorFlow()).loss };
  if (Math.abs(losses.impasto / losses.tensorFlow - 1) > 1e-3) {
    throw new Error(
      `The two do not compute the same: Impasto's loss is ${losses.impasto}, TensorFlow.js's ${losses.tensorFlow}.`,
    );
  }
  for (let round = 1; round <= ROUNDS; round++) {
    say(`Round ${round} of ${ROUNDS}`);
    results.impasto.push((await bench.step()).seconds);
    results.tensorFlow.push((await tensorFlow()).seconds);
  }
  const impasto = median(results.impasto);
  const other = median(results.tensorFlow);
  const report = { adapter, size, losses, results, ratio: other / impasto };
  show(
    [
      { name: "Library" },
      { name: "ms a step", number: true },
      { name: "Loss at the start", number: true },
    ],
    [
      ["Impasto", milliseconds(impasto), losses.impasto.toPrecision(6)],
      [`TensorFlow.js ${tf.version.tfjs}`, milliseconds(other), losses.tensorFlow.toPrecision(6)],
    ],
    report,
  );
  say(`${adapter}, ${size} px: ${report.ratio.toFixed(1)} times as fast as TensorFlow.js`);
  return report;
}

/** @type {Record<string, (size: number) => Promise<object>>} */
const works = { layers: timeLayers, compare };

const form = byId("form", HTMLFormElement);

form.onsubmit = async (event) => {
  event.preventDefault();
  const chosen = /** @type {HTMLButtonElement} */ (event.submitter);
  const buttons = findAll(form, "button", HTMLButtonElement);
  for (const button of buttons) {
    button.disabled = true;
  }
  try {
    await works[chosen.value](byId("size", HTMLInputElement).valueAsNumber);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
  for (const button of buttons) {
    button.disabled = false;
  }
};
