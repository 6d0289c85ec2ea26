// Where a painting stands.

/**
 * `waiting`: for the model. `recovering`: for another GPU, after the loss of the one before. `beginning`: the engine looks
 * at both pictures. `pausing`: a pause was asked for, but the steps under way are not done.
 * @typedef {"none" | "waiting" | "recovering" | "beginning" | "running" | "pausing" | "paused" | "finished" | "stopped"} Phase
 */

/** @param {Phase} phase */
export const isWaiting = (phase) => phase === "waiting" || phase === "recovering";

/** @param {Phase} phase */
export const isUnderWay = (phase) => ["running", "pausing", "paused"].includes(phase);

/** @param {Phase} phase */
export const isOver = (phase) => phase === "finished" || phase === "stopped";
