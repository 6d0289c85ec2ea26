// How much of a painting is done, by the time that it takes: a step at the last size may take as long as a hundred at the
// first.

/** @import { Stage } from "./messages.js" */

/**
 * @param {Stage[]} stages
 * @param {number} step how many steps are done
 * @returns {number} what they took, in the stages' own units
 */
export function workUpTo(stages, step) {
  let left = step;
  let work = 0;
  for (const stage of stages) {
    const done = Math.min(left, stage.steps);
    work += done * stage.work;
    left -= done;
  }
  return work;
}

/**
 * @param {Stage[]} stages
 * @param {number} step counted from one
 * @returns {{index: number, stage: Stage | undefined}} to which of them it belongs; to the last, if it is past them all
 */
export function stageAt(stages, step) {
  let last = 0;
  const found = stages.findIndex(({ steps }) => {
    last += steps;
    return step <= last;
  });
  const index = found < 0 ? stages.length - 1 : found;
  return { index, stage: stages[index] };
}

/** @param {Stage[]} stages */
export const stepsOf = (stages) => stages.reduce((sum, { steps }) => sum + steps, 0);
