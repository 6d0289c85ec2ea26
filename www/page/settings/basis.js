// The preset with which the settings begin: what a hundred of a weight is, and what of the settings differs from it.

import { byId, find, findAll } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { attempt, fill, focus, readField, says } from "./fields.js";
import { halfRather, onThisMachine } from "./machine.js";
import { applies, at, fieldOf, fields, pathOf } from "./paths.js";

/**
 * @import { Choices, Settings, Weights } from "../../shared/messages.js"
 * @import { Field } from "./fields.js"
 */

const weights = fields.filter((field) => field.dataset.kind === "weight");
/** The choices by which a weight gets other units, by the weight's path. */
const unitsOf = new Map(
  findAll(document, "[data-rescales]", HTMLSelectElement).map((field) => [
    field.dataset.rescales,
    field,
  ]),
);
/** What every preset leaves as it is: it means the same for each, or is the machine's own. */
const shared = fields.filter((field) =>
  ["first-screen", "machine"].some((id) => byId(id).contains(field)),
);
const select = byId("preset", HTMLSelectElement);

/**
 * The presets' settings by their names.
 * @type {Map<string, Settings>}
 */
let presets = new Map();
/**
 * The usual sizes of weights, by the path of what is chosen and the choice.
 * @type {Choices["usualWeights"]}
 */
let usual = {};
/**
 * The usual weights where every layer's gradient has the length of its weight.
 * @type {Weights}
 */
let usualNormalised;

/** @param {Choices} choices */
export function knowPresets(choices) {
  usual = choices.usualWeights;
  usualNormalised = choices.usualNormalised;
  presets = new Map(choices.presets.map(({ name, settings }) => [name, onThisMachine(settings)]));
  for (const option of [...select.options]) {
    if (!presets.has(option.value)) {
      option.remove();
    }
  }
}

/** @param {Field} field */
export const isShared = (field) => shared.includes(field);

/** @returns {Settings} the preset's with which the settings begin, as this machine has them */
export function basis() {
  const settings = presets.get(select.value);
  if (!settings) {
    throw new Error(`There is no preset ${select.value}.`);
  }
  return settings;
}

function isNormalised() {
  const field = fieldOf("perception.normaliseGradients");
  return applies(field) && readField(field) === true;
}

/**
 * What a preset's weight is where the losses are compared as they are now.
 * @param {string} path
 * @param {Settings} preset
 */
function inUnitsOfNow(path, preset) {
  if (isNormalised() && !preset.perception.normaliseGradients) {
    const { [path.split(".")[1]]: weight } = /** @type {Record<string, number>} */ (
      usualNormalised
    );
    return weight || at(preset, path);
  }
  const choice = unitsOf.get(path);
  if (!choice) {
    return at(preset, path);
  }
  const sizes = new Map(usual[pathOf(choice)]);
  const [before, now] = [at(preset, pathOf(choice)), choice.value].map((name) => sizes.get(name));
  return before && now ? (at(preset, path) / before) * now : at(preset, path);
}

// A preset that does without a loss says nothing of how much of it is usual: another that counts smoothness alike does.
/** @param {string} path */
function hundredOf(path) {
  const own = basis();
  const alike = [...presets.values()].toSorted(
    (one, other) =>
      Number(other.smoothness === own.smoothness) - Number(one.smoothness === own.smoothness),
  );
  return [own, ...alike].map((preset) => inUnitsOfNow(path, preset)).find((weight) => weight > 0);
}

/** Has the weights counted in hundredths of what the preset has, in the units of the losses that are chosen. */
export function setUnits() {
  for (const field of weights) {
    field.dataset.hundred = String(hundredOf(pathOf(field)) ?? 100);
  }
}

/**
 * The preset's value of a setting, in the units of now.
 * @param {Field} field
 */
const presetValue = (field) =>
  weights.includes(field) ? inUnitsOfNow(pathOf(field), basis()) : at(basis(), pathOf(field));

/** @param {Field} field */
const isChosenByPage = (field) => pathOf(field) === "precision" && halfRather();

/** @param {Field} field */
const differs = (field) =>
  applies(field) &&
  field.closest("#more") !== null &&
  !isChosenByPage(field) &&
  attempt(() => says(field, presetValue(field))) !== true;

/**
 * Chooses the preset from which such settings differ least.
 * @param {Partial<Settings>} settings
 */
export function chooseNearest(settings) {
  /** @param {Settings} preset */
  const distance = (preset) =>
    fields.filter((field) => {
      const path = pathOf(field);
      const [one, other] = [settings, preset].map((all) => JSON.stringify(at(all, path)));
      return !isShared(field) && one !== undefined && one !== other;
    }).length;
  const names = [...presets].map(([name, preset]) => ({ name, distance: distance(preset) }));
  names.sort((one, other) => one.distance - other.distance);
  select.value = names[0].name;
}

/** @param {ParentNode} root of what is folded away together */
const changesIn = (root) => findAll(root, ".control.changed", HTMLElement).length;

/** Marks what differs from the preset, counts it where it is folded away, and offers the way back. */
export function showChanges() {
  for (const field of fields) {
    const control = field.closest(".control");
    const isChanged = differs(field);
    control?.classList.toggle("changed", isChanged);
    const back = control?.querySelector(".back");
    if (back instanceof HTMLElement) {
      back.hidden = !isChanged;
    }
  }
  for (const folded of findAll(document, "#more, .part", HTMLDetailsElement)) {
    const count = changesIn(folded);
    const label = find(folded, ":scope > summary > .count", HTMLElement);
    say(label, count > 0 ? text("changed-count", { count }) : "");
  }
  const count = changesIn(byId("more"));
  say(byId("preset-help"), text(`preset-${select.value}-help`));
  say(byId("preset-changed"), count > 0 ? text("preset-changed", { count }) : "");
  byId("back-to-preset").hidden = count === 0;
}

/** @param {(field: Field) => void} changed called after a field got its preset's value back */
export function listenToBack(changed) {
  for (const field of fields) {
    const back = field.closest(".control")?.querySelector(".back");
    if (back instanceof HTMLElement) {
      say(back, text("back-of", { name: text(field.id) }), "aria-label");
      say(back, text("back-of", { name: text(field.id) }), "title");
      back.onclick = () => {
        fill(field, presetValue(field));
        changed(field);
        // The button is gone now.
        focus(field);
      };
    }
  }
}

/** @param {string} path of a weight */
export const hundred = (path) => fieldOf(path).dataset.hundred;
