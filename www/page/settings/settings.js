// The settings under "More": each field names its setting, and nothing here knows them one by one.

import { byId, find, findAll } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { attempt, fill, isField, knowLayers, readField, says } from "./fields.js";
import { machineChanged, onThisMachine, precisionIsGiven, rememberChoosing } from "./machine.js";

/**
 * @import { Choices, Settings } from "../../shared/messages.js"
 * @import { Field } from "./fields.js"
 */

const fields = [...document.querySelectorAll("[data-setting]")].filter(isField);
const rescaling = fields.filter((field) => field.dataset.rescales);
const conditional = findAll(document, "[data-when]", HTMLElement);
/** What every preset leaves as it is: it means the same for each, or is the machine's own. */
const shared = fields.filter((field) =>
  ["first-screen", "machine"].some((id) => byId(id).contains(field)),
);
const preset = byId("preset", HTMLSelectElement);
const presetHelp = byId("preset-help");
const OWN = "own";

/**
 * The presets' settings by their names.
 * @type {Map<string, Settings>}
 */
let presets = new Map();
/**
 * The usual sizes of other settings, by the path of what is chosen and the choice.
 * @type {Record<string, [string, number][]>}
 */
let usual = {};
/**
 * What was chosen in the fields that rescale others, when anything was changed last.
 * @type {Map<Field, string>}
 */
const chosen = new Map();
/**
 * What was written last: it has also what no field shows, and what fields that are hidden would say.
 * @type {Partial<Settings>}
 */
let base = {};

/**
 * The setting that a field is for, as perception.pooling.
 * @param {Field} field
 */
const pathOf = ({ dataset }) => /** @type {string} */ (dataset.setting);

/**
 * What stands at the end of a path, however deep that is.
 * @param {Partial<Settings>} settings
 * @param {string} path
 */
const at = (settings, path) =>
  path.split(".").reduce((/** @type {any} */ part, key) => part?.[key], settings);

/**
 * @param {Record<string, any>} settings
 * @param {string} path
 * @param {unknown} value
 */
function put(settings, path, value) {
  const keys = path.split(".");
  const last = /** @type {string} */ (keys.pop());
  let part = settings;
  for (const key of keys) {
    part[key] ??= {};
    part = part[key];
  }
  part[last] = value;
}

/** @param {string | undefined} path */
function fieldOf(path) {
  const field = fields.find((field) => field.dataset.setting === path);
  if (!field) {
    throw new Error(`No field is for ${path}.`);
  }
  return field;
}

/** @param {Field} field */
const applies = (field) => !field.closest(".control[hidden]");

// As in data-when="optimiser = adam".
/** @param {string} condition */
function holds(condition) {
  const [path, relation, expected] = condition.split(" ");
  return (fieldOf(path).value === expected) === (relation === "=");
}

function hideWhatDoesNotApply() {
  for (const control of conditional) {
    control.hidden = !holds(control.dataset.when ?? "");
  }
}

/** @param {Settings} settings */
const equals = (settings) =>
  fields
    .filter((field) => applies(field) && !shared.includes(field))
    .every((field) => says(field, at(settings, pathOf(field))));

function presetOfFields() {
  for (const [name, settings] of presets) {
    if (attempt(() => equals(settings))) {
      return name;
    }
  }
  return OWN;
}

function showPreset() {
  preset.value = presetOfFields();
  find(preset, `[value=${OWN}]`, HTMLOptionElement).hidden = preset.value !== OWN;
  say(presetHelp, text(`preset-${preset.value}-help`));
}

// A number that was twice its usual size is so again, in the units of what is chosen now.
/** @param {Field} field */
function rescale(field) {
  const other = fieldOf(field.dataset.rescales);
  const number = attempt(() => Number(readField(other)));
  const weights = new Map(usual[pathOf(field)]);
  const before = weights.get(chosen.get(field) ?? "");
  const now = weights.get(field.value);
  if (number !== null && before && now) {
    fill(other, (number / before) * now);
  }
}

function changed() {
  for (const field of rescaling) {
    chosen.set(field, field.value);
  }
  hideWhatDoesNotApply();
  machineChanged();
  showPreset();
}

/** @param {Partial<Settings>} settings a preset's */
function choosePreset(settings) {
  const chosen = structuredClone(settings);
  for (const field of shared) {
    put(chosen, pathOf(field), attempt(() => readField(field)) ?? at(base, pathOf(field)));
  }
  writeSettings(chosen);
}

/**
 * Offers what the engine has, with the first preset, as this machine begins with it, written into the fields.
 * @param {Choices} choices
 * @param {() => void} told called whenever a setting is changed
 */
export function offerSettings(choices, told) {
  knowLayers(choices.layers);
  usual = choices.usualWeights;
  presets = new Map(choices.presets.map(({ name, settings }) => [name, settings]));
  for (const option of [...preset.options]) {
    if (option.value !== OWN && !presets.has(option.value)) {
      option.remove();
    }
  }
  preset.onchange = () => {
    choosePreset(presets.get(preset.value) ?? {});
    told();
  };
  for (const field of fields) {
    field.oninput = () => {
      if (rescaling.includes(field)) {
        rescale(field);
      }
      changed();
      told();
    };
  }
  writeSettings(onThisMachine(choices.presets[0].settings));
}

/**
 * @returns {Settings} as the engine takes them
 * @throws {import("./fields.js").FieldError} that tells the visitor which field to change
 */
export function readSettings() {
  const settings = structuredClone(base);
  for (const field of fields.filter(applies)) {
    put(settings, pathOf(field), readField(field));
  }
  return /** @type {Settings} */ (settings);
}

/**
 * Writes settings into the fields; those that are not given keep what they have.
 * @param {Partial<Settings>} settings the engine's
 */
export function writeSettings(settings) {
  base = settings;
  for (const field of fields) {
    const value = at(settings, pathOf(field));
    if (value !== undefined) {
      fill(field, value);
    }
  }
  changed();
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
  const putChoosing = rememberChoosing();
  const states = fields.map((field) => ({
    value: field.value,
    ...("checked" in field && { checked: field.checked }),
  }));
  return () => {
    base = before;
    putChoosing();
    states.forEach((state, index) => {
      Object.assign(fields[index], state);
    });
    changed();
  };
}
