// How a painting goes on after its GPU was lost: by itself as long as that helps, and else as the visitor decides.

import { text } from "../shared/text.js";
import { showError, showNews } from "./say/notice.js";

/**
 * @import { Far, Order } from "../shared/messages.js"
 * @import { Text } from "../shared/text.js"
 */

/** @typedef {(from: Far | null, size?: number) => void} Recover goes on from there, to a smaller size if one is given */

export class Recovery {
  #recover;
  /**
   * The step from which the painting went on by itself, if it did.
   * @type {number | null}
   */
  #last = null;

  /** @param {Recover} recover */
  constructor(recover) {
    this.#recover = recover;
  }

  /** Another painting is begun. */
  forget() {
    this.#last = null;
  }

  /**
   * @param {Far | null} far
   * @returns {boolean} whether the painting goes on, which it does if it got on since it recovered last: otherwise the next
   *   attempt may well end the same
   */
  bySelf(far) {
    if (this.#last !== null && (far?.step ?? 0) <= this.#last) {
      return false;
    }
    this.#last = far?.step ?? 0;
    this.#recover(far);
    const what = far ? text("recovered", { step: far.step }) : text("recovered-anew");
    showNews(what, text("all-right"), () => {});
    return true;
  }

  /**
   * What the visitor may do about a painting that the GPU could not go on with.
   * @param {Text} message
   * @param {string} fault
   * @param {Far | null} far
   * @param {Order} order
   */
  offer(message, fault, far, { settings }) {
    if (fault === "memory") {
      const size = Math.max(far?.side ?? 16, Math.round(settings.size / Math.SQRT2));
      const act = () => this.#recover(far, size);
      showError(message, "painting", act, text("finish-at", { size }));
    } else {
      const label = text(far ? "go-on" : "try-again");
      showError(message, "painting", () => this.#recover(far), label);
    }
  }
}
