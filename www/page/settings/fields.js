// What a field holds, by its kind, and what to say where it cannot be used.

import { Trouble } from "../../shared/text.js";

/** The network's layers, in its order. */
let layerNames = [];

/** @param {string[]} names of the network's layers, in its order */
export function knowLayers(names) {
  layerNames = names;
}

/** What is wrong with a field. */
export class FieldError extends Trouble {
  /** @param {HTMLElement} field the text's name is that of `key` */
  constructor(field, key, values = {}) {
    super(key, { name: nameOf(field), ...values });
    this.field = field;
  }
}

const nameOf = (field) => field.ariaLabel ?? field.labels[0].textContent.trim();

function outOfBounds(field) {
  const number = field.step === "1" ? "whole" : "number";
  const key = field.max ? `needs-${number}-between` : `needs-${number}`;
  return new FieldError(field, key, { least: field.min, most: field.max });
}

function readNumber(field) {
  // What is no number at all reads as an empty field.
  if (field.value === "" || !field.checkValidity()) {
    throw outOfBounds(field);
  }
  return field.valueAsNumber;
}

function readChoice(field) {
  if (field.value === "") {
    throw new FieldError(field, "needs-choice");
  }
  return field.value;
}

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

function readLayers(field) {
  const parts = field.value.split(",").filter((part) => part.trim() !== "");
  const weights = new Map(parts.map((part) => readLayer(field, part)));
  const used = layerNames.filter((name) => weights.get(name) > 0);
  if (used.length === 0) {
    throw new FieldError(field, "needs-layer", { example: `${layerNames[0]}=1` });
  }
  return Object.fromEntries(used.map((name) => [name, weights.get(name)]));
}

// The engine's numbers have seven digits: more of them would be the rounding's.
const digits = (value) =>
  String(Number.isInteger(value) ? value : Number(Number(value).toPrecision(7)));

const layersText = (weights) =>
  layerNames
    .filter((name) => name in weights)
    .map((name) => `${name}=${digits(weights[name])}`)
    .join(", ");

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

function kindOf(field) {
  if (field.dataset.kind) {
    return KINDS[field.dataset.kind];
  }
  const isNumber = ["number", "range"].includes(field.type);
  return KINDS[isNumber ? "number" : field.type] ?? KINDS.choice;
}

/**
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} field
 * @returns {unknown} its value, as the engine takes it
 * @throws {FieldError}
 */
export function readField(field) {
  return kindOf(field).read(field);
}

/** Whether the field says the same as that value, however it is written. */
export function says(field, value) {
  const { read, text } = kindOf(field);
  return text(read(field)) === text(value);
}

/** Writes a value as the engine gives it. */
export function fill(field, value) {
  if (field.type === "checkbox") {
    field.checked = value;
  } else {
    field.value = kindOf(field).text(value);
  }
}

/** Brings the visitor to a field, wherever it is folded away. */
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
