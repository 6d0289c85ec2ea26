// What a field holds, by its kind, and what to say where it cannot be used.

import { Trouble } from "../../shared/text.js";

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/**
 * @param {EventTarget | null} element
 * @returns {element is Field}
 */
export const isField = (element) =>
  [HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement].some(
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

/**
 * The network's layers, in its order.
 * @type {string[]}
 */
let layerNames = [];

/** @param {string[]} names of the network's layers, in its order */
export function knowLayers(names) {
  layerNames = names;
}

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
const nameOf = (field) => field.ariaLabel ?? field.labels?.[0].textContent.trim();

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

/** @param {Field} field */
function readChoice(field) {
  if (field.value === "") {
    throw new FieldError(field, "needs-choice");
  }
  return field.value;
}

/**
 * @param {Field} field
 * @param {string} part of its text, as block1_conv1=0.5
 * @returns {[string, number]}
 */
function readLayer(field, part) {
  const [name, weight = "1"] = part.split("=").map((half) => half.trim());
  if (!layerNames.includes(name)) {
    throw new FieldError(field, "unknown-layer", { layer: name, layers: layerNames.join(", ") });
  }
  if (weight === "" || !(Number(weight) >= 0 && Number(weight) < Infinity)) {
    throw new FieldError(field, "layer-weight", { layer: name });
  }
  return [name, Number(weight)];
}

/** @param {Field} field */
function readLayers(field) {
  const parts = field.value.split(",").filter((part) => part.trim() !== "");
  const weights = new Map(parts.map((part) => readLayer(field, part)));
  const used = layerNames.filter((name) => (weights.get(name) ?? 0) > 0);
  if (used.length === 0) {
    throw new FieldError(field, "needs-layer", { example: `${layerNames[0]}=1` });
  }
  return Object.fromEntries(used.map((name) => [name, weights.get(name)]));
}

// The engine's numbers have seven digits: more of them would be the rounding's.
/** @param {unknown} value */
const digits = (value) =>
  String(Number.isInteger(value) ? value : Number(Number(value).toPrecision(7)));

/** @param {Record<string, number>} weights */
const layersText = (weights) =>
  layerNames
    .filter((name) => name in weights)
    .map((name) => `${name}=${digits(weights[name])}`)
    .join(", ");

/**
 * How a field of each kind is read, and how a value of it is written: each has fields and values of its own.
 * @type {Record<string, {read: (field: any) => unknown, text: (value: any) => string}>}
 */
const KINDS = {
  number: { read: readNumber, text: digits },
  gigabytes: {
    read: (field) => Math.round(readNumber(field) * 1e9),
    text: (bytes) => digits(bytes / 1e9),
  },
  choice: { read: readChoice, text: String },
  layers: { read: readLayers, text: layersText },
  checkbox: { read: (field) => field.checked, text: String },
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

/**
 * Whether the field says the same as that value, however it is written.
 * @param {Field} field
 * @param {unknown} value
 */
export function says(field, value) {
  const { read, text } = kindOf(field);
  return text(read(field)) === text(value);
}

/**
 * Writes a value as the engine gives it.
 * @param {Field} field
 * @param {unknown} value
 */
export function fill(field, value) {
  if (field instanceof HTMLInputElement && field.type === "checkbox") {
    field.checked = value === true;
  } else {
    field.value = kindOf(field).text(value);
  }
}

/**
 * Brings the visitor to a field, wherever it is folded away.
 * @param {Field} field
 */
export function reveal(field) {
  const folded = field.closest("details");
  if (folded) {
    folded.open = true;
  }
  field.focus();
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
