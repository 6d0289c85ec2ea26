// The styles under "More": the painting of the second drop area first, then whatever is added.

import { byId, find } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { clearError, showErrors, showNews } from "../say/notice.js";
import { attempt, fill, readNumber } from "../settings/fields.js";
import { askForMask } from "./mask.js";
import { examine, LEAST_SIDE, withoutEnding } from "./picture.js";

/**
 * @import { StyleSize, StyleUse } from "../../shared/messages.js"
 * @import { Text } from "../../shared/text.js"
 * @import { Choice } from "./choice.js"
 */

/** @typedef {{part: number, scale: number}} Use how a style is used: its part of the whole, and its size */

/** A button that asks for a mask and shows it. */
class MaskButton {
  /**
   * @param {HTMLElement} element
   * @param {() => {title: Text, picture: string, others: Blob[]}} about what is asked, when it is
   * @param {() => void} changed
   */
  constructor(element, about, changed) {
    this.image = find(element, "img", HTMLImageElement);
    this.changed = changed;
    /** @type {Blob | null} */
    this.file = null;
    /** Whether it was painted on the picture that is there now. */
    this.byHand = false;
    element.onclick = async () => {
      const answer = await askForMask({ ...about(), mask: this.file, byHand: this.byHand });
      if (!answer.kept) {
        this.set(answer.file, answer.byHand);
        changed();
      }
      element.focus();
    };
  }

  /**
   * @param {Blob | null} file
   * @param {boolean} [byHand]
   */
  set(file, byHand = false) {
    this.file = file;
    this.byHand = byHand;
    URL.revokeObjectURL(this.image.src);
    this.image.hidden = !file;
    if (file) {
      this.image.src = URL.createObjectURL(file);
    }
  }

  /** @returns {boolean} whether it was painted by hand, and so is gone with the picture beneath it */
  dropPainted() {
    const drop = Boolean(this.file) && this.byHand;
    if (drop) {
      this.set(null);
    }
    return drop;
  }
}

/** One style: its picture, its part of the whole, its size beside the painting, and its masks. */
class StyleRow {
  /**
   * @param {Use} use
   * @param {{content: () => string, others: () => Blob[], changed: () => void}} page
   */
  constructor(use, { content, others, changed }) {
    const template = byId("style-row", HTMLTemplateElement);
    const row = document.importNode(template.content, true);
    this.element = find(row, "li", HTMLLIElement);
    this.part = find(row, ".part-of-whole", HTMLInputElement);
    this.scale = find(row, ".scale", HTMLInputElement);
    this.image = find(row, "img", HTMLImageElement);
    /** @type {Blob | null} */
    this.file = null;
    this.title = "";
    const onContent = () => ({
      title: text("mask-on-content", { title: this.title }),
      picture: content(),
      others: others(),
    });
    const onStyle = () => ({
      title: text("what-counts-of", { title: this.title }),
      picture: this.image.src,
      others: [],
    });
    this.region = new MaskButton(this.find(".region"), onContent, changed);
    this.source = new MaskButton(this.find(".source"), onStyle, changed);
    this.set(use);
  }

  /** @param {Use} use */
  set({ part, scale }) {
    fill(this.part, part);
    fill(this.scale, scale);
  }

  /**
   * @param {Blob} file
   * @param {string} title
   * @param {string} source the picture's address
   */
  show(file, title, source) {
    if (this.file && this.file !== file) {
      this.source.dropPainted();
    }
    this.file = file;
    this.title = title;
    this.image.src = source;
    this.find(".name").textContent = title;
    /**
     * @param {HTMLElement} element
     * @param {string} key of the text
     */
    const name = (element, key) => say(element, text(key, { title }), "aria-label");
    name(this.part, "part-of");
    name(this.scale, "size-of");
    name(this.find(".region"), "where-painted");
    name(this.find(".source"), "what-counts-of");
    name(this.find(".remove"), "remove-style");
  }

  /** @param {string} selector */
  find(selector) {
    return find(this.element, selector, HTMLElement);
  }

  /** @returns {StyleUse} */
  read() {
    if (!this.file) {
      throw new Error("This style has no picture yet.");
    }
    return {
      file: this.file,
      part: readNumber(this.part),
      scale: readNumber(this.scale),
      region: this.region.file,
      source: this.source.file,
    };
  }
}

const USUAL = { part: 1, scale: 1 };

/** @param {StyleRow} row */
const regionOf = ({ region }) => (region.file ? [region.file] : []);

/** All styles, in the order in which the engine gets them. */
export class Styles {
  /**
   * @param {() => void} changed called whenever a style or its use is changed
   * @param {() => string} content gives the address of the picture that is painted
   */
  constructor(changed, content) {
    this.changed = changed;
    this.content = content;
    this.list = byId("styles");
    /** @type {StyleRow[]} */
    this.rows = [];
    /**
     * How the styles of a painting that is to be repeated were used.
     * @type {Use[]}
     */
    this.expected = [];
    const main = this.append();
    // Another painting takes its place, but there is always one.
    main.find(".remove").hidden = true;
    const input = byId("styles-input", HTMLInputElement);
    input.onchange = async () => {
      const files = [...(input.files ?? [])];
      // So that the same file can be chosen again.
      input.value = "";
      await this.add(files);
    };
  }

  append() {
    const row = new StyleRow(this.expected[this.rows.length] ?? USUAL, {
      content: this.content,
      others: () => this.rows.filter((other) => other !== row).flatMap(regionOf),
      changed: this.changed,
    });
    row.part.oninput = row.scale.oninput = this.changed;
    this.rows.push(row);
    this.list.append(row.element);
    return row;
  }

  /**
   * The painting of the second drop area.
   * @param {Choice} choice
   */
  showMain(choice) {
    this.rows[0].show(choice.chosen, choice.title, choice.preview.src);
  }

  /** @param {File[]} files */
  async add(files) {
    clearError(this);
    const allWrong = [];
    for (const file of files) {
      const { picture, wrong } = await examine(file, LEAST_SIDE);
      if (wrong) {
        allWrong.push(wrong);
      } else {
        await this.addOne(picture, withoutEnding(file.name));
      }
    }
    showErrors(allWrong, this);
    this.changed();
  }

  /**
   * @param {Blob} file
   * @param {string} title
   */
  async addOne(file, title) {
    const row = this.append();
    row.show(file, title, URL.createObjectURL(file));
    row.find(".remove").onclick = () => this.remove(row);
    // Its size is asked for next.
    await row.image.decode().catch(() => {});
  }

  /** @param {StyleRow} row */
  drop(row) {
    this.rows.splice(this.rows.indexOf(row), 1);
    URL.revokeObjectURL(row.image.src);
    row.element.remove();
  }

  /** @param {StyleRow} row */
  remove(row) {
    this.drop(row);
    byId("styles-input", HTMLInputElement).focus();
    this.changed();
  }

  /**
   * Uses the styles as another painting did, those too that are added later.
   * @param {Use[]} uses
   */
  expect(uses) {
    this.expected = uses;
    this.rows.forEach((row, index) => {
      row.set(uses[index] ?? USUAL);
    });
  }

  /**
   * Puts the styles of an order back; the first one's picture is there already.
   * @param {StyleUse[]} styles
   * @param {string[]} titles
   */
  async restore(styles, titles) {
    for (const row of this.rows.slice(1)) {
      this.drop(row);
    }
    for (const [index, { file }] of styles.entries()) {
      if (index > 0) {
        await this.addOne(file, titles[index]);
      }
    }
    this.rows.forEach((row, index) => {
      row.set(styles[index]);
      row.region.set(styles[index].region);
      row.source.set(styles[index].source);
    });
  }

  /** @returns {() => void} puts back how the styles are used now */
  remember() {
    const { expected } = this;
    const states = this.rows.map((row) => ({ row, part: row.part.value, scale: row.scale.value }));
    return () => {
      this.expected = expected;
      for (const { row, part, scale } of states) {
        row.part.value = part;
        row.scale.value = scale;
      }
    };
  }

  /**
   * @returns {StyleUse[]}
   * @throws {import("../settings/fields.js").FieldError} that tells the visitor which field to change
   */
  read() {
    return this.rows.map((row) => row.read());
  }

  /** Another picture is painted: what was painted on the one before means nothing on it. */
  dropRegions() {
    const dropped = this.rows.filter(({ region }) => region.dropPainted());
    if (dropped.length > 0) {
      showNews(text("masks-gone"), text("all-right"), () => {});
    }
  }

  /** @returns {StyleSize[]} */
  sizes() {
    return this.rows.map(({ image, scale, region, source }) => ({
      width: image.naturalWidth,
      height: image.naturalHeight,
      scale: readNumber(scale),
      region: region.file !== null,
      source: source.file !== null,
    }));
  }

  /** @returns {number | null} the first style's size beside the painting; none where it is no number */
  get mainScale() {
    return attempt(() => readNumber(this.rows[0].scale));
  }

  /** @param {number | null} scale */
  set mainScale(scale) {
    fill(this.rows[0].scale, scale);
  }

  /** The most that a style's size beside the painting's may be. */
  get mostScale() {
    return Number(this.rows.at(0)?.scale.max);
  }

  get files() {
    return this.rows.map(({ file }) => file);
  }

  get titles() {
    return this.rows.map(({ title }) => title);
  }
}
