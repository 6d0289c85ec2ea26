// What the page chooses for the machine as long as nobody has said otherwise, and why: on a phone or a tablet less memory,
// smaller sizes, and half precision before parts.

import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { number } from "../say/numbers.js";
import { largestSize, thisDevice, trustedMemory } from "./device.js";
import { attempt, fill, readField, says } from "./fields.js";

/** @import { Settings } from "../../shared/messages.js" */

const size = byId("size", HTMLInputElement);
const memory = byId("memory", HTMLInputElement);
const precision = byId("precision", HTMLSelectElement);
/** The engine's own bound. */
const MOST_SIZE = Number(size.max);
const trusted = trustedMemory(thisDevice());
/**
 * The longer side that a picture keeps when it is opened: more than a painting of it uses would only be thrown away again,
 * and a phone's own photographs have 48 megapixels, four bytes each, several times over.
 */
export const longestOpened = trusted === null ? 8192 : 4096;

let choosesPrecision = trusted !== null;
precision.addEventListener("input", precisionIsGiven);

/** Somebody has said which precision: the page leaves it. */
export function precisionIsGiven() {
  choosesPrecision = false;
}

/** Whether half precision is rather taken than parts. */
export const halfRather = () => choosesPrecision;

/**
 * @param {Settings} settings a preset's
 * @returns {Settings} as this machine begins with them
 */
export const onThisMachine = (settings) =>
  trusted === null ? settings : { ...settings, memory: trusted };

/** Who allows more memory than the page did may paint larger. */
function boundSize() {
  const allowed = /** @type {number | null} */ (attempt(() => readField(memory)));
  if (trusted !== null && allowed !== null) {
    size.max = String(Math.min(MOST_SIZE, largestSize(Math.max(trusted, allowed))));
  }
}

/** After any setting was changed: what follows for the others, and what is said of it. */
export function machineChanged() {
  boundSize();
  const isChosen = trusted !== null && attempt(() => says(memory, trusted));
  const gigabytes = number((trusted ?? 0) / 1e9, 1);
  say(byId("memory-why"), isChosen ? text("memory-why", { gigabytes }) : "");
  say(byId("size-why"), trusted === null ? "" : text("size-why", { size: size.max }));
  const isHalf = choosesPrecision && precision.value === "half";
  say(byId("precision-why"), isHalf ? text("precision-why") : "");
}

/** @param {string} chosen the precision that suits the painting, where the page chooses it */
export function takePrecision(chosen) {
  if (choosesPrecision) {
    fill(precision, chosen);
    machineChanged();
  }
}

/** @returns {() => void} puts back whether the page chooses */
export function rememberChoosing() {
  const before = choosesPrecision;
  return () => {
    choosesPrecision = before;
  };
}
