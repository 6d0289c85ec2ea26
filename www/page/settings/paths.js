// The settings' fields and their places in what the engine takes: each field names its setting, and nothing here knows them
// one by one.

import { isField } from "./fields.js";

/**
 * @import { Settings } from "../../shared/messages.js"
 * @import { Field } from "./fields.js"
 */

export const fields = [...document.querySelectorAll("[data-setting]")].filter(isField);

/**
 * The setting that a field is for, as perception.pooling.
 * @param {Field} field
 */
export const pathOf = ({ dataset }) => /** @type {string} */ (dataset.setting);

/** @param {string | undefined} path */
export function fieldOf(path) {
  const field = fields.find((field) => field.dataset.setting === path);
  if (!field) {
    throw new Error(`No field is for ${path}.`);
  }
  return field;
}

/** @param {Field} field */
export const applies = (field) => !field.closest(".control[hidden]");

/**
 * What stands at the end of a path, however deep that is.
 * @param {Partial<Settings>} settings
 * @param {string} path
 */
export const at = (settings, path) =>
  path.split(".").reduce((/** @type {any} */ part, key) => part?.[key], settings);

/**
 * @param {Record<string, any>} settings
 * @param {string} path
 * @param {unknown} value
 */
export function put(settings, path, value) {
  const keys = path.split(".");
  const last = /** @type {string} */ (keys.pop());
  let part = settings;
  for (const key of keys) {
    part[key] ??= {};
    part = part[key];
  }
  part[last] = value;
}
