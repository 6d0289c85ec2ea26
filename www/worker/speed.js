// How long a painting will take on this GPU, by how long steps took on it before.

import { stageAt } from "../shared/stages.js";

/**
 * @import { Settings, Stage } from "../shared/messages.js"
 */

/**
 * What steps took: seconds by the work that they are, as the engine counts it, the least first.
 * @typedef {{work: number, seconds: number}[]} Points
 */

/**
 * What steps that take alike have in common.
 * @param {Settings} settings
 * @param {boolean} refining
 */
export const kindOf = ({ perception, precision }, refining) =>
  [perception.styleLoss, precision, refining ? "refining" : "painting"].join(" ");

/**
 * Between what was measured on a straight line, and beyond it on the line through the two points that are nearest: a step
 * takes something however few its pixels are, and the rest grows with them.
 * @param {Points} points at least one
 * @param {number} work
 * @returns {number} seconds
 */
export function secondsAt(points, work) {
  const [only] = points;
  if (points.length === 1) {
    return only.seconds * Math.max(1, work / only.work);
  }
  const after = points.findIndex((point) => point.work >= work);
  const index = Math.min(Math.max(1, after < 0 ? points.length - 1 : after), points.length - 1);
  const [one, other] = [points[index - 1], points[index]];
  const slope = (other.seconds - one.seconds) / (other.work - one.work);
  const seconds = one.seconds + slope * (work - one.work);
  // Two small sizes may have taken the same by chance.
  return Math.max(seconds, work > other.work ? other.seconds : 0.25 * one.seconds);
}

export class Speed {
  /**
   * @param {Record<string, Points>} [known] of this GPU, from earlier visits
   */
  constructor(known = {}) {
    this.known = known;
  }

  /**
   * @param {string} kind
   * @param {number} work of each step
   * @param {number} seconds that each took
   */
  note(kind, work, seconds) {
    const others = (this.known[kind] ?? []).filter((point) => point.work !== work);
    this.known[kind] = [...others, { work, seconds }].sort((one, other) => one.work - other.work);
  }

  /**
   * @param {Settings} settings
   * @param {Stage[]} stages
   * @returns {number | null} seconds for all of them; none where nothing is known
   */
  estimate(settings, stages) {
    let sum = 0;
    for (const { steps, work, refining } of stages) {
      const kinds = [kindOf(settings, refining), kindOf(settings, !refining)];
      const points = [...kinds.map((kind) => this.known[kind]), ...Object.values(this.known)].find(
        Boolean,
      );
      if (!points) {
        return null;
      }
      sum += steps * secondsAt(points, work);
    }
    return sum;
  }
}

/** Times the steps of a painting, size by size. */
export class Timing {
  #speed;
  #settings;
  #stages;
  #stage = -1;
  #steps = 0;
  #seconds = 0;

  /**
   * @param {Speed} speed is told what steps take
   * @param {Settings} settings
   * @param {Stage[]} stages
   */
  constructor(speed, settings, stages) {
    this.#speed = speed;
    this.#settings = settings;
    this.#stages = stages;
  }

  /**
   * @param {number} step that was done last
   * @param {number} steps that were done together
   * @param {number} seconds that they took
   */
  add(step, steps, seconds) {
    const { index, stage } = stageAt(this.#stages, step);
    if (index !== this.#stage) {
      // The first ones of a size wait for what it needs: they tell of no other.
      this.#stage = index;
      this.#steps = 0;
      this.#seconds = 0;
      return;
    }
    this.#steps += steps;
    this.#seconds += seconds;
    if (stage && this.#steps > 0) {
      const { work, refining } = stage;
      this.#speed.note(kindOf(this.#settings, refining), work, this.#seconds / this.#steps);
    }
  }
}
