// The offer to go on with a painting that was broken off: by a reload, a crash, or a machine that was switched off.

import { forgetRun, unfinished } from "./store.js";

const box = document.getElementById("unfinished");
const text = document.getElementById("unfinished-text");

/** Looks for one and offers it, the latest first. */
export async function offerUnfinished(goOn) {
  const [run] = await unfinished().catch(() => []);
  box.hidden = !run;
  if (!run) {
    return;
  }
  text.textContent = `${run.order.caption}: broken off at step ${run.step} of ${run.steps}.`;
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
