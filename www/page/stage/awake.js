// The screen stays on while the page paints in the foreground, where the browser can do that.

let wanted = false;
/**
 * What keeps it on.
 * @type {WakeLockSentinel | null}
 */
let lock = null;
let isAsking = false;

async function update() {
  if (!wanted) {
    const held = lock;
    lock = null;
    await held?.release().catch(() => {});
    return;
  }
  // Nothing is asked for twice, and a hidden page gets none: the browser takes it back then.
  if (isAsking || (lock && !lock.released) || document.hidden || !navigator.wakeLock) {
    return;
  }
  isAsking = true;
  // It may be refused, as when the battery is low.
  lock = await navigator.wakeLock.request("screen").catch(() => null);
  isAsking = false;
  if (!wanted) {
    await update();
  }
}

/** @param {boolean} isPainting */
export function stayAwake(isPainting) {
  if (wanted !== isPainting) {
    wanted = isPainting;
    update();
  }
}

document.addEventListener("visibilitychange", update);
