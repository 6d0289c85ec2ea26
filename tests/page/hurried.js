// Paintings that are over soon, for tests of what comes during and after them.

import { element, fillControls, says } from "./browser.js";
import { withFakeEngine } from "./site.js";

/**
 * The worker's clock goes by half a second with every look at it, so that what it does now and then happens soon, and on a
 * machine that is slow, or has other things to do, after as many steps as on any.
 */
const HASTE = "let looks = 0; performance.now = () => 500 * ++looks;";
export const quick = (plan = {}, prelude = "") =>
  withFakeEngine({ pace: 20, ...plan }, HASTE + prelude);

export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
export const paint = (page) => element(page, "start").click();
export const unfinished = (page) => element(page, "unfinished");

export async function finish(page, steps) {
  await fillControls(page, { preset: "tutorial", steps });
  await paint(page);
  await says(page, `Finished: ${steps} steps`);
  await press(page, "Paint another");
}
