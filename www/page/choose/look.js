// A look at the painting before one paints it: small, in few steps, and begun anew as the pictures or the likeness change.

import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { attempt } from "../settings/fields.js";
import { readSettings } from "../settings/settings.js";

/**
 * @import { Choices, LookOrder, News, Settings } from "../../shared/messages.js"
 * @import { Client } from "../client.js"
 * @import { Pictures } from "./pictures.js"
 */

/** @typedef {"software" | "still" | "battery" | "slow" | "failed"} Reason why it does not begin by itself */

/** Of the longer side. */
const SIZE = 128;
/** Milliseconds without another change before it begins: a slider moves by many. */
const CALM = 120;
/** Milliseconds after which one has waited too long to be made to wait again: not every browser tells what it paints on. */
const SLOW = 20_000;
/** A battery that lasts for hours more is no reason to save. */
const LOW_BATTERY = 0.2;

const box = byId("look");
const canvas = byId("look-canvas", HTMLCanvasElement);
const button = byId("look-now", HTMLButtonElement);
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @returns {Promise<boolean>} whether the machine saves what its battery has left; most browsers do not tell */
async function savesBattery() {
  const { getBattery } = /** @type {any} */ (navigator);
  const battery = await getBattery?.call(navigator).catch(() => null);
  return Boolean(battery && !battery.charging && battery.level <= LOW_BATTERY);
}

export class Look {
  #client;
  #pictures;
  #page;
  /** @type {Settings | undefined} */
  #quickest;
  /** Why it does not begin by itself, if so. */
  #why = /** @type {Reason | null} */ (null);
  #number = 0;
  #timer = 0;
  /** When the last one began. */
  #began = 0;
  /** What was looked at last, so that nothing is looked at twice. */
  #seen = /** @type {unknown[]} */ ([]);

  /**
   * @param {Client} client
   * @param {Pictures} pictures
   * @param {{mayLook: () => boolean, done: () => void, failed: () => void}} page `mayLook` as long as nothing is painted and
   *   the model is there; `failed` is told when the engine broke
   */
  constructor(client, pictures, page) {
    this.#client = client;
    this.#pictures = pictures;
    this.#page = page;
    client.listen({
      look: (news) => this.#show(news),
      lookFailed: (failure) => this.#fails(failure),
    });
    button.onclick = () => this.#begin();
    still.addEventListener("change", () => {
      this.#decide(this.#why === "still" ? null : this.#why);
    });
  }

  /**
   * The engine is there.
   * @param {Choices} choices
   * @param {boolean} isSoftware whether a processor stands in for the graphics card
   */
  async offer({ presets }, isSoftware) {
    this.#quickest = (presets.find(({ name }) => name === "sketch") ?? presets[0]).settings;
    const saves = await savesBattery();
    this.#decide(isSoftware ? "software" : saves ? "battery" : null);
  }

  /** @param {Reason | null} why not by itself */
  #decide(why) {
    this.#why = why ?? (still.matches ? "still" : null);
    this.refresh();
  }

  /** What it shows may be out of date, or it may look now. */
  refresh() {
    clearTimeout(this.#timer);
    if (!(this.#quickest && this.#page.mayLook())) {
      return;
    }
    const order = attempt(() => this.#order());
    if (!order || this.#isSeen(order)) {
      return;
    }
    if (box.dataset.state === "painting") {
      this.#noteSlowness();
    }
    if (this.#why) {
      this.#wait(this.#why);
    } else {
      this.#timer = setTimeout(() => this.#begin(), CALM);
    }
  }

  /** @param {string} why it waits to be asked */
  #wait(why) {
    this.#enter("waiting");
    say(byId("look-why"), text(`look-${why}`));
  }

  /** @param {"none" | "waiting" | "painting" | "ready"} state */
  #enter(state) {
    byId("look-state").dataset.state = state;
    box.dataset.state = state;
    button.hidden = state !== "waiting";
    say(byId("look-state"), state === "painting" ? text("look-painting") : "");
    if (state !== "waiting") {
      say(byId("look-why"), "");
    }
  }

  /** @returns {Omit<LookOrder, "number"> | null} none while a picture is missing */
  #order() {
    const { content, styles, areChosen } = this.#pictures;
    const { likeness, colour, strength, precision, memory } = readSettings();
    const chosen = { likeness, colour, strength, precision, memory };
    const settings = /** @type {Settings} */ ({ ...this.#quickest, ...chosen, size: SIZE });
    return areChosen ? { content: content.chosen, styles: styles.read(), settings } : null;
  }

  /** @param {Omit<LookOrder, "number">} order */
  #partsOf({ content, styles, settings }) {
    return [content, JSON.stringify(settings), ...styles.flatMap((style) => Object.values(style))];
  }

  /** @param {Omit<LookOrder, "number">} order */
  #isSeen(order) {
    const parts = this.#partsOf(order);
    return (
      parts.length === this.#seen.length && parts.every((part, index) => part === this.#seen[index])
    );
  }

  #begin() {
    const order = attempt(() => this.#order());
    if (!(order && this.#page.mayLook())) {
      return;
    }
    this.#seen = this.#partsOf(order);
    this.#number += 1;
    this.#enter("painting");
    this.#began = performance.now();
    this.#client.send({ type: "look", number: this.#number, ...order });
  }

  #noteSlowness() {
    if (performance.now() - this.#began > SLOW) {
      this.#why ??= "slow";
    }
  }

  /** Another painting takes the engine: what is not finished is looked at again after it. */
  cancel() {
    clearTimeout(this.#timer);
    if (box.dataset.state === "painting") {
      this.#number += 1;
      this.#seen = [];
      this.#enter("none");
    }
  }

  /** @param {News["look"]} news */
  #show({ number, pixels, width, height, finished }) {
    if (number !== this.#number) {
      return;
    }
    Object.assign(canvas, { width, height });
    canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
    canvas.hidden = false;
    if (finished) {
      this.#noteSlowness();
      this.#enter("ready");
      this.#page.done();
    }
  }

  /** @param {News["lookFailed"]} failure */
  #fails({ number, fault }) {
    if (fault) {
      this.#page.failed();
    }
    if (number === this.#number) {
      this.#seen = [];
      this.#decide(fault ? "failed" : this.#why);
      this.#wait("failed");
    }
  }
}
