// The page: what it shows, and what it asks the worker to do.

import { Choice } from "./choice.js";
import { LossPlot } from "./plot.js";
import { Rate } from "./rate.js";

const byId = (id) => document.getElementById(id);

const error = byId("error");
const start = byId("start");
const pause = byId("pause");
const stop = byId("stop");
const again = byId("again");
const download = byId("download");
const progress = byId("progress");
const plot = new LossPlot(byId("plot"));
const rate = new Rate();

const content = new Choice(byId("content"), showError, updateStart);
const style = new Choice(byId("style"), showError, updateStart);

/** What the worker has and does: the page is drawn from it. */
const state = {
  network: false,
  /** "none", "beginning", "running" or "finished". */
  painting: "none",
  /** Whether a pause was asked for. */
  paused: false,
  /** Whether it has begun: the steps that were under way are done. */
  resting: false,
  steps: 0,
  step: 0,
};
let worker;

function showError(message) {
  error.textContent = message;
  error.hidden = !message;
  if (message) {
    error.scrollIntoView({ block: "nearest" });
  }
}

function updateStart() {
  start.disabled = !(content.file && style.file && state.network && state.painting === "none");
}

function showPainting() {
  const { painting, paused } = state;
  byId("choose").hidden = painting !== "none";
  byId("stage").hidden = painting === "none";
  pause.hidden = stop.hidden = painting !== "running";
  again.hidden = painting === "running" || painting === "beginning";
  download.disabled = painting === "beginning";
  pause.textContent = paused ? "Resume" : "Pause";
  updateStart();
  showProgress();
}

function statusText() {
  const count = `step ${state.step} of ${state.steps}`;
  if (state.painting === "beginning") {
    return "Looking at both pictures";
  }
  if (state.painting === "finished") {
    return state.step < state.steps ? `Stopped at ${count}` : `Finished: ${state.steps} steps`;
  }
  if (state.paused) {
    return state.resting ? `Paused at ${count}` : `Pausing, ${count}`;
  }
  return `Painting, ${count}`;
}

function showProgress() {
  progress.setAttribute("aria-valuemax", state.steps);
  progress.setAttribute("aria-valuenow", state.step);
  progress.firstElementChild.style.transform = `scaleX(${state.steps ? state.step / state.steps : 0})`;
  byId("status").textContent = statusText();
  const running = state.painting === "running" && !state.paused;
  byId("left").textContent = running ? rate.timeLeft(state.steps - state.step) : "";
}

function settings() {
  const fields = {
    size: "size",
    steps: "steps",
    styleWeight: "style-weight",
    contentWeight: "content-weight",
    tvWeight: "tv-weight",
  };
  const values = {};
  for (const [key, id] of Object.entries(fields)) {
    const field = byId(id);
    if (!field.checkValidity() || field.value === "") {
      field.closest("details").open = true;
      field.reportValidity();
      const name = field.labels[0].textContent;
      showError(
        `${name} needs ${field.step === "1" ? "a whole number" : "a number"} of at least ${field.min}${field.max ? ` and at most ${field.max}` : ""}.`,
      );
      return null;
    }
    values[key] = field.valueAsNumber;
  }
  return values;
}

function begin() {
  showError("");
  const values = settings();
  if (!values) {
    return;
  }
  Object.assign(state, { painting: "beginning", paused: false, steps: values.steps, step: 0 });
  progress.dataset.step = "0";
  progress.dataset.loss = "";
  plot.clear();
  rate.clear();
  showPainting();
  worker.postMessage({ type: "begin", content: content.file, style: style.file, settings: values });
}

function showRecords(records) {
  const last = records.at(-1);
  state.step = last.step;
  progress.dataset.step = last.step;
  progress.dataset.loss = last.loss;
  rate.add(last.step);
  plot.add(records);
  showProgress();
}

function save(bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
  link.download = `impasto-${content.name}-${style.name}.png`;
  link.click();
  // The browser has read it by then; without this the picture stays in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function showNetwork(loaded, total) {
  byId("download-of-network").hidden = loaded >= total;
  byId("retry").hidden = true;
  byId("network-progress").value = total ? loaded / total : 0;
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  byId("network-text").textContent =
    `Loading the network, once: ${megabytes(loaded)} of ${megabytes(total)} MB`;
}

const software = /swiftshader|llvmpipe|basic render|software/i;

const answers = {
  opened({ adapter }) {
    const slow = software.test(adapter) ? " It is no graphics card: painting will be slow." : "";
    byId("adapter").textContent = `Paints on: ${adapter}.${slow}`;
  },
  network({ loaded, total }) {
    showNetwork(loaded, total);
  },
  networkReady() {
    state.network = true;
    byId("download-of-network").hidden = true;
    byId("retry").hidden = true;
    updateStart();
  },
  networkFailed({ message }) {
    byId("download-of-network").hidden = true;
    byId("retry").hidden = state.network;
    showError(message);
  },
  begun() {
    state.painting = "running";
    showPainting();
  },
  steps({ records }) {
    showRecords(records);
  },
  paused() {
    state.resting = true;
    showProgress();
  },
  finished() {
    state.painting = "finished";
    showPainting();
  },
  failed({ message }) {
    // What was painted so far can still be saved; without a step there is nothing to see.
    state.painting = state.step > 0 ? "finished" : "none";
    showPainting();
    showError(message);
  },
  png({ bytes }) {
    save(bytes);
  },
  unsupported({ message }) {
    showUnsupported("No graphics card to paint on", message);
  },
};

function showUnsupported(title, text) {
  byId("studio").hidden = true;
  byId("unsupported").hidden = false;
  byId("unsupported-title").textContent = title;
  byId("unsupported-text").textContent = text;
}

function openWorker() {
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => answers[data.type](data);
  worker.onerror = (event) => {
    showError(
      `The page failed to start (${event.message || "its files are incomplete"}). Reload it.`,
    );
  };
  const canvas = byId("canvas").transferControlToOffscreen();
  worker.postMessage({ type: "open", canvas }, [canvas]);
}

function listenToButtons() {
  start.onclick = begin;
  pause.onclick = () => {
    state.paused = !state.paused;
    state.resting = false;
    rate.clear();
    worker.postMessage({ type: state.paused ? "pause" : "resume" });
    showPainting();
  };
  stop.onclick = () => worker.postMessage({ type: "stop" });
  again.onclick = () => {
    state.painting = "none";
    showPainting();
  };
  download.onclick = () => worker.postMessage({ type: "png" });
  byId("retry").onclick = () => {
    showError("");
    worker.postMessage({ type: "network" });
  };
  byId("weights-input").onchange = ({ target }) => {
    const [file] = target.files;
    if (file) {
      showError("");
      worker.postMessage({ type: "network", file });
    }
  };
}

// A drop anywhere counts: beside the two areas it goes to the one without a picture of the visitor's own.
function listenToDropsAndPastes() {
  const free = () => (content.own && !style.own ? style : content);
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file && state.painting === "none") {
      free().take(file);
    }
  });
  addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (file && state.painting === "none") {
      free().take(file);
    }
  });
}

async function offerSamples() {
  const answer = await fetch("samples/samples.json");
  const { scenes, styles } = await answer.json();
  await Promise.all([content.offer(scenes), style.offer(styles)]);
}

if (!navigator.gpu) {
  showUnsupported(
    "This browser cannot paint yet",
    "Impasto needs WebGPU. Chrome and Edge have it from version 113, Safari from 26, and Firefox from 141 on Windows and 145 on macOS.",
  );
} else {
  listenToButtons();
  listenToDropsAndPastes();
  openWorker();
  offerSamples().catch(() =>
    showError("The samples could not be loaded. Choose pictures of your own."),
  );
}
