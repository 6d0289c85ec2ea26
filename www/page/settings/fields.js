// What a field holds, by its kind, and what to say where it cannot be used.

import { find, findAll } from "../../shared/elements.js";
import { Trouble, text } from "../../shared/text.js";
import { say } from "../say/language.js";

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLFieldSetElement} Field a field set holds layers with their weights */

/**
 * @param {EventTarget | null} element
 * @returns {element is Field}
 */
export const isField = (element) =>
  [HTMLInputElement, HTMLSelectElement, HTMLFieldSetElement].some(
    (kind) => element instanceof kind,
  );

/** Of the inputs that one writes into. */
const WRITTEN = ["text", "search", "number", "url", "email", "tel", "password"];

/**
 * @param {EventTarget | null} element
 * @returns {boolean} whether one can write into it
 */
export const isTextField = (element) =>
  element instanceof HTMLInputElement
    ? WRITTEN.includes(element.type)
    : element instanceof HTMLTextAreaElement ||
      (element instanceof HTMLElement && element.isContentEditable);

/** What is wrong with a field. */
export class FieldError extends Trouble {
  /**
   * @param {Field} field
   * @param {string} key the text's name
   * @param {Record<string, unknown>} [values] what is put in beside the field's own name
   */
  constructor(field, key, values = {}) {
    super(key, { name: nameOf(field), ...values });
    this.field = field;
  }
}

/** @param {Field} field */
const nameOf = (field) =>
  field instanceof HTMLFieldSetElement
    ? find(field, "legend", HTMLElement).textContent
    : (field.ariaLabel ?? field.labels?.[0].textContent.trim());

/** @param {HTMLInputElement} field */
function outOfBounds(field) {
  const number = field.step === "1" ? "whole" : "number";
  const key = field.max ? `needs-${number}-between` : `needs-${number}`;
  return new FieldError(field, key, { least: field.min, most: field.max });
}

/**
 * @param {HTMLInputElement} field with a number, or a range
 * @throws {FieldError}
 */
export function readNumber(field) {
  // What is no number at all reads as an empty field.
  if (field.value === "" || !field.checkValidity()) {
    throw outOfBounds(field);
  }
  return field.valueAsNumber;
}

/** @param {HTMLSelectElement} field */
function readChoice(field) {
  if (field.value === "") {
    throw new FieldError(field, "needs-choice");
  }
  return field.value;
}

/**
 * The network's layers in its order, each with its tick and its weight.
 * @param {HTMLFieldSetElement} field
 */
const layersOf = (field) =>
  findAll(field, ".layer", HTMLElement).map((layer) => ({
    tick: find(layer, "[type=checkbox]", HTMLInputElement),
    weight: find(layer, "[type=number]", HTMLInputElement),
  }));

/** @param {HTMLFieldSetElement} field */
function readLayers(field) {
  const ticked = layersOf(field).filter(({ tick }) => tick.checked);
  const used = ticked
    .map(({ tick, weight }) => /** @type {const} */ ([tick.value, readNumber(weight)]))
    .filter(([, weight]) => weight > 0);
  if (used.length === 0) {
    throw new FieldError(field, "needs-layer");
  }
  return Object.fromEntries(used);
}

/**
 * @param {HTMLFieldSetElement} field
 * @param {Record<string, number>} weights
 */
function fillLayers(field, weights) {
  for (const { tick, weight } of layersOf(field)) {
    tick.checked = weights[tick.value] > 0;
    weight.value = digits(weights[tick.value] || 1);
  }
  enableWeights(field);
}

/**
 * Names the weight of each layer, in the visitor's language.
 * @param {HTMLFieldSetElement} field of layers
 */
export function nameWeights(field) {
  for (const { tick, weight } of layersOf(field)) {
    say(weight, text("weight-of", { layer: tick.value }), "aria-label");
  }
}

/**
 * What does not count has no weight.
 * @param {HTMLFieldSetElement} field of layers
 */
export function enableWeights(field) {
  for (const { tick, weight } of layersOf(field)) {
    weight.disabled = !tick.checked;
  }
}

// The engine's numbers have seven digits: more of them would be the rounding's.
/** @param {unknown} value */
const digits = (value) =>
  String(Number.isInteger(value) ? value : Number(Number(value).toPrecision(7)));

/**
 * What a weight is counted in: a hundred of it are the preset's.
 * @param {HTMLInputElement} field
 */
const hundredthOf = ({ dataset }) => Number(dataset.hundred ?? 100) / 100;

/** @param {HTMLInputElement | HTMLSelectElement} field */
const asWritten = (field, /** @type {string} */ value) => {
  field.value = value;
};

/**
 * How a field of each kind is read and filled: each has fields and values of its own.
 * @type {Record<string, {read: (field: any) => unknown, fill: (field: any, value: any) => void}>}
 */
const KINDS = {
  number: { read: readNumber, fill: (field, value) => asWritten(field, digits(value)) },
  weight: {
    read: (field) => readNumber(field) * hundredthOf(field),
    fill: (field, value) => asWritten(field, digits(value / hundredthOf(field))),
  },
  gigabytes: {
    read: (field) => Math.round(readNumber(field) * 1e9),
    fill: (field, bytes) => asWritten(field, digits(bytes / 1e9)),
  },
  choice: { read: readChoice, fill: (field, value) => asWritten(field, String(value)) },
  layers: { read: readLayers, fill: fillLayers },
  checkbox: {
    read: (field) => field.checked,
    fill: (field, value) => {
      field.checked = value === true;
    },
  },
};

/** @param {Field} field */
function kindOf(field) {
  if (field.dataset.kind) {
    return KINDS[field.dataset.kind];
  }
  const isNumber = ["number", "range"].includes(field.type);
  return KINDS[isNumber ? "number" : field.type] ?? KINDS.choice;
}

/**
 * @param {Field} field
 * @returns {unknown} its value, as the engine takes it
 * @throws {FieldError}
 */
export function readField(field) {
  return kindOf(field).read(field);
}

/** @param {unknown} value */
const compared = (value) =>
  typeof value === "object" && value
    ? Object.entries(value)
        .map(([name, part]) => `${name} ${digits(part)}`)
        .toString()
    : typeof value === "number"
      ? digits(value)
      : String(value);

/**
 * Whether the field says the same as that value, however it is written.
 * @param {Field} field
 * @param {unknown} value
 */
export const says = (field, value) => compared(readField(field)) === compared(value);

/**
 * Writes a value as the engine gives it.
 * @param {Field} field
 * @param {unknown} value
 */
export function fill(field, value) {
  kindOf(field).fill(field, value);
}

/**
 * Brings the visitor to a field, wherever it is folded away.
 * @param {Field} field
 */
export function reveal(field) {
  for (
    let folded = field.closest("details");
    folded;
    folded = folded.parentElement?.closest("details") ?? null
  ) {
    folded.open = true;
  }
  focus(field);
}

/** @param {Field} field of which, if it is a set, the first one gets the focus */
export function focus(field) {
  const first = field instanceof HTMLFieldSetElement ? find(field, "input", HTMLElement) : field;
  first.focus();
}

/**
 * @template T
 * @param {() => T} read
 * @returns {T | null} what is read, or nothing while a field cannot be used
 */
export function attempt(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldError) {
      return null;
    }
    throw error;
  }
}
