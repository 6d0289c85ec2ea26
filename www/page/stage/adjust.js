// What can be changed while it paints, and what of the finished picture is shown.

import { clearError, showError } from "../say/notice.js";
import { FieldError, fill, readField } from "../settings/fields.js";

const byId = (id) => document.getElementById(id);
const tuning = byId("tuning");
const blend = byId("blend");

const ranges = () => [...blend.querySelectorAll("input")];

function blendControl(title, part) {
  const control = document.createElement("label");
  control.className = "control";
  const name = document.createElement("span");
  name.textContent = title;
  const range = Object.assign(document.createElement("input"), {
    type: "range",
    min: 0,
    max: 1,
    step: "any",
  });
  fill(range, part);
  control.append(name, range);
  return control;
}

// Only the proportions count: the largest is one.
function showBlend(styles, titles) {
  const most = Math.max(...styles.map(({ part }) => part));
  const controls = styles.map(({ part }, index) =>
    blendControl(titles[index], most > 0 ? part / most : 1),
  );
  blend.replaceChildren(...controls);
  blend.hidden = styles.length === 1;
}

function readTuning() {
  return {
    weights: {
      style: readField(byId("tune-style")),
      content: readField(byId("tune-content")),
      totalVariation: readField(byId("tune-tv")),
    },
    learningRate: readField(byId("tune-rate")),
    blend: ranges().map(readField),
  };
}

function sendTuning(send) {
  clearError("adjust");
  try {
    send({ type: "tune", tuning: readTuning() });
  } catch (error) {
    if (!(error instanceof FieldError)) {
      throw error;
    }
    showError(error.text, "adjust");
  }
}

function sendShowing(send) {
  send({
    type: "show",
    strength: readField(byId("show-strength")),
    contentColours: readField(byId("show-colours")),
  });
}

/** @param {(order: object) => void} send passes an order to the worker */
export function listenToAdjusting(send) {
  tuning.onchange = () => sendTuning(send);
  byId("show-strength").oninput = () => sendShowing(send);
  byId("show-colours").onchange = () => sendShowing(send);
}

/**
 * Shows what a painting begins with.
 * @param {object} settings
 * @param {{part: number}[]} styles
 * @param {string[]} titles of the styles
 * @param {{strength: number, contentColours: boolean} | null} [showing] what is shown of it, where that was changed
 */
export function prepareAdjusting(settings, styles, titles, showing) {
  const { weights } = settings;
  fill(byId("tune-style"), weights.style);
  fill(byId("tune-content"), weights.content);
  fill(byId("tune-tv"), weights.totalVariation);
  fill(byId("tune-rate"), settings.learningRate);
  byId("tune-rate-control").hidden = settings.optimiser !== "adam";
  fill(byId("show-strength"), showing?.strength ?? settings.strength);
  fill(byId("show-colours"), showing?.contentColours ?? settings.colour === "luminance");
  showBlend(styles, titles);
}

/**
 * @param {boolean} paints whether there are steps to come
 * @param {boolean} over whether there is a picture that no longer changes
 */
export function enableAdjusting(paints, over) {
  byId("adjust").hidden = !(paints || over);
  tuning.disabled = !paints;
}
