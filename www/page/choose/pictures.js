// All the pictures of a painting: what is painted, what it shall be like, and where each style counts.

import { byId } from "../../shared/elements.js";
import { Choice } from "./choice.js";
import { Styles } from "./styles.js";

/** @import { Names, Painting } from "../../shared/messages.js" */

/**
 * Firefox decodes the picture that was there before while another is on its way.
 * @param {HTMLImageElement} image
 */
async function decoded(image) {
  // From then on it says whether one is on its way.
  await Promise.resolve();
  if (!image.complete) {
    await new Promise((resolve) => {
      image.addEventListener("load", resolve, { once: true });
      image.addEventListener("error", resolve, { once: true });
    });
  }
  await image.decode();
}

export class Pictures {
  #page;
  /**
   * The picture on which masks are painted.
   * @type {Blob | null}
   */
  #beneath = null;

  /**
   * @param {{
   *   chosen: () => void, changed: () => void,
   *   isPainting: (file: File, choice: Choice) => Promise<boolean>,
   * }} page `chosen` is told at once that another picture is there, `changed` when it can be asked what it needs;
   *   `isPainting` says whether a file is dealt with already, because it is a painting of Impasto's own
   */
  constructor(page) {
    this.#page = page;
    const chosen = () => this.#chosen();
    this.content = new Choice(byId("content"), chosen, page.isPainting);
    this.style = new Choice(byId("style"), chosen, page.isPainting);
    this.styles = new Styles(page.changed, () => this.content.preview.src);
  }

  async #chosen() {
    const { content, style, styles } = this;
    this.#page.chosen();
    if (this.#beneath && this.#beneath !== content.file) {
      styles.dropRegions();
    }
    this.#beneath = content.file;
    if (style.file) {
      styles.showMain(style);
    }
    await this.#decoded();
    this.#page.changed();
  }

  /** Until their sizes are known, or known to be unknown. */
  async #decoded() {
    await Promise.allSettled([this.content, this.style].map(({ preview }) => decoded(preview)));
  }

  get areChosen() {
    return Boolean(this.content.file && this.style.file);
  }

  /** @returns {Names} what everything is called, to call it the same when the painting is gone on with */
  get names() {
    const { content, style, styles } = this;
    return {
      content: { name: content.name, title: content.title },
      style: { name: style.name, title: style.title },
      styles: styles.titles,
    };
  }

  /**
   * Puts the pictures of an order back.
   * @param {Painting} order
   */
  async restore({ content, styles, names }) {
    this.content.restore(content, names.content);
    this.style.restore(styles[0].file, names.style);
    await this.styles.restore(styles, names.styles);
    await this.#decoded();
  }
}
