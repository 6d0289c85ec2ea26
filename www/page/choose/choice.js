// One of the two pictures: a drop area, a file field and samples.

import { find } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { clearError, showError, showErrors } from "../say/notice.js";
import { examine, LEAST_SIDE, withoutEnding } from "./picture.js";

/** @typedef {{file: string}} Sample as in samples.json */

/**
 * What the page calls a sample.
 * @param {Sample} sample
 */
const titleOf = ({ file }) => text(`sample-${withoutEnding(file)}`);

/** A chosen picture with the elements that choose and show it. */
export class Choice {
  /**
   * @param {HTMLElement} element holds `.preview`, `.file` and `.samples`
   * @param {() => void} changed called whenever another picture is chosen
   * @param {(file: File, choice: Choice) => Promise<boolean>} isMore whether a file was more than a picture, and so is
   *   dealt with already
   */
  constructor(element, changed, isMore) {
    this.element = element;
    this.changed = changed;
    this.isMore = isMore;
    /** @type {Blob | null} */
    this.file = null;
    /** What the page calls it. */
    this.title = "";
    /** The file's name without its ending. */
    this.name = "";
    /** Whether the visitor chose it, rather than the page. */
    this.own = false;
    /**
     * The samples that it offers, by their buttons.
     * @type {Map<HTMLButtonElement, Sample>}
     */
    this.samples = new Map();
    /** Counts the requests to choose: what arrives after a later request is out of date. */
    this.asked = 0;
    const field = find(element, ".file", HTMLInputElement);
    field.onchange = () => {
      const file = field.files?.[0];
      if (file) {
        this.take(file);
      }
      // So that the same file can be chosen again.
      field.value = "";
    };
  }

  /** @returns {Blob} the picture, of which it is known that there is one */
  get chosen() {
    if (!this.file) {
      throw new Error("No picture is chosen yet.");
    }
    return this.file;
  }

  /** @returns {HTMLImageElement} the picture as the page shows it */
  get preview() {
    return find(this.element, ".preview", HTMLImageElement);
  }

  /**
   * Takes a picture of the visitor's; one that cannot be decoded leaves the former choice, and the visitor is told.
   * @param {File} file
   */
  async take(file) {
    const wrong = await this.tryOut(file);
    showErrors(wrong ? [wrong] : [], this);
  }

  /**
   * As {@link Choice.take}, but the visitor is told by who asks.
   * @param {File} file
   * @returns {Promise<import("../../shared/text.js").Text | null>} why it cannot be taken, if it cannot
   */
  async tryOut(file) {
    this.asked += 1;
    const asked = this.asked;
    const { picture, wrong } = await examine(file, LEAST_SIDE);
    if (!wrong && !(await this.isMore(file, this)) && asked === this.asked) {
      this.use(picture);
    }
    return wrong;
  }

  /**
   * Takes a file that is known to be a picture.
   * @param {File} file
   */
  use(file) {
    this.asked += 1;
    this.own = true;
    this.choose(file, file.name);
  }

  /**
   * Takes a picture that was chosen before.
   * @param {Blob} file
   * @param {{name: string, title: string}} names
   */
  restore(file, { name, title }) {
    this.asked += 1;
    this.own = true;
    this.show(file, name, title, null);
  }

  /**
   * @param {Blob} file
   * @param {string} fileName
   * @param {HTMLButtonElement | null} button the sample's, if it is one
   */
  choose(file, fileName, button = null) {
    const name = withoutEnding(fileName);
    this.show(file, name, button?.title ?? name, button);
  }

  /**
   * @param {Blob} file
   * @param {string} name
   * @param {string} title
   * @param {HTMLButtonElement | null} button the sample's, if it is one
   */
  show(file, name, title, button) {
    clearError(this);
    this.file = file;
    this.name = name;
    this.title = title;
    const { preview } = this;
    URL.revokeObjectURL(preview.src);
    preview.src = URL.createObjectURL(file);
    preview.alt = this.title;
    preview.hidden = false;
    for (const sample of this.element.querySelectorAll(".sample")) {
      sample.setAttribute("aria-pressed", String(sample === button));
    }
    this.changed();
  }

  /**
   * Shows samples and chooses the first, unless the visitor was quicker.
   * @param {Sample[]} samples
   */
  async offer(samples) {
    this.samples = new Map(samples.map((sample) => [this.sampleButton(sample), sample]));
    find(this.element, ".samples", HTMLElement).replaceChildren(...this.samples.keys());
    const [first] = this.samples;
    if (this.asked === 0) {
      await this.chooseSample(...first);
    }
  }

  /**
   * Buttons for the samples in another place.
   * @param {(choose: () => Promise<void>) => unknown} chosen gets what chooses the sample that was clicked
   */
  copyButtons(chosen) {
    return [...this.samples].map(([button, sample]) => {
      const copy = this.sampleButton(sample);
      copy.removeAttribute("aria-pressed");
      copy.onclick = () => chosen(() => this.chooseSample(button, sample));
      return copy;
    });
  }

  /**
   * @param {string} address
   * @returns {((other: Choice) => void) | null} gives another choice the picture that this one shows there, if it does
   */
  shownAt(address) {
    if (this.file && this.preview.src === address) {
      return (other) => other !== this && other.takeOver(this);
    }
    for (const [button, sample] of this.samples) {
      if (find(button, "img", HTMLImageElement).src === address) {
        return (other) => other.chooseSample(button, sample);
      }
    }
    return null;
  }

  /** @param {Choice} other whose picture this takes too */
  takeOver({ chosen, name, title, own }) {
    this.asked += 1;
    this.own = own;
    this.show(chosen, name, title, null);
  }

  /** @param {Sample} sample */
  sampleButton(sample) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sample";
    say(button, titleOf(sample), "title");
    button.setAttribute("aria-pressed", "false");
    const image = document.createElement("img");
    image.src = `samples/${sample.file}`;
    say(image, titleOf(sample), "alt");
    button.append(image);
    button.onclick = () => this.chooseSample(button, sample);
    return button;
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {Sample} sample
   */
  async chooseSample(button, sample) {
    this.asked += 1;
    const asked = this.asked;
    const file = await fetch(`samples/${sample.file}`)
      .then((answer) => (answer.ok ? answer.blob() : null))
      .catch(() => null);
    if (asked !== this.asked) {
      return;
    }
    if (!file) {
      showError(text("sample-failed", { title: titleOf(sample) }), this);
      return;
    }
    this.own = false;
    this.choose(file, sample.file, button);
  }
}
