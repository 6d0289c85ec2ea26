// The styles under "More": the painting of the second drop area first, then whatever is added.

import { fill, readField } from "./fields.js";
import { clearError } from "./notice.js";
import { isPicture, withoutEnding } from "./picture.js";

/** One style: its picture, its part of the whole and its size beside the painting. */
class StyleRow {
  constructor({ part, scale }) {
    const template = document.getElementById("style-row");
    this.element = template.content.firstElementChild.cloneNode(true);
    this.part = this.element.querySelector(".part");
    this.scale = this.element.querySelector(".scale");
    this.image = this.element.querySelector("img");
    /** @type {Blob | null} */
    this.file = null;
    this.set({ part, scale });
  }

  set({ part, scale }) {
    fill(this.part, part);
    fill(this.scale, scale);
  }

  show(file, title, source) {
    this.file = file;
    this.title = title;
    this.image.src = source;
    this.element.querySelector(".name").textContent = title;
    this.part.ariaLabel = `Part of ${title}`;
    this.scale.ariaLabel = `Size of ${title}`;
    this.element.querySelector(".remove").ariaLabel = `Remove ${title}`;
  }

  read() {
    return { file: this.file, part: readField(this.part), scale: readField(this.scale) };
  }
}

const USUAL = { part: 1, scale: 1 };

/** All styles, in the order in which the engine gets them. */
export class Styles {
  /** @param {() => void} changed called whenever a style or its use is changed */
  constructor(changed) {
    this.changed = changed;
    this.list = document.getElementById("styles");
    /** @type {StyleRow[]} */
    this.rows = [];
    /** How the styles of a painting that is to be repeated were used. */
    this.expected = [];
    const main = this.append();
    // Another painting takes its place, but there is always one.
    main.element.querySelector(".remove").hidden = true;
    const input = document.getElementById("styles-input");
    input.onchange = async () => {
      const files = [...input.files];
      // So that the same file can be chosen again.
      input.value = "";
      await this.add(files);
    };
  }

  append() {
    const row = new StyleRow(this.expected[this.rows.length] ?? USUAL);
    row.part.oninput = row.scale.oninput = this.changed;
    this.rows.push(row);
    this.list.append(row.element);
    return row;
  }

  /**
   * The painting of the second drop area.
   * @param {import("./choice.js").Choice} choice
   */
  showMain(choice) {
    this.rows[0].show(choice.file, choice.title, choice.preview.src);
  }

  /** @param {File[]} files */
  async add(files) {
    clearError(this);
    for (const file of files) {
      if (await isPicture(file, this)) {
        await this.addOne(file);
      }
    }
    this.changed();
  }

  async addOne(file) {
    const row = this.append();
    row.show(file, withoutEnding(file.name), URL.createObjectURL(file));
    row.element.querySelector(".remove").onclick = () => this.remove(row);
    // Its size is asked for next.
    await row.image.decode().catch(() => {});
  }

  remove(row) {
    this.rows.splice(this.rows.indexOf(row), 1);
    URL.revokeObjectURL(row.image.src);
    row.element.remove();
    document.getElementById("styles-input").focus();
    this.changed();
  }

  /**
   * Uses the styles as another painting did, those too that are added later.
   * @param {{part: number, scale: number}[]} uses
   */
  expect(uses) {
    this.expected = uses;
    this.rows.forEach((row, index) => {
      row.set(uses[index] ?? USUAL);
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
   * @returns {{file: Blob, part: number, scale: number}[]}
   * @throws {import("./fields.js").FieldError} that tells the visitor which field to change
   */
  read() {
    return this.rows.map((row) => row.read());
  }

  /** @returns {number[]} width, height and scale of each */
  sizes() {
    return this.rows.flatMap(({ image, scale }) => [
      image.naturalWidth,
      image.naturalHeight,
      readField(scale),
    ]);
  }

  get files() {
    return this.rows.map(({ file }) => file);
  }

  get titles() {
    return this.rows.map(({ title }) => title);
  }
}
