// One painting after the other: what is ordered, where it stands, and how it goes on after something went wrong.

import { byId } from "../shared/elements.js";
import { text } from "../shared/text.js";
import { startPicture } from "./choose/start-picture.js";
import { offerUnfinished } from "./choose/unfinished.js";
import { Model } from "./model.js";
import { Recovery } from "./recovery.js";
import { clearErrors, clearNews, showError, showNews } from "./say/notice.js";
import { FieldError, reveal as revealField } from "./settings/fields.js";
import { filmEvery } from "./settings/film.js";
import { preferences } from "./settings/preferences.js";
import { readSettings, writeSettings } from "./settings/settings.js";
import { prepareAdjusting } from "./stage/adjust.js";
import { stayAwake } from "./stage/awake.js";
import { Kept } from "./stage/kept.js";
import { isOver, isWaiting } from "./stage/phase.js";
import {
  captionOf,
  frame,
  hasPainted,
  keepFilm,
  prepare,
  reveal,
  showFraction,
  showPhase,
  showRecords,
  showTitle,
} from "./stage/stage.js";

/**
 * @import { Far, Listeners, Order, RunNews, Unfinished } from "../shared/messages.js"
 * @import { Text } from "../shared/text.js"
 * @import { Pictures } from "./choose/pictures.js"
 * @import { Client } from "./client.js"
 * @import { Phase } from "./stage/phase.js"
 */

export class Session {
  #client;
  #pictures;
  #model;
  /** @type {Phase} */
  #phase = "none";
  /**
   * What the worker paints or will paint.
   * @type {Order | null}
   */
  #ordered = null;
  /** Tells the worker's news of this order from those of an earlier one. */
  #number = 0;
  #recovery = new Recovery((from, size) => this.#recover(from, size));
  /** Whether it was the page that paused, because it was hidden. */
  #pausedByHiding = false;
  /** What of the painting outlives it. */
  kept = new Kept();

  #page;

  /**
   * @param {Client} client
   * @param {Pictures} pictures
   * @param {{modelIsThere: () => void, begins: () => void, leaves: () => void}} page is told when a painting takes the
   *   engine, and when the visitor chooses again
   */
  constructor(client, pictures, page) {
    this.#client = client;
    this.#pictures = pictures;
    this.#page = page;
    this.#model = new Model(client, {
      comes: (fraction) => isWaiting(this.#phase) && showFraction(fraction),
      isThere: () => (isWaiting(this.#phase) ? this.#begin() : page.modelIsThere()),
      fails: () => isWaiting(this.#phase) && this.leave(),
    });
    /** @type {Listeners<Omit<RunNews, "settled">>} */
    const listeners = {
      begun: (size) => this.#begun(size),
      grown: ({ width, height }) => frame(width, height),
      steps: ({ records }) => showRecords(records, this.#phase),
      paused: () => this.#phase === "pausing" && this.#enter("paused"),
      stateKept: () => this.kept.keepsState(),
      film: ({ blob, ending }) => keepFilm({ blob, ending }),
      filmFailed: ({ message }) => showError(text("film-failed", { why: message }), "film"),
      finished: ({ complete }) => this.#enter(complete ? "finished" : "stopped"),
      failed: (failure) => this.#failed(failure),
    };
    // And to none that are still on their way from an earlier painting.
    client.listen(listeners, ({ number }) => number === this.#number);
    client.listen({
      settled: ({ number, ...settled }) => this.kept.settle(settled, number === this.#number),
    });
  }

  get #order() {
    if (!this.#ordered) {
      throw new Error("Nothing is ordered yet.");
    }
    return this.#ordered;
  }

  /** @returns {boolean} whether the visitor still chooses what to paint */
  get isChoosing() {
    return this.#phase === "none";
  }

  get hasModel() {
    return this.#model.state === "ready";
  }

  /** The engine that comes next knows no network. */
  expectModel() {
    this.#model.expect();
  }

  /** @param {File} file a model of the visitor's own */
  takeModel(file) {
    this.#model.take(file);
  }

  /** What files of this painting are called, without an ending. */
  get name() {
    return this.#order.name;
  }

  /** @param {Phase} phase */
  #enter(phase) {
    this.#phase = phase;
    showPhase(phase);
    this.kept.enter(phase, this.#ordered?.keep ?? false);
    stayAwake(isWaiting(phase) || phase === "beginning" || phase === "running");
  }

  /** @returns {Order} */
  #readOrder() {
    const { content, style, styles, names } = this.#pictures;
    return {
      id: crypto.randomUUID(),
      settings: readSettings(),
      styles: styles.read(),
      film: filmEvery(),
      content: content.chosen,
      start: startPicture(),
      keep: preferences().keep,
      caption: captionOf(content.title, styles.titles),
      name: `${content.name}-${style.name}`,
      names,
      from: null,
    };
  }

  /**
   * Another order, or another start of it: what the worker still says of the one before is out of date.
   * @param {Order} order
   */
  #take(order) {
    this.#ordered = order;
    this.#number += 1;
  }

  /** Puts the order together; a setting that cannot be used is shown and named instead. */
  #takeOrder() {
    try {
      this.#take(this.#readOrder());
      return true;
    } catch (error) {
      if (!(error instanceof FieldError)) {
        throw error;
      }
      showError(error.text, "settings");
      revealField(error.field);
      return false;
    }
  }

  /** Paints what is chosen. */
  paint() {
    clearErrors();
    clearNews();
    if (this.isChoosing && this.#takeOrder()) {
      this.#recovery.forget();
      this.kept.begin(false);
      this.#showOrder();
      this.#beginWhenReady();
    }
  }

  /**
   * Goes on with a painting of which this browser has kept all that it needs.
   * @param {Unfinished} run
   */
  async goOn({ id, order, begun: _, ...from }) {
    clearErrors();
    clearNews();
    writeSettings(order.settings);
    await this.#pictures.restore(order);
    this.#take({ ...order, id, from });
    this.#recovery.forget();
    this.kept.begin(true);
    this.#showOrder();
    this.#beginWhenReady();
  }

  #showOrder() {
    const { caption, settings } = this.#order;
    const { styleLayers, contentLayers } = settings.perception;
    const layers = { style: Object.keys(styleLayers), content: Object.keys(contentLayers) };
    prepare(caption, this.#pictures.content.preview, layers);
    prepareAdjusting(this.#order);
  }

  /** @param {Phase} phase where it stands until then */
  #beginWhenReady(phase = "waiting") {
    if (this.#model.state === "ready") {
      this.#begin();
    } else {
      this.#enter(phase);
      if (this.#model.state === "failed") {
        this.#model.bring();
      }
    }
    byId("caption").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #begin() {
    this.#page.begins();
    this.#enter("beginning");
    showFraction(0);
    this.#client.send({ ...this.#order, type: "begin", number: this.#number });
  }

  /** @param {RunNews["begun"]} size */
  #begun({ width, height, stages }) {
    reveal(width, height, stages, this.#order.from?.step);
    this.#enter("running");
  }

  /** Back to where one chooses. */
  leave() {
    this.#enter("none");
    byId("start").focus({ preventScroll: true });
    this.offerUnfinished();
    this.#page.leaves();
  }

  /** Offers to go on with what was broken off. */
  offerUnfinished() {
    offerUnfinished((run) => this.goOn(run));
  }

  /** Makes room for another painting, unless this one would be lost by it and the visitor wants it. */
  paintAnother() {
    if (this.kept.mayGo()) {
      this.leave();
    }
  }

  /**
   * Paints the same picture in another style, unless this painting would be lost by it and the visitor wants it.
   * @param {() => Promise<void>} choose the style
   */
  async paintAgain(choose) {
    if (this.kept.mayGo()) {
      this.leave();
      await choose();
      this.paint();
    }
  }

  /** @returns {boolean} whether another picture may be taken: one that comes while a painting is done means another one */
  makeRoom() {
    if (isOver(this.#phase)) {
      this.paintAnother();
    } else if (!this.isChoosing) {
      showNews(text("painting-first"), text("all-right"), () => {});
    }
    return this.isChoosing;
  }

  stop() {
    this.#client.send({ type: "stop" });
    if (isWaiting(this.#phase) || this.#phase === "beginning") {
      // Nothing is painted yet: what the worker still says of it is out of date.
      this.#number += 1;
      this.leave();
    }
  }

  pauseOrResume() {
    const pausing = this.#phase === "running";
    this.#pausedByHiding = false;
    this.#enter(pausing ? "pausing" : "running");
    this.#client.send({ type: pausing ? "pause" : "resume" });
  }

  /** The page is hidden, or seen again. */
  hiddenOrSeen() {
    showTitle(this.#phase);
    if (document.hidden) {
      this.#client.send({ type: "hurry" });
      if (!preferences().background && this.#phase === "running") {
        this.pauseOrResume();
        this.#pausedByHiding = true;
      }
    } else if (this.#pausedByHiding && ["pausing", "paused"].includes(this.#phase)) {
      this.pauseOrResume();
    }
  }

  /** Nothing can be painted any more. */
  end() {
    this.#number += 1;
    this.kept.offerLeft();
    this.#enter("none");
    this.#model.hide();
  }

  /** @param {RunNews["failed"]} failure */
  #failed({ message, fault, far }) {
    if (fault) {
      // The engine that comes next knows no network.
      this.#model.expect();
    }
    if (fault === "gpu" && this.#recovery.bySelf(far)) {
      return;
    }
    // What was painted so far can still be saved, but not from a broken engine; without a step there is nothing to see.
    if (hasPainted() && !fault) {
      this.#enter("stopped");
    } else {
      this.leave();
    }
    if (fault) {
      this.#recovery.offer(message, fault, far, this.#order);
    } else {
      showError(message, "painting");
    }
  }

  /**
   * Goes on from what was kept last, or begins anew, with the engine that takes the place of a broken one.
   * @param {Far | null} from
   * @param {number} [size] to which it grows, where the one that was ordered was too large
   */
  #recover(from, size) {
    clearErrors();
    let { settings } = this.#order;
    if (size) {
      settings = { ...settings, size };
      writeSettings(settings);
    }
    this.#take({ ...this.#order, settings, from });
    this.kept.recover(from !== null);
    this.#showOrder();
    this.#beginWhenReady("recovering");
  }
}
