// Files dropped or pasted anywhere on the page: each goes where it was meant to go, or the visitor is told why not.

import { find } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { isModel } from "../model.js";
import { listed } from "../say/language.js";
import { clearError, openDialog, showError, showErrors, showNews } from "../say/notice.js";
import { isTextField } from "../settings/fields.js";

/** @import { Choice } from "./choice.js" */

/**
 * What a gesture brings, read at once: the browser takes it back when the event is over.
 * @typedef {{files: File[], address: string | null}} Brought
 */

/**
 * @param {DataTransfer} given
 * @returns {Brought}
 */
function read(given) {
  const isAddress = given.types.includes("text/uri-list");
  const [address] = given.getData("text/uri-list").split(/\r?\n/);
  return { files: [...given.files], address: isAddress ? address : null };
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null} what lies there and has a field of its own for files
 */
const takerOver = (target) => (target instanceof Element ? target.closest("[data-takes]") : null);

/**
 * Puts files into the field of what takes them, as if they were chosen there.
 * @param {HTMLElement} taker
 * @param {File[]} files
 * @returns {File[]} those for which it has no room
 */
function putInto(taker, files) {
  const field = find(document, `#${taker.dataset.takes}`, HTMLInputElement);
  const taken = field.multiple ? files : files.slice(0, 1);
  const given = new DataTransfer();
  for (const file of taken) {
    given.items.add(file);
  }
  field.files = given.files;
  field.dispatchEvent(new Event("change"));
  return files.slice(taken.length);
}

/**
 * @param {File[]} files for which there was no room
 * @param {"left-out" | "left-out-of-two"} key of what is said of them
 */
function tellOf(files, key) {
  if (files.length > 0) {
    const names = listed(files.map(({ name }) => name));
    showNews(text(key, { files: names }), text("all-right"), () => {});
  }
}

/** Where files go that come by a gesture. */
export class Doorman {
  #content;
  #style;
  #page;
  /** Whether what is dragged is the page's own. */
  #fromHere = false;

  /**
   * @param {{content: Choice, style: Choice}} choices
   * @param {{
   *   welcome: () => boolean, takeModel: (file: File) => void,
   *   ownPictures: ((address: string) => ((choice: Choice) => void) | null)[],
   * }} page `welcome` is asked before files are taken, and tells why they are not; each of `ownPictures` knows pictures that the page itself shows,
   *   by their addresses, and gives them to a choice
   */
  constructor({ content, style }, page) {
    this.#content = content;
    this.#style = style;
    this.#page = page;
  }

  get #choices() {
    return [this.#content, this.#style];
  }

  /** The picture first, then the painting: whichever is still the page's own sample. */
  get #free() {
    return this.#content.own && !this.#style.own ? this.#style : this.#content;
  }

  /** @param {EventTarget | null} target */
  #choiceOver(target) {
    return this.#choices.find(({ element }) => target instanceof Node && element.contains(target));
  }

  /**
   * What is under the pointer takes the first, the other choice the second.
   * @param {File[]} files
   * @param {EventTarget | null} target
   * @returns {Promise<File[]>} those for which there is no room
   */
  async #share(files, target) {
    const first = this.#choiceOver(target) ?? (files.length > 1 ? this.#content : this.#free);
    const both = [first, ...this.#choices.filter((choice) => choice !== first)];
    const tried = both.slice(0, files.length).map((choice, index) => choice.tryOut(files[index]));
    showErrors(
      (await Promise.all(tried)).filter((wrong) => wrong !== null),
      first,
    );
    return files.slice(tried.length);
  }

  /**
   * @param {File[]} files
   * @param {EventTarget | null} target
   */
  async #takePictures(files, target) {
    const dialog = openDialog();
    const taker = takerOver(dialog ?? target);
    clearError("gesture");
    if (taker) {
      tellOf(putInto(taker, files), "left-out");
    } else if (dialog) {
      showError(text("dialogue-first"), "gesture");
    } else {
      tellOf(await this.#share(files, target), "left-out-of-two");
    }
  }

  /**
   * @param {File[]} files
   * @param {EventTarget | null} [target] over which they are, if they are over anything
   */
  takeFiles(files, target = null) {
    if (!this.#page.welcome()) {
      return;
    }
    const [model, ...otherModels] = files.filter(isModel);
    const pictures = files.filter((file) => !isModel(file));
    if (model) {
      this.#page.takeModel(model);
      tellOf(otherModels, "left-out");
    }
    if (pictures.length > 0) {
      this.#takePictures(pictures, target);
    }
  }

  /**
   * A picture that the page itself shows, dragged from one of its places to another.
   * @param {string | null} address
   * @param {EventTarget | null} target
   * @returns {boolean} whether it is one
   */
  #takeOwn(address, target) {
    const give = this.#page.ownPictures.map((find) => find(address ?? "")).find(Boolean);
    const choice = this.#choiceOver(target);
    if (give && choice && !openDialog() && this.#page.welcome()) {
      give(choice);
    }
    return Boolean(give) || this.#fromHere;
  }

  /**
   * @param {DataTransfer} given
   * @param {EventTarget | null} target on which it is let go, if it is
   */
  #take(given, target) {
    const { files, address } = read(given);
    if (this.#takeOwn(address, target)) {
      return;
    }
    if (files.length > 0) {
      this.takeFiles(files, target);
    } else if (address !== null) {
      // To fetch it would tell another server of the visitor.
      showError(text("only-address"), this.#choiceOver(target) ?? this.#free);
    }
  }

  /** @param {HTMLElement | null} under the pointer that has files, what would take them */
  #mark(under) {
    for (const { element } of this.#choices) {
      element.classList.toggle("dragging", under !== null);
    }
    for (const marked of document.querySelectorAll(".dropping")) {
      marked.classList.remove("dropping");
    }
    under?.classList.add("dropping");
  }

  /** @param {DragEvent} event */
  #under({ target }) {
    const dialog = openDialog();
    const choice = this.#choiceOver(target) ?? this.#free;
    return takerOver(dialog ?? target) ?? (dialog ? null : choice.element);
  }

  /** Listens to the whole page. */
  listen() {
    addEventListener("dragstart", () => {
      this.#fromHere = true;
    });
    addEventListener("dragend", () => {
      this.#fromHere = false;
      this.#mark(null);
    });
    addEventListener("dragover", (event) => {
      const hasFiles = event.dataTransfer?.types.includes("Files") ?? false;
      if (!hasFiles && isTextField(event.target)) {
        return;
      }
      event.preventDefault();
      if (hasFiles) {
        this.#mark(this.#under(event));
      }
    });
    addEventListener("dragleave", (event) => {
      // Only a pointer that leaves the window has nowhere that it enters.
      if (!event.relatedTarget) {
        this.#mark(null);
      }
    });
    addEventListener("drop", (event) => {
      const { dataTransfer: given, target } = event;
      this.#mark(null);
      // Words that are dragged into a field are the field's.
      if (given && (given.files.length > 0 || !isTextField(target))) {
        event.preventDefault();
        this.#take(given, target);
      }
    });
    addEventListener("paste", ({ clipboardData: given, target }) => {
      // A spreadsheet's cells come as words and as a picture of them: a field takes the words.
      const isFile = given && given.files.length > 0 && given.getData("text/plain") === "";
      if (given && (isFile || !isTextField(target))) {
        this.#take(given, null);
      }
    });
  }
}
