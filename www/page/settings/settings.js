// The settings, on the first screen and under "More", as the engine takes them.

import { byId, findAll } from "../../shared/elements.js";
import {
  basis,
  chooseNearest,
  isShared,
  knowPresets,
  listenToBack,
  setUnits,
  showChanges,
} from "./basis.js";
import { attempt, enableWeights, fill, nameWeights, readField, says } from "./fields.js";
import { machineChanged, onThisMachine, precisionIsGiven, rememberChoosing } from "./machine.js";
import { applies, at, fieldOf, fields, pathOf, put } from "./paths.js";

/**
 * @import { Choices, Settings } from "../../shared/messages.js"
 * @import { Field } from "./fields.js"
 */

const conditional = findAll(document, "[data-when]", HTMLElement);
const preset = byId("preset", HTMLSelectElement);

/**
 * What was written last: it has also what no field shows, and what fields that are hidden would say.
 * @type {Partial<Settings>}
 */
let base = {};

// As in data-when="optimiser = adam".
/** @param {string} condition */
function holds(condition) {
  const [path, relation, expected] = condition.split(" ");
  return (chosenIn(fieldOf(path)) === expected) === (relation === "=");
}

/** @param {Field} field */
const chosenIn = (field) => ("value" in field ? field.value : "");

function hideWhatDoesNotApply() {
  for (const control of conditional) {
    control.hidden = !holds(control.dataset.when ?? "");
  }
}

function changed() {
  hideWhatDoesNotApply();
  setUnits();
  machineChanged();
  showChanges();
}

/** Puts back what differs from the preset; what every preset leaves as it is stays. */
function writePreset() {
  const chosen = structuredClone(basis());
  for (const field of fields.filter(isShared)) {
    put(chosen, pathOf(field), attempt(() => readField(field)) ?? at(base, pathOf(field)));
  }
  write(chosen);
}

/**
 * Offers what the engine has, with the first preset, as this machine begins with it, written into the fields.
 * @param {Choices} choices
 * @param {() => void} told called whenever a setting is changed
 */
export function offerSettings(choices, told) {
  knowPresets(choices);
  const isChanged = () => {
    changed();
    told();
  };
  preset.onchange = () => {
    writePreset();
    told();
  };
  byId("back-to-preset").onclick = () => {
    writePreset();
    told();
    preset.focus();
  };
  for (const field of fields) {
    if (field instanceof HTMLFieldSetElement) {
      nameWeights(field);
    }
    field.oninput = () => {
      if (field instanceof HTMLFieldSetElement) {
        enableWeights(field);
      }
      isChanged();
    };
  }
  listenToBack(isChanged);
  writeSettings(onThisMachine(choices.presets[0].settings));
}

/**
 * @returns {Settings} as the engine takes them
 * @throws {import("./fields.js").FieldError} that tells the visitor which field to change
 */
export function readSettings() {
  const settings = structuredClone(base);
  for (const field of fields.filter(applies)) {
    // What was not changed stays as it came, to the last digit.
    const before = at(base, pathOf(field));
    put(settings, pathOf(field), says(field, before) ? before : readField(field));
  }
  return /** @type {Settings} */ (settings);
}

/** @param {Partial<Settings>} settings the engine's */
function write(settings) {
  base = settings;
  // A weight is counted in the units of the loss that is chosen.
  const weights = fields.filter(({ dataset }) => dataset.kind === "weight");
  const others = fields.filter((field) => !weights.includes(field));
  for (const group of [others, weights]) {
    for (const field of group) {
      const value = at(settings, pathOf(field));
      if (value !== undefined) {
        fill(field, value);
      }
    }
    setUnits();
  }
  changed();
}

/**
 * Writes settings into the fields; those that are not given keep what they have.
 * @param {Partial<Settings>} settings the engine's
 */
export function writeSettings(settings) {
  chooseNearest(settings);
  write(settings);
}

/**
 * Writes settings that may come from another machine: how much memory may be used is this one's own.
 * @param {Partial<Settings>} settings the engine's
 */
export function adoptSettings(settings) {
  const memory = attempt(() => readField(fieldOf("memory"))) ?? at(base, "memory");
  if (settings.precision) {
    precisionIsGiven();
  }
  writeSettings(/** @type {Partial<Settings>} */ ({ ...settings, memory }));
}

/** @returns {() => void} puts everything back as it is now, even what cannot be used */
export function rememberSettings() {
  const before = base;
  const begunWith = preset.value;
  const putChoosing = rememberChoosing();
  const inputs = fields.flatMap((field) =>
    field instanceof HTMLFieldSetElement ? findAll(field, "input", HTMLInputElement) : [field],
  );
  const states = inputs.map((field) => ({
    value: field.value,
    ...("checked" in field && { checked: field.checked }),
  }));
  return () => {
    base = before;
    preset.value = begunWith;
    putChoosing();
    states.forEach((state, index) => {
      Object.assign(inputs[index], state);
    });
    for (const field of fields) {
      if (field instanceof HTMLFieldSetElement) {
        enableWeights(field);
      }
    }
    changed();
  };
}
