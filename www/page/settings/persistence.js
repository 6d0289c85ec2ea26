// What this browser keeps, it may clear when its disk is full, unless it is asked not to.

const STORED = "impasto-asked-to-persist";
let asked = false;

/** @returns {boolean} whether it was asked before; some browsers ask the visitor, whose answer holds */
function wasAsked() {
  try {
    const before = localStorage.getItem(STORED) !== null;
    localStorage.setItem(STORED, "yes");
    return before;
  } catch {
    // Private windows may refuse.
    return false;
  }
}

/** Asks it, once: something is kept now. */
export function askToPersist() {
  if (!asked && !wasAsked()) {
    // A refusal changes nothing: it is kept for as long as there is room.
    navigator.storage?.persist?.().catch(() => {});
  }
  asked = true;
}
