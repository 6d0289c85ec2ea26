// Pictures dropped or pasted anywhere on the page.

import { text } from "../../shared/text.js";
import { showError } from "../say/notice.js";

/** @import { Choice } from "./choice.js" */

/**
 * @param {Choice} content
 * @param {Choice} style
 * @param {() => boolean} welcome asked before each picture is taken
 */
export function listenToDropsAndPastes(content, style, welcome) {
  // The picture first, then the painting: whichever is still the page's own sample.
  const free = () => (content.own && !style.own ? style : content);
  /**
   * @param {DataTransfer | null} given
   * @param {Choice} choice
   */
  const take = (given, choice) => {
    const file = given?.files[0];
    if (file && welcome()) {
      choice.take(file);
    } else if (!file && given?.types.includes("text/uri-list")) {
      // To fetch it would tell another server of the visitor.
      showError(text("only-address"), choice);
    }
  };
  /** @param {DragEvent} event */
  const under = (event) =>
    [content, style].find(({ element }) => element.contains(/** @type {Node} */ (event.target))) ??
    free();
  /** @param {Choice | null} choice over which a file is */
  const mark = (choice) => {
    for (const { element } of [content, style]) {
      element.classList.toggle("dragging", choice !== null);
      element.classList.toggle("dropping", choice?.element === element);
    }
  };

  addEventListener("dragover", (event) => {
    event.preventDefault();
    if (event.dataTransfer?.types.includes("Files")) {
      mark(under(event));
    }
  });
  addEventListener("dragleave", (event) => {
    // Only a pointer that leaves the window has nowhere that it enters.
    if (!event.relatedTarget) {
      mark(null);
    }
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    mark(null);
    take(event.dataTransfer, under(event));
  });
  addEventListener("paste", (event) => take(event.clipboardData, free()));
}
