// What a painting would need: the memory of the GPU, and steps.

import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { megabytes, number } from "../say/numbers.js";
import { attempt } from "./fields.js";
import { readSettings } from "./settings.js";

const byId = (id) => document.getElementById(id);

/**
 * @param {import("../choose/pictures.js").Pictures} pictures
 * @returns {object | null} the order to the worker that asks for it; none while a setting or a picture is missing
 */
export function memoryOrder({ content, styles }) {
  const settings = attempt(readSettings);
  const sizes = attempt(() => styles.sizes());
  const { naturalWidth, naturalHeight } = content.preview;
  if (settings && naturalWidth > 0 && sizes?.every(({ width }) => width > 0)) {
    return { type: "memory", content: [naturalWidth, naturalHeight], styles: sizes, settings };
  }
  return null;
}

/** Shows what the worker says to {@link memoryOrder}. */
export function showMemory({ bytes, windows, steps, plan, message }) {
  const need = windows > 1 ? "memory-need-in-parts" : "memory-need";
  say(byId("memory-need"), message ?? text(need, { megabytes: megabytes(bytes), parts: windows }));
  say(byId("steps-all"), steps ? text("steps-all", { steps: number(steps, 0) }) : "");
  byId("plan").hidden = !plan;
  byId("plan-text").textContent = plan ?? "";
}
