// The model as the page shows it: on its way, there, or not to be had.

import { byId } from "../shared/elements.js";
import { text } from "../shared/text.js";
import { say } from "./say/language.js";
import { clearError, showError, showNews } from "./say/notice.js";
import { megabytes } from "./say/numbers.js";

/**
 * @import { News } from "../shared/messages.js"
 * @import { Client } from "./client.js"
 */

/** @param {File} file */
export const isModel = (file) => /\.safetensors$/i.test(file.name);

const box = byId("network");
const ownFile = byId("weights-input", HTMLInputElement);

export class Model {
  /**
   * Whether it is there: without being asked for, it comes to every new engine.
   * @type {"loading" | "ready" | "failed"}
   */
  state = "loading";
  #client;
  /**
   * A model of the visitor's own that is on its way.
   * @type {File | null}
   */
  #own = null;
  /** Who waits for it. */
  #waiting;

  /**
   * @param {Client} client
   * @param {{comes: (fraction: number) => unknown, isThere: () => unknown, fails: () => unknown}} waiting is told how it goes
   */
  constructor(client, waiting) {
    this.#client = client;
    this.#waiting = waiting;
    client.listen({
      network: (progress) => this.#comes(progress),
      networkReady: (news) => this.#isThere(news),
      networkFailed: (failure) => this.#fails(failure),
    });
    ownFile.onchange = () => {
      const file = ownFile.files?.[0];
      if (file) {
        this.take(file);
      }
    };
  }

  /**
   * A model of the visitor's own, in place of the page's.
   * @param {File} file
   */
  async take(file) {
    this.#own = file;
    // It may be dropped before there is an engine that takes it.
    await this.#client.engineIsThere;
    this.#client.send({ type: "network", file });
  }

  /** @param {"loading" | "ready" | "failed"} state */
  #show(state) {
    this.state = state;
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

  /** @param {News["network"]} progress */
  #comes({ loaded, total }) {
    this.#show("loading");
    byId("network-progress", HTMLProgressElement).value = loaded / total;
    say(
      byId("network-text"),
      text("loading-model", { loaded: megabytes(loaded), total: megabytes(total) }),
    );
    this.#waiting.comes(loaded / total);
  }

  /** @param {News["networkReady"]} news */
  #isThere({ file }) {
    this.#show("ready");
    clearError("network");
    // Once: it comes to every later engine too.
    if (file && file === this.#own?.name) {
      this.#own = null;
      showNews(text("own-model-used", { file }), text("all-right"), () => {});
    }
    this.#waiting.isThere();
  }

  /** @param {News["networkFailed"]} failure */
  #fails({ message, file }) {
    this.#waiting.fails();
    if (!file) {
      this.#show("failed");
      showError(message, "network", () => this.bring());
      return;
    }
    ownFile.value = "";
    showError(text("own-model-failed", { file, why: message }), "network");
    // The page's own model may have been on its way when this file was chosen.
    if (this.state === "loading") {
      this.bring();
    }
  }
}
