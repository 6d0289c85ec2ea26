// The loss as one line, for those who only want to see that it falls.

import { find } from "../../shared/elements.js";

/** @import { StepRecord } from "../../shared/messages.js" */

/** The line's own units, as its element in the page has them. */
const WIDTH = 100;
const HEIGHT = 20;

const line = find(document, "#loss-line", SVGPolylineElement);

/**
 * Draws the loss by steps, on a logarithmic scale from the least to the most.
 * @param {StepRecord[]} records
 */
export function drawLine(records) {
  const known = records.filter(({ loss }) => loss > 0);
  const logarithms = known.map(({ loss }) => Math.log(loss));
  const [least, most] = [Math.min(...logarithms), Math.max(...logarithms)];
  const last = known.at(-1)?.step ?? 1;
  /** @param {number} value */
  const across = (value) => ((value / last) * WIDTH).toFixed(2);
  /** @param {number} value */
  const down = (value) => (HEIGHT - ((value - least) / (most - least || 1)) * HEIGHT).toFixed(2);
  const points = known.map(({ step }, index) => `${across(step)},${down(logarithms[index])}`);
  line.setAttribute("points", points.join(" "));
}
