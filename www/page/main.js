// The page: passes what the visitor wants to the worker, and what the worker answers to the screens.

import { text } from "../shared/text.js";
import { offerCamera } from "./choose/camera.js";
import { Choice } from "./choose/choice.js";
import { listenToDropsAndPastes } from "./choose/drops.js";
import { listenToGallery, showGallery } from "./choose/gallery.js";
import { listenToMasking } from "./choose/mask.js";
import { answerProvenance, askProvenance, tellProvenance } from "./choose/provenance.js";
import { listenToStartPicture, startPicture } from "./choose/start-picture.js";
import { Styles } from "./choose/styles.js";
import { offerUnfinished } from "./choose/unfinished.js";
import { keepForOffline, sharedPicture } from "./offline.js";
import { locale, offerLanguages, say } from "./say/language.js";
import { clearError, clearErrors, clearNews, showError, showNews } from "./say/notice.js";
import { missing, showUnsupported } from "./say/unsupported.js";
import { attempt, FieldError, readField, reveal as revealField } from "./settings/fields.js";
import { offerLink, settingsOfLink, useSettingsOfLink } from "./settings/link.js";
import { listenToPreferences, preferences } from "./settings/preferences.js";
import {
  offerSettings,
  readSettings,
  rememberSettings,
  writeSettings,
} from "./settings/settings.js";
import { listenToAdjusting, prepareAdjusting } from "./stage/adjust.js";
import { answerFile, listenToWaysOut, save } from "./stage/export.js";
import {
  captionOf,
  currentPhase,
  enter,
  frame,
  hasPainted,
  keepFilm,
  keptFilm,
  prepare,
  reveal,
  showFraction,
  showRecords,
} from "./stage/stage.js";
import { compare, listenToView } from "./stage/viewer.js";

const byId = (id) => document.getElementById(id);
const start = byId("start");
const network = byId("network");

const content = new Choice(byId("content"), chosen, isPainting);
const style = new Choice(byId("style"), chosen, isPainting);
const styles = new Styles(askMemory, () => content.preview.src);
/** The picture on which masks are painted. */
let beneath = null;

/** What the worker paints or will paint; its number tells its answers from those about an earlier one. */
const order = { type: "begin", number: 0 };
let worker;
/** Whether the worker's engine is there. */
let opened = false;
/** The step from which the painting went on by itself after the GPU was lost, if it was. */
let recoveredFrom = null;
/** Whether it was the page that paused, because it was hidden. */
let pausedByHiding = false;

function updateStart() {
  start.disabled = !(opened && content.file && style.file);
}

async function chosen() {
  updateStart();
  if (beneath && beneath !== content.file) {
    styles.dropRegions();
  }
  beneath = content.file;
  if (style.file) {
    styles.showMain(style);
  }
  await Promise.allSettled([content.preview.decode(), style.preview.decode()]);
  askMemory();
}

/** Asks what the painting would need, once the engine and both pictures are there. */
function askMemory() {
  const settings = attempt(readSettings);
  const sizes = attempt(() => styles.sizes());
  const { naturalWidth, naturalHeight } = content.preview;
  if (opened && settings && naturalWidth > 0 && sizes?.every(({ width }) => width > 0)) {
    worker.postMessage({
      type: "memory",
      content: [naturalWidth, naturalHeight],
      styles: sizes,
      settings,
    });
  }
}

/** A picture of Impasto's own brings its settings, and is a picture only if the visitor says so. */
async function isPainting(file, choice) {
  if (file.type !== "image/png") {
    return false;
  }
  const { asked } = choice;
  const { found, known } = await askProvenance(worker, {
    file,
    content: content.file,
    styles: styles.files,
  });
  // Another picture may have been chosen, or a painting begun, since.
  if (!found || asked !== choice.asked || currentPhase() !== "none") {
    return Boolean(found);
  }
  const putBack = [rememberSettings(), styles.remember()];
  writeSettings(found.settings);
  styles.expect(found.styles);
  askMemory();
  const masked = found.styles.some(({ region, source }) => region || source);
  tellProvenance(file, known, masked, () => {
    for (const put of putBack) {
      put();
    }
    choice.use(file);
  });
  return true;
}

function showNetwork(state) {
  network.dataset.state = state;
  network.hidden = state !== "loading";
}

function bringNetwork() {
  showNetwork("loading");
  worker.postMessage({ type: "network" });
}

function readOrder() {
  return {
    id: crypto.randomUUID(),
    settings: readSettings(),
    styles: styles.read(),
    film: byId("film").checked ? readField(byId("film-every")) : 0,
    content: content.file,
    start: startPicture(),
    keep: preferences().keep,
    caption: captionOf(content.title, styles.titles),
    name: `${content.name}-${style.name}`,
    /** To call everything the same when it is gone on with. */
    names: {
      content: { name: content.name, title: content.title },
      style: { name: style.name, title: style.title },
      styles: styles.titles,
    },
    from: null,
  };
}

/** Puts the order together; a setting that cannot be used is shown and named instead. */
function takeOrder() {
  try {
    Object.assign(order, readOrder(), { number: order.number + 1 });
    return true;
  } catch (error) {
    if (!(error instanceof FieldError)) {
      throw error;
    }
    showError(error.text, "settings");
    revealField(error.field);
    return false;
  }
}

function paint() {
  clearErrors();
  clearNews();
  if (currentPhase() === "none" && takeOrder()) {
    recoveredFrom = null;
    showOrder();
    beginWhenReady();
  }
}

/** The settings and the styles' parts, as they were changed while it painted. */
function tuned({ settings, styles, from }) {
  if (!from?.tuning) {
    return { settings, styles };
  }
  const { weights, learningRate, blend } = from.tuning;
  return {
    settings: { ...settings, weights, learningRate },
    styles: styles.map((style, index) => ({ ...style, part: blend[index] })),
  };
}

function showOrder() {
  const { caption, names, from } = order;
  const { settings, styles } = tuned(order);
  const { styleLayers, contentLayers } = settings.perception;
  const layers = { style: Object.keys(styleLayers), content: Object.keys(contentLayers) };
  prepare(caption, content.preview, layers);
  prepareAdjusting(settings, styles, names.styles, from?.showing);
}

function beginWhenReady(phase = "waiting") {
  if (network.dataset.state === "ready") {
    begin();
  } else {
    enter(phase);
    if (network.dataset.state === "failed") {
      bringNetwork();
    }
  }
  byId("caption").focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** Goes on with a painting of which this browser has kept all that it needs. */
async function goOn({ id, order: before, begun: _, ...from }) {
  clearErrors();
  clearNews();
  const { names, settings, styles: uses } = before;
  writeSettings(settings);
  content.restore(before.content, names.content);
  style.restore(uses[0].file, names.style);
  await styles.restore(uses, names.styles);
  await Promise.allSettled([content.preview.decode(), style.preview.decode()]);
  Object.assign(order, before, { id, from, number: order.number + 1 });
  recoveredFrom = null;
  showOrder();
  beginWhenReady();
}

/** Goes on from what was kept last, or begins anew, with the engine that takes the place of a broken one. */
function recover(from, size) {
  clearErrors();
  if (size) {
    order.settings.size = size;
    writeSettings(order.settings);
  }
  Object.assign(order, { from, number: order.number + 1 });
  showOrder();
  beginWhenReady("recovering");
}

/** Whether the painting got on since it recovered last: otherwise the next attempt may well end the same. */
const gotOn = (far) => recoveredFrom === null || (far?.step ?? 0) > recoveredFrom;

function recoverBySelf(far) {
  recoveredFrom = far?.step ?? 0;
  recover(far);
  const what = far ? text("recovered", { step: far.step }) : text("recovered-anew");
  showNews(what, text("all-right"), () => {});
}

/** What the visitor may do about a painting that the GPU could not go on with. */
function offerRecovery(message, fault, far) {
  if (fault === "memory") {
    const size = Math.max(far?.side ?? 16, Math.round(order.settings.size / Math.SQRT2));
    showError(message, "painting", () => recover(far, size), text("finish-at", { size }));
  } else {
    showError(message, "painting", () => recover(far), text(far ? "go-on" : "try-again"));
  }
}

function begin() {
  enter("beginning");
  showFraction(0);
  worker.postMessage(order);
}

function leave() {
  enter("none");
  start.focus({ preventScroll: true });
  offerUnfinished(goOn);
}

const isWaiting = () => ["waiting", "recovering"].includes(currentPhase());

function stop() {
  worker.postMessage({ type: "stop" });
  if (isWaiting() || currentPhase() === "beginning") {
    // Nothing is painted yet: what the worker still says of it is out of date.
    order.number += 1;
    leave();
  }
}

function pauseOrResume() {
  const pausing = currentPhase() === "running";
  pausedByHiding = false;
  enter(pausing ? "pausing" : "running");
  worker.postMessage({ type: pausing ? "pause" : "resume" });
}

function hiddenOrSeen() {
  if (document.hidden) {
    worker.postMessage({ type: "hurry" });
    if (!preferences().background && currentPhase() === "running") {
      pauseOrResume();
      pausedByHiding = true;
    }
  } else if (pausedByHiding && ["pausing", "paused"].includes(currentPhase())) {
    pauseOrResume();
  }
}

function showFilmFields() {
  byId("film-every-control").hidden = !byId("film").checked;
}

function offerFilms(films) {
  byId("film").disabled = !films;
  if (!films) {
    say(byId("film-help"), text("film-unsupported"));
  }
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

const number = (value, digits) =>
  new Intl.NumberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
const megabytes = (bytes) => number(bytes / 1e6, 1);
const software = /swiftshader|llvmpipe|basic render|software/i;

const answers = {
  memory({ bytes, windows, steps, plan, message }) {
    const need = windows > 1 ? "memory-need-in-parts" : "memory-need";
    say(
      byId("memory-need"),
      message ?? text(need, { megabytes: megabytes(bytes), parts: windows }),
    );
    say(byId("steps-all"), steps ? text("steps-all", { steps: number(steps, 0) }) : "");
    byId("plan").hidden = !plan;
    byId("plan-text").textContent = plan ?? "";
  },
  opened({ adapter, choices, films }) {
    opened = true;
    offerSettings(choices, askMemory);
    offerFilms(films);
    byId("controls").disabled = false;
    updateStart();
    askMemory();
    askSettingsOfLink();
    // Not before: its settings go into the fields, which have only now got what the engine offers.
    offerUnfinished(goOn);
    const how = software.test(adapter) ? "paints-slowly" : "paints-on";
    say(byId("adapter"), text(how, { adapter }));
  },
  openFailed({ message }) {
    halt(text("could-not-start", { why: message }));
  },
  network({ loaded, total }) {
    showNetwork("loading");
    byId("network-progress").value = loaded / total;
    say(
      byId("network-text"),
      text("loading-model", { loaded: megabytes(loaded), total: megabytes(total) }),
    );
    if (isWaiting()) {
      showFraction(loaded / total);
    }
  },
  networkReady() {
    showNetwork("ready");
    clearError("network");
    if (isWaiting()) {
      begin();
    }
  },
  networkFailed({ message, file }) {
    if (isWaiting()) {
      leave();
    }
    if (file) {
      byId("weights-input").value = "";
      showError(text("own-model-failed", { file, why: message }), "network");
      // The page's own model may have been on its way when this file was chosen.
      if (network.dataset.state === "loading") {
        bringNetwork();
      }
    } else {
      showNetwork("failed");
      showError(message, "network", bringNetwork);
    }
  },
  begun({ width, height, steps }) {
    reveal(width, height, steps, order.from?.step);
    enter("running");
  },
  grown({ width, height }) {
    frame(width, height);
  },
  steps({ records }) {
    showRecords(records);
  },
  paused() {
    if (currentPhase() === "pausing") {
      enter("paused");
    }
  },
  film({ blob, ending }) {
    keepFilm({ blob, ending });
  },
  filmFailed({ message }) {
    showError(text("film-failed", { why: message }), "film");
  },
  finished({ complete }) {
    enter(complete ? "finished" : "stopped");
  },
  failed({ message, fault, far }) {
    if (fault) {
      // The engine that comes next knows no network.
      showNetwork("loading");
    }
    if (fault === "gpu" && gotOn(far)) {
      recoverBySelf(far);
      return;
    }
    // What was painted so far can still be saved, but not from a broken engine; without a step there is nothing to see.
    if (hasPainted() && !fault) {
      enter("stopped");
    } else {
      leave();
    }
    if (fault) {
      offerRecovery(message, fault, far);
    } else {
      showError(message, "painting");
    }
  },
  halted({ message }) {
    halt(text("came-to-halt-kept", { why: message }));
  },
  keptPainting: showGallery,
  keepFailed({ message }) {
    showNews(text("keep-failed", { why: message }), text("all-right"), () => {});
  },
  adjustFailed({ message }) {
    showError(message, "adjust");
  },
  settings({ found }) {
    useSettingsOfLink(found);
    askMemory();
  },
  saved: answerFile,
  provenance: answerProvenance,
  unsupported({ reason }) {
    showUnsupported(reason);
  },
};

function askSettingsOfLink() {
  const text = opened ? settingsOfLink() : null;
  if (text) {
    worker.postMessage({ type: "settings", text });
  }
}

function openWorker() {
  worker = new Worker(new URL("../worker/worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.number === undefined || data.number === order.number) {
      answers[data.type](data);
    }
  };
  worker.onerror = (event) => {
    halt(text("came-to-halt", { why: event.message || text("files-incomplete") }));
  };
  const canvas = byId("canvas").transferControlToOffscreen();
  worker.postMessage({ type: "open", canvas }, [canvas]);
}

function listenToMachine() {
  const tell = () => worker.postMessage({ type: "gentle", gentle: preferences().gentle });
  listenToPreferences(tell);
  tell();
  document.addEventListener("visibilitychange", hiddenOrSeen);
}

function listenToButtons() {
  start.onclick = paint;
  byId("pause").onclick = pauseOrResume;
  byId("stop").onclick = stop;
  byId("again").onclick = leave;
  listenToWaysOut(
    () => worker,
    () => order.name,
  );
  byId("film-download").onclick = () => {
    const { blob, ending } = keptFilm();
    save(blob, `impasto-${order.name}.${ending}`);
  };
  byId("format").onchange = ({ target }) => {
    byId("quality-label").hidden = !["jpeg", "webp"].includes(target.value);
  };
  byId("film").onchange = showFilmFields;
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

async function takeShared() {
  const file = await sharedPicture();
  if (file) {
    content.take(file);
  }
}

offerLanguages();
keepForOffline();
const lack = missing();
if (lack) {
  showUnsupported(lack);
} else {
  listenToButtons();
  listenToStartPicture();
  offerLink();
  addEventListener("hashchange", askSettingsOfLink);
  listenToMasking();
  listenToView();
  listenToAdjusting((order) => worker.postMessage(order));
  listenToDropsAndPastes(content, style, welcome);
  openWorker();
  listenToMachine();
  listenToGallery({
    useSettings: (file) => content.take(file),
    save,
    compare,
    forgotten: () => offerUnfinished(goOn),
  });
  showGallery();
  takeShared();
  offerCamera((file) => content.take(file));
  offerSamples().catch(() => showError(text("samples-failed"), "samples"));
}
