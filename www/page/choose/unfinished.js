// The offer to go on with a painting that was broken off: by a reload, a crash, or a machine that was switched off.

import { forgetRun, unfinished } from "../../shared/store.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";

const box = document.getElementById("unfinished");
const told = document.getElementById("unfinished-text");

/** Looks for one and offers it, the latest first. */
export async function offerUnfinished(goOn) {
  const [run] = await unfinished(() => offerUnfinished(goOn)).catch(() => []);
  box.hidden = !run;
  if (!run) {
    return;
  }
  const { step, steps, order } = run;
  say(told, text("broken-off", { caption: order.caption, step, steps }));
  document.getElementById("unfinished-go-on").onclick = () => {
    box.hidden = true;
    goOn(run);
  };
  document.getElementById("unfinished-forget").onclick = async () => {
    await forgetRun(run.id);
    await offerUnfinished(goOn);
    document.getElementById("start").focus();
  };
}
