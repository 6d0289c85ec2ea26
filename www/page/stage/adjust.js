// What can be changed while it paints, and what of the finished picture is shown.

import { byId, findAll } from "../../shared/elements.js";
import { clearError, showError } from "../say/notice.js";
import { hundred } from "../settings/basis.js";
import { FieldError, fill, readField, readNumber } from "../settings/fields.js";

/** @import { Order, ToDo, Tuning } from "../../shared/messages.js" */

const tuning = byId("tuning", HTMLFieldSetElement);
const blend = byId("blend");

const ranges = () => findAll(blend, "input", HTMLInputElement);

/**
 * @param {string} title
 * @param {number} part
 */
function blendControl(title, part) {
  const control = document.createElement("label");
  control.className = "control";
  const name = document.createElement("span");
  name.textContent = title;
  const range = Object.assign(document.createElement("input"), {
    type: "range",
    min: "0",
    max: "1",
    step: "any",
  });
  fill(range, part);
  control.append(name, range);
  return control;
}

/**
 * Only the proportions count: the largest is one.
 * @param {{part: number}[]} styles
 * @param {string[]} titles
 */
function showBlend(styles, titles) {
  const most = Math.max(...styles.map(({ part }) => part));
  const controls = styles.map(({ part }, index) =>
    blendControl(titles[index], most > 0 ? part / most : 1),
  );
  blend.replaceChildren(...controls);
  blend.hidden = styles.length === 1;
}

/** @typedef {import("../../shared/messages.js").Weights} Weights */

/**
 * The losses' weights, by their fields.
 * @type {[keyof Weights, HTMLInputElement][]}
 */
const weights = [
  ["style", byId("tune-style", HTMLInputElement)],
  ["content", byId("tune-content", HTMLInputElement)],
  ["totalVariation", byId("tune-tv", HTMLInputElement)],
  ["palette", byId("tune-palette", HTMLInputElement)],
];

/** @param {Weights} values in the units of the settings' fields */
function fillWeights(values) {
  for (const [name, field] of weights) {
    field.dataset.hundred = hundred(`weights.${name}`);
    // A painting that an earlier version kept has no palette.
    fill(field, values[name] ?? 0);
  }
}

/** @returns {Tuning} */
function readTuning() {
  return {
    weights: /** @type {Weights} */ (
      Object.fromEntries(weights.map(([name, field]) => [name, readField(field)]))
    ),
    likeness: readNumber(byId("tune-likeness", HTMLInputElement)),
    learningRate: readNumber(byId("tune-rate", HTMLInputElement)),
    blend: ranges().map(readNumber),
  };
}

/** @param {(order: ToDo) => void} send */
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

/** @param {(order: ToDo) => void} send */
function sendShowing(send) {
  send({
    type: "show",
    strength: readNumber(byId("show-strength", HTMLInputElement)),
    contentColours: byId("show-colours", HTMLInputElement).checked,
  });
}

/** @param {(order: ToDo) => void} send passes an order to the worker */
export function listenToAdjusting(send) {
  tuning.onchange = () => sendTuning(send);
  byId("show-strength", HTMLInputElement).oninput = () => sendShowing(send);
  byId("show-colours", HTMLInputElement).onchange = () => sendShowing(send);
}

/**
 * The settings and the styles' parts, as they were changed while it painted.
 * @param {Order} order
 */
function tuned({ settings, styles, from }) {
  if (!from?.tuning) {
    return { settings, styles };
  }
  // A painting that an earlier version kept has its settings' likeness.
  const { blend, ...changed } = from.tuning;
  return {
    settings: { ...settings, ...changed },
    styles: styles.map((style, index) => ({ ...style, part: blend[index] })),
  };
}

/**
 * Shows what a painting begins with, or goes on with.
 * @param {Order} order
 */
export function prepareAdjusting(order) {
  const { settings, styles } = tuned(order);
  const showing = order.from?.showing;
  fill(byId("tune-likeness", HTMLInputElement), settings.likeness);
  fillWeights(settings.weights);
  fill(byId("tune-rate", HTMLInputElement), settings.learningRate);
  byId("tune-rate-control").hidden = settings.optimiser !== "adam";
  fill(byId("show-strength", HTMLInputElement), showing?.strength ?? settings.strength);
  fill(
    byId("show-colours", HTMLInputElement),
    showing?.contentColours ?? settings.colour === "luminance",
  );
  showBlend(styles, order.names.styles);
}

/**
 * @param {boolean} paints whether there are steps to come
 * @param {boolean} over whether there is a picture that no longer changes
 */
export function enableAdjusting(paints, over) {
  byId("adjust").hidden = !(paints || over);
  tuning.disabled = !paints;
}
