// How fast the work goes, and so how long the rest takes.

import { text } from "../../shared/text.js";

/** Keeps the last half minute of progress. */
export class Rate {
  constructor() {
    this.clear();
  }

  clear() {
    /** @type {{time: number, work: number}[]} */
    this.points = [];
  }

  /** @param {number} work all that is done */
  add(work) {
    const time = performance.now();
    this.points.push({ time, work });
    while (this.points[0].time < time - 30_000 && this.points.length > 2) {
      this.points.shift();
    }
  }

  /**
   * @param {number} work still to do
   * @returns {import("../../shared/text.js").Text} nothing while it is too early to tell
   */
  timeLeft(work) {
    const first = this.points.at(0);
    const last = this.points.at(-1);
    if (!first || !last || last.work === first.work) {
      return "";
    }
    const seconds = Math.round((work * (last.time - first.time)) / (last.work - first.work) / 1000);
    if (seconds < 60) {
      return text("seconds-left", { seconds });
    }
    const minutes = Math.round(seconds / 60);
    return minutes < 60
      ? text("minutes-left", { minutes })
      : text("hours-left", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }
}
