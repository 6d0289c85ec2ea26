// What a painting would need: time, the memory of the GPU, and steps.

import { byId } from "../../shared/elements.js";
import { stepsOf } from "../../shared/stages.js";
import { text } from "../../shared/text.js";
import { LEAST_SIDE } from "../choose/picture.js";
import { say } from "../say/language.js";
import { megabytes, number } from "../say/numbers.js";
import { attempt } from "./fields.js";
import { halfRather, takePrecision } from "./machine.js";
import { narrowness } from "./narrow.js";
import { preferences } from "./preferences.js";
import { readSettings } from "./settings.js";

/**
 * @import { Need, ToDo } from "../../shared/messages.js"
 * @import { Text } from "../../shared/text.js"
 * @import { Pictures } from "../choose/pictures.js"
 */

/** @typedef {Extract<ToDo, {type: "memory"}>} OrderOfMemory */

/**
 * @param {Pictures} pictures
 * @returns {OrderOfMemory | null} the order to the worker that asks for it; none while a setting or a picture is missing
 */
export function memoryOrder({ content, styles }) {
  const settings = attempt(readSettings);
  const sizes = attempt(() => styles.sizes());
  const { naturalWidth, naturalHeight } = content.preview;
  if (settings && naturalWidth > 0 && sizes?.every(({ width }) => width > 0)) {
    return {
      type: "memory",
      content: [naturalWidth, naturalHeight],
      styles: sizes,
      settings,
      halfRather: halfRather(),
    };
  }
  return null;
}

/**
 * @param {number | null} size
 * @param {number | null} scale
 * @returns {Text} what of them helps, beside another shape
 */
function helpOf(size, scale) {
  if (size && scale) {
    return text("narrow-size-or-scale", { size, scale: number(scale, 2) });
  }
  if (size) {
    return text("narrow-size", { size });
  }
  return scale ? text("narrow-scale", { scale: number(scale, 2) }) : text("narrow-crop");
}

/**
 * What the engine would say only when it paints.
 * @param {Pictures} pictures
 * @param {OrderOfMemory} order for them
 * @returns {Text | null} which of them is too narrow at the size that is set, if one is
 */
export function tooNarrow({ content, styles }, order) {
  const [width, height] = order.content;
  const { size } = order.settings;
  const mostSize = Number(byId("size", HTMLInputElement).max);
  const bounds = { leastSide: LEAST_SIDE, mostSize, mostScale: styles.mostScale };
  const all = [
    { title: content.title, shape: { width, height }, scale: null },
    ...order.styles.map(({ scale, ...shape }, index) => ({
      title: styles.titles[index],
      shape,
      scale,
    })),
  ];
  for (const { title, shape, scale } of all) {
    const narrow = narrowness(shape, size, scale, bounds);
    if (narrow) {
      const { width, height, enough } = narrow;
      const help = helpOf(enough.size, enough.scale);
      return text("too-narrow", { title, size, width, height, least: LEAST_SIDE, help });
    }
  }
  return null;
}

/** @param {Need} need */
function needOf({ bytes, windows }) {
  const key = windows > 1 ? "memory-need-in-parts" : "memory-need";
  return text(key, { megabytes: megabytes(bytes), parts: windows });
}

/**
 * How long it will take, as roughly as one can know it.
 * @param {number} seconds
 */
function durationOf(seconds) {
  if (seconds < 8) {
    return text("takes-moments");
  }
  if (seconds < 58) {
    return text("takes-seconds", { seconds: Math.ceil(seconds / 5) * 5 });
  }
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 90
    ? text("takes-minutes", { count: minutes })
    : text("takes-hours", { hours: number(minutes / 60, 1) });
}

/**
 * What stands under the button: how long it takes where that is known, and the memory where it matters.
 * @param {Need} need
 * @returns {Text}
 */
function estimateOf(need) {
  const share = preferences().gentle ? 0.5 : 1;
  const duration = need.seconds === null ? text("takes-unknown") : durationOf(need.seconds / share);
  return need.windows > 1
    ? text("one-and-other", { one: duration, other: needOf(need) })
    : duration;
}

/**
 * Shows what the worker says to {@link memoryOrder}.
 * @param {Need | {message: Text}} answer
 */
export function showMemory(answer) {
  const need = "message" in answer ? null : answer;
  say(byId("memory-need"), "message" in answer ? answer.message : needOf(answer));
  say(byId("steps-all"), need ? text("steps-all", { steps: number(stepsOf(need.stages), 0) }) : "");
  say(byId("estimate"), "message" in answer ? answer.message : estimateOf(answer));
  byId("plan").hidden = !need;
  byId("plan-text").textContent = need?.plan ?? "";
  if (need) {
    takePrecision(need.precision);
  }
}
