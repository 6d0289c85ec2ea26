// The model as the page shows it: on its way, there, or not to be had.

import { text } from "../shared/text.js";
import { say } from "./say/language.js";
import { clearError, showError } from "./say/notice.js";
import { megabytes } from "./say/numbers.js";

const byId = (id) => document.getElementById(id);
const box = byId("network");

export class Model {
  #client;
  /** Who waits for it. */
  #waiting;

  /**
   * @param {import("./client.js").Client} client
   * @param {{comes: (fraction: number) => void, isThere: () => void, fails: () => void}} waiting is told how it goes
   */
  constructor(client, waiting) {
    this.#client = client;
    this.#waiting = waiting;
    client.listen({
      network: (progress) => this.#comes(progress),
      networkReady: () => this.#isThere(),
      networkFailed: (failure) => this.#fails(failure),
    });
    byId("weights-input").onchange = ({ target }) => {
      if (target.files[0]) {
        client.send({ type: "network", file: target.files[0] });
      }
    };
  }

  /** @returns {"loading" | "ready" | "failed"} */
  get state() {
    return box.dataset.state;
  }

  #show(state) {
    box.dataset.state = state;
    box.hidden = state !== "loading";
  }

  /** It comes without being asked for: the worker brings it to every engine that it opens. */
  expect() {
    this.#show("loading");
  }

  bring() {
    this.expect();
    this.#client.send({ type: "network" });
  }

  /** Nobody waits for it any more. */
  hide() {
    box.hidden = true;
  }

  #comes({ loaded, total }) {
    this.#show("loading");
    byId("network-progress").value = loaded / total;
    say(
      byId("network-text"),
      text("loading-model", { loaded: megabytes(loaded), total: megabytes(total) }),
    );
    this.#waiting.comes(loaded / total);
  }

  #isThere() {
    this.#show("ready");
    clearError("network");
    this.#waiting.isThere();
  }

  #fails({ message, file }) {
    this.#waiting.fails();
    if (!file) {
      this.#show("failed");
      showError(message, "network", () => this.bring());
      return;
    }
    byId("weights-input").value = "";
    showError(text("own-model-failed", { file, why: message }), "network");
    // The page's own model may have been on its way when this file was chosen.
    if (this.state === "loading") {
      this.bring();
    }
  }
}
