// The second screen: the painting, how far it is, and the buttons that suit.

import { byId, find } from "../../shared/elements.js";
import { stageAt, stepsOf, workUpTo } from "../../shared/stages.js";
import { text } from "../../shared/text.js";
import { listed, say, words } from "../say/language.js";
import { enableAdjusting } from "./adjust.js";
import { isOver, isUnderWay } from "./phase.js";
import { LossPlot } from "./plot.js";
import { Rate } from "./rate.js";
import { resetView } from "./viewer.js";

/**
 * @import { NamedFile, Stage, StepRecord } from "../../shared/messages.js"
 * @import { Text } from "../../shared/text.js"
 * @import { Phase } from "./phase.js"
 */

const easel = find(document, ".easel", HTMLElement);
const underpainting = byId("underpainting", HTMLImageElement);
const progress = byId("progress");
const bar = find(progress, ":scope > *", HTMLElement);
const plot = new LossPlot(byId("plot"));
const rate = new Rate();

let step = 0;
let steps = 0;
/** @type {Stage[]} */
let stages = [];
/** @type {NamedFile | null} */
let film = null;

/** @param {Phase} phase */
function showButtons(phase) {
  const under = isUnderWay(phase);
  const over = isOver(phase);
  byId("pause").hidden = !under;
  say(byId("pause"), text(phase === "running" ? "pause" : "resume"));
  byId("stop").hidden = over;
  byId("download").hidden = !(under || over);
  byId("download").classList.toggle("primary", phase === "paused" || over);
  byId("output").hidden = byId("download").hidden;
  byId("film-download").hidden = !(over && film);
  byId("again").hidden = !over;
  byId("another").hidden = !over;
  enableAdjusting(under, over);
}

/** @param {Phase} phase */
function showWords(phase) {
  say(byId("status"), phase === "none" ? "" : text(`phase-${phase}`, { step, steps }));
  const left = workUpTo(stages, steps) - workUpTo(stages, step);
  say(byId("left"), phase === "running" ? rate.timeLeft(left) : "");
  say(byId("doing"), phase === "running" ? doing() : "");
  showTitle(phase);
}

/**
 * What the tab is called: who looks at another one sees there how far it is, and that it is done.
 * @param {Phase} phase
 */
export function showTitle(phase) {
  const percent = Math.floor(100 * fractionDone());
  if (isUnderWay(phase)) {
    document.title = `${percent} % · Impasto`;
  } else {
    document.title = isOver(phase) && document.hidden ? words(text("title-over")) : "Impasto";
  }
}

/** @returns {Text} what the steps at present are for */
function doing() {
  const { index, stage } = stageAt(stages, step + 1);
  if (!stage || stages.length === 1) {
    return "";
  }
  const { size, refining } = stage;
  if (refining) {
    return text("doing-refining");
  }
  const isLast = stages.slice(index + 1).every((later) => later.refining);
  const key = isLast ? "doing-last" : index === 0 ? "doing-first" : "doing-between";
  return text(key, { size });
}

/** Of the time that all steps take. */
const fractionDone = () => (steps ? workUpTo(stages, step) / workUpTo(stages, steps) : 0);

/** @param {number} fraction of the bar that is filled */
export function showFraction(fraction) {
  bar.style.transform = `translateX(${100 * (fraction - 1)}%)`;
}

/** @param {Phase} phase which the painting has entered */
export function showPhase(phase) {
  rate.clear();
  byId("choose").hidden = phase !== "none";
  byId("stage").hidden = phase === "none";
  showButtons(phase);
  showWords(phase);
  // Every step said aloud would be too much: a screen reader hears the turning points.
  say(byId("announcement"), byId("status").textContent);
}

/**
 * Gives the frame the picture's proportions, which change a little as it grows.
 * @param {number} width
 * @param {number} height
 */
export function frame(width, height) {
  easel.style.setProperty("--ratio", String(width && height ? width / height : 1.5));
}

/**
 * What a painting is called.
 * @param {string} content
 * @param {string[]} likes what the styles are called
 */
export const captionOf = (content, likes) =>
  words(text("caption-of", { content, likes: listed(likes) }));

/**
 * Makes ready for another painting.
 * @param {string} caption
 * @param {HTMLImageElement} preview of the picture that is painted
 * @param {{style: string[], content: string[]}} layers the names of those with a loss
 */
export function prepare(caption, preview, layers) {
  steps = 0;
  stages = [];
  step = 0;
  film = null;
  progress.dataset.step = "0";
  progress.dataset.loss = "";
  progress.removeAttribute("aria-valuemax");
  progress.setAttribute("aria-valuenow", "0");
  showFraction(0);
  plot.clear(layers);
  say(byId("caption"), caption);
  underpainting.src = byId("before-image", HTMLImageElement).src = preview.src;
  resetView();
  underpainting.hidden = false;
  frame(preview.naturalWidth, preview.naturalHeight);
}

/**
 * The canvas shows the painting from now on, of which some steps may be done already.
 * @param {number} width
 * @param {number} height
 * @param {Stage[]} stagesToDo
 * @param {number} [stepsDone]
 */
export function reveal(width, height, stagesToDo, stepsDone = 0) {
  stages = stagesToDo;
  steps = stepsOf(stages);
  step = stepsDone;
  progress.dataset.step = String(step);
  progress.setAttribute("aria-valuenow", String(step));
  showFraction(fractionDone());
  progress.setAttribute("aria-valuemax", String(steps));
  frame(width, height);
  underpainting.hidden = true;
}

/** @param {NamedFile} taken */
export function keepFilm(taken) {
  film = taken;
}

/** @returns {NamedFile | null} */
export function keptFilm() {
  return film;
}

/**
 * @param {StepRecord[]} records
 * @param {Phase} phase
 */
export function showRecords(records, phase) {
  const last = records[records.length - 1];
  step = last.step;
  progress.dataset.step = String(step);
  progress.dataset.loss = String(last.loss);
  progress.setAttribute("aria-valuenow", String(step));
  rate.add(workUpTo(stages, step));
  plot.add(records);
  showFraction(fractionDone());
  showWords(phase);
}

/** @returns {boolean} whether there is something painted that is worth keeping */
export function hasPainted() {
  return step > 0;
}

/** @returns {number} which step's picture is shown */
export function stepShown() {
  return step;
}

const byLayer = byId("by-layer", HTMLInputElement);
byLayer.onchange = () => plot.showLayers(byLayer.checked);
