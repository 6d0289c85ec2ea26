// The settings under "More": each field names its setting, and nothing here knows them one by one.

import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { attempt, fill, knowLayers, readField, says } from "./fields.js";

const fields = [...document.querySelectorAll("[data-setting]")];
const rescaling = fields.filter((field) => field.dataset.rescales);
const conditional = [...document.querySelectorAll("[data-when]")];
const preset = document.getElementById("preset");
const presetHelp = document.getElementById("preset-help");
const OWN = "own";

/** The presets' settings by their names. */
let presets = new Map();
/** The usual sizes of other settings, by what is chosen. */
let usual = new Map();
/** What was chosen in the fields that rescale others, when anything was changed last. */
const chosen = new Map();
/** What was written last: it has also what no field shows, and what fields that are hidden would say. */
let base = {};

const at = (settings, path) => path.split(".").reduce((part, key) => part?.[key], settings);

function put(settings, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  let part = settings;
  for (const key of keys) {
    part[key] ??= {};
    part = part[key];
  }
  part[last] = value;
}

const fieldOf = (path) => fields.find((field) => field.dataset.setting === path);
const applies = (field) => !field.closest(".control").hidden;

// As in data-when="optimiser = adam".
function holds(condition) {
  const [path, relation, expected] = condition.split(" ");
  return (fieldOf(path).value === expected) === (relation === "=");
}

function hideWhatDoesNotApply() {
  for (const control of conditional) {
    control.hidden = !holds(control.dataset.when);
  }
}

const equals = (settings) =>
  fields.filter(applies).every((field) => says(field, at(settings, field.dataset.setting)));

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
  const own = [...preset.options].find(({ value }) => value === OWN);
  own.hidden = preset.value !== OWN;
  say(presetHelp, text(`preset-${preset.value}-help`));
}

// A number that was twice its usual size is so again, in the units of what is chosen now.
function rescale(field) {
  const other = fieldOf(field.dataset.rescales);
  const number = attempt(() => readField(other));
  if (number !== null) {
    fill(other, (number / usual.get(chosen.get(field))) * usual.get(field.value));
  }
}

function changed() {
  for (const field of rescaling) {
    chosen.set(field, field.value);
  }
  hideWhatDoesNotApply();
  showPreset();
}

/**
 * Offers what the engine has, with the first preset written into the fields.
 * @param {{presets: {name: string, settings: object}[], layers: string[], styleWeights: [string, number][]}} choices
 * @param {() => void} told called whenever a setting is changed
 */
export function offerSettings(choices, told) {
  knowLayers(choices.layers);
  usual = new Map(choices.styleWeights);
  presets = new Map(choices.presets.map(({ name, settings }) => [name, settings]));
  for (const option of [...preset.options]) {
    if (option.value !== OWN && !presets.has(option.value)) {
      option.remove();
    }
  }
  preset.onchange = () => {
    writeSettings(presets.get(preset.value));
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
  writeSettings(choices.presets[0].settings);
}

/**
 * @returns {object} the settings as the engine takes them
 * @throws {import("./fields.js").FieldError} that tells the visitor which field to change
 */
export function readSettings() {
  const settings = structuredClone(base);
  for (const field of fields.filter(applies)) {
    put(settings, field.dataset.setting, readField(field));
  }
  return settings;
}

/**
 * Writes settings into the fields; those that are not given keep what they have.
 * @param {object} settings the engine's
 */
export function writeSettings(settings) {
  base = settings;
  for (const field of fields) {
    const value = at(settings, field.dataset.setting);
    if (value !== undefined) {
      fill(field, value);
    }
  }
  changed();
}

/** @returns {() => void} puts everything back as it is now, even what cannot be used */
export function rememberSettings() {
  const before = base;
  const states = fields.map(({ value, checked }) => ({ value, checked }));
  return () => {
    base = before;
    states.forEach((state, index) => {
      Object.assign(fields[index], state);
    });
    changed();
  };
}
