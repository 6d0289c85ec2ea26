// The page: passes what the visitor wants to the worker, and what the worker answers to the screens.

import { Choice } from "./choice.js";
import { listenToDropsAndPastes } from "./incoming.js";
import { clearError, clearErrors, showError } from "./notice.js";
import { readSettings } from "./settings.js";
import {
  currentPhase,
  enter,
  hasPainted,
  prepare,
  reveal,
  showFraction,
  showRecords,
} from "./stage.js";
import { missing, showUnsupported } from "./unsupported.js";

const byId = (id) => document.getElementById(id);
const start = byId("start");
const network = byId("network");

const content = new Choice(byId("content"), chosen);
const style = new Choice(byId("style"), chosen);

/** What the worker paints or will paint; its number tells its answers from those about an earlier one. */
const order = { type: "begin", number: 0 };
let worker;
/** Whether the worker's engine is there. */
let opened = false;

function updateStart() {
  start.disabled = !(content.file && style.file);
}

async function chosen() {
  updateStart();
  await Promise.allSettled([content.preview.decode(), style.preview.decode()]);
  askMemory();
}

/** Asks what the painting would need, once the engine and both pictures are there. */
function askMemory() {
  const size = byId("size").valueAsNumber;
  const memory = byId("memory").valueAsNumber;
  const sides = [content, style].flatMap(({ preview }) => [
    preview.naturalWidth,
    preview.naturalHeight,
  ]);
  if (opened && sides.every((side) => side > 0) && size >= 16 && memory > 0) {
    const precision = byId("precision").value;
    worker.postMessage({ type: "memory", sides, size, memory, precision });
  }
}

function showNetwork(state) {
  network.dataset.state = state;
  network.hidden = state !== "loading";
}

function bringNetwork() {
  showNetwork("loading");
  worker.postMessage({ type: "network" });
}

function paint() {
  clearErrors();
  let settings;
  try {
    settings = readSettings();
  } catch (error) {
    showError(error.message, "settings");
    return;
  }
  Object.assign(order, { number: order.number + 1, content: content.file, style: style.file });
  order.settings = settings;
  prepare(content, style, settings.steps);
  if (network.dataset.state === "ready") {
    begin();
  } else {
    enter("waiting");
    if (network.dataset.state === "failed") {
      bringNetwork();
    }
  }
  byId("caption").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function begin() {
  enter("beginning");
  showFraction(0);
  worker.postMessage(order);
}

function leave() {
  enter("none");
  start.focus({ preventScroll: true });
}

function stop() {
  worker.postMessage({ type: "stop" });
  if (currentPhase() === "waiting" || currentPhase() === "beginning") {
    // Nothing is painted yet: what the worker still says of it is out of date.
    order.number += 1;
    leave();
  }
}

function pauseOrResume() {
  const pausing = currentPhase() === "running";
  enter(pausing ? "pausing" : "running");
  worker.postMessage({ type: pausing ? "pause" : "resume" });
}

function save(bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
  link.download = `impasto-${content.name}-${style.name}.png`;
  link.click();
  // The browser has read it by then; without this the picture stays in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// Without its worker the page can only be loaded again.
function halt(message) {
  worker.terminate();
  order.number += 1;
  enter("none");
  start.hidden = true;
  network.hidden = true;
  showError(message, "worker", () => location.reload());
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const software = /swiftshader|llvmpipe|basic render|software/i;

const answers = {
  memory({ bytes, windows, plan, message }) {
    const parts = windows > 1 ? `, in ${windows} parts` : "";
    byId("memory-need").textContent =
      message ?? `This painting needs ${megabytes(bytes)} MB${parts}.`;
    byId("plan").hidden = !plan;
    byId("plan-text").textContent = plan ?? "";
  },
  opened({ adapter }) {
    opened = true;
    askMemory();
    const slow = software.test(adapter)
      ? " That is a processor in place of a graphics card, so painting will be slow."
      : "";
    byId("adapter").textContent = `Paints on ${adapter}.${slow}`;
  },
  openFailed({ message }) {
    halt(`Impasto could not start. ${message}`);
  },
  network({ loaded, total }) {
    showNetwork("loading");
    byId("network-progress").value = loaded / total;
    byId("network-text").textContent =
      `Loading the model, once: ${megabytes(loaded)} of ${megabytes(total)} MB`;
    if (currentPhase() === "waiting") {
      showFraction(loaded / total);
    }
  },
  networkReady() {
    showNetwork("ready");
    clearError("network");
    if (currentPhase() === "waiting") {
      begin();
    }
  },
  networkFailed({ message, file }) {
    if (currentPhase() === "waiting") {
      leave();
    }
    if (file) {
      byId("weights-input").value = "";
      showError(`${file} cannot be used as the model. ${message}`, "network");
      // The page's own model may have been on its way when this file was chosen.
      if (network.dataset.state === "loading") {
        bringNetwork();
      }
    } else {
      showNetwork("failed");
      showError(message, "network", bringNetwork);
    }
  },
  begun({ width, height }) {
    reveal(width, height);
    enter("running");
  },
  steps({ records }) {
    showRecords(records);
  },
  paused() {
    if (currentPhase() === "pausing") {
      enter("paused");
    }
  },
  finished() {
    enter(byId("progress").dataset.step === String(order.settings.steps) ? "finished" : "stopped");
  },
  failed({ message }) {
    // What was painted so far can still be saved; without a step there is nothing to see.
    if (hasPainted()) {
      enter("stopped");
    } else {
      leave();
    }
    showError(message, "painting");
  },
  png({ bytes }) {
    save(bytes);
  },
  pngFailed({ message }) {
    showError(`The picture could not be saved. ${message}`, "png");
  },
  unsupported({ reason }) {
    showUnsupported(reason);
  },
};

function openWorker() {
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.number === undefined || data.number === order.number) {
      answers[data.type](data);
    }
  };
  worker.onerror = (event) => {
    const why = event.message || "its files are incomplete";
    halt(`Impasto came to a halt: ${why}.`);
  };
  const canvas = byId("canvas").transferControlToOffscreen();
  worker.postMessage({ type: "open", canvas }, [canvas]);
}

function listenToButtons() {
  start.onclick = paint;
  byId("pause").onclick = pauseOrResume;
  byId("stop").onclick = stop;
  byId("again").onclick = leave;
  byId("download").onclick = () => worker.postMessage({ type: "png" });
  byId("size").oninput = askMemory;
  byId("memory").oninput = askMemory;
  byId("precision").onchange = askMemory;
  byId("weights-input").onchange = ({ target }) => {
    if (target.files[0]) {
      worker.postMessage({ type: "network", file: target.files[0] });
    }
  };
}

// A picture that comes while one is shown finished means another painting.
function welcome() {
  if (["finished", "stopped"].includes(currentPhase())) {
    leave();
  }
  return currentPhase() === "none";
}

async function offerSamples() {
  const answer = await fetch("samples/samples.json");
  const { scenes, styles } = await answer.json();
  await Promise.all([content.offer(scenes), style.offer(styles)]);
}

const lack = missing();
if (lack) {
  showUnsupported(lack);
} else {
  listenToButtons();
  listenToDropsAndPastes(content, style, welcome);
  openWorker();
  offerSamples().catch(() =>
    showError("The samples could not be loaded. Choose pictures of your own.", "samples"),
  );
}
