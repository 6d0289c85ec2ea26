// How fast steps come, and so how long the rest takes.

import { text } from "../../shared/text.js";

/** Keeps the last half minute of progress. */
export class Rate {
  constructor() {
    this.clear();
  }

  clear() {
    /** @type {{time: number, step: number}[]} */
    this.points = [];
  }

  /** @param {number} step the last step that is done */
  add(step) {
    const time = performance.now();
    this.points.push({ time, step });
    while (this.points[0].time < time - 30_000 && this.points.length > 2) {
      this.points.shift();
    }
  }

  /**
   * @param {number} steps still to do
   * @returns {import("../../shared/text.js").Text} nothing while it is too early to tell
   */
  timeLeft(steps) {
    const first = this.points.at(0);
    const last = this.points.at(-1);
    if (!first || !last || last.step === first.step) {
      return "";
    }
    const seconds = Math.round(
      (steps * (last.time - first.time)) / (last.step - first.step) / 1000,
    );
    if (seconds < 60) {
      return text("seconds-left", { seconds });
    }
    const minutes = Math.round(seconds / 60);
    return minutes < 60
      ? text("minutes-left", { minutes })
      : text("hours-left", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }
}
