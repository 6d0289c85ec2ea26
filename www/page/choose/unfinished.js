// The offer to go on with a painting that was broken off: by a reload, a crash, or a machine that was switched off.

import { byId } from "../../shared/elements.js";
import { forgetRun, unfinished } from "../../shared/store.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";

/** @import { Unfinished } from "../../shared/messages.js" */

const box = byId("unfinished");
const told = byId("unfinished-text");

/**
 * Looks for one and offers it, the latest first.
 * @param {(run: Unfinished) => void} goOn
 */
export async function offerUnfinished(goOn) {
  const [run] = await unfinished(() => offerUnfinished(goOn)).catch(() => []);
  box.hidden = !run;
  if (!run) {
    return;
  }
  const { step, steps, order } = run;
  say(told, text("broken-off", { caption: order.caption, step, steps }));
  byId("unfinished-go-on").onclick = () => {
    box.hidden = true;
    goOn(run);
  };
  byId("unfinished-forget").onclick = async () => {
    await forgetRun(run.id);
    await offerUnfinished(goOn);
    byId("start").focus();
  };
}
