// Pictures that Impasto painted, and that say how: their settings can be used again.

import { showNews } from "./notice.js";

/** Counts the questions: an answer to an earlier one finds its asker by its number. */
let question = 0;
const askers = new Map();

/**
 * @param {Worker} worker
 * @param {{file: File, content: Blob | null, styles: (Blob | null)[]}} what the file, and the pictures at hand
 * @returns {Promise<{found?: object, known?: boolean[]}>} how it was painted, and which pictures of it are at hand
 */
export function askProvenance(worker, what) {
  question += 1;
  worker.postMessage({ type: "provenance", question, ...what });
  return new Promise((resolve) => askers.set(question, resolve));
}

export function answerProvenance({ question, ...answer }) {
  askers.get(question)(answer);
  askers.delete(question);
}

function whatToChoose([content, ...styles]) {
  const missing = styles.filter((known) => !known).length;
  if (content && missing === 0) {
    return "Its pictures are chosen too: Paint paints it again.";
  }
  if (content) {
    return styles.length === 1
      ? "Choose the painting it was painted like to paint it again."
      : `Choose the ${styles.length} paintings it was painted like, in their order, to paint it again.`;
  }
  if (missing === 0) {
    return "Choose the picture that it was painted from to paint it again.";
  }
  return styles.length === 1
    ? "Choose its two pictures to paint it again."
    : `Choose its picture and its ${styles.length} paintings, in their order, to paint it again.`;
}

/**
 * @param {File} file
 * @param {boolean[]} known which of its pictures are at hand, the content first
 * @param {boolean} masked whether its styles had masks
 * @param {() => void} use takes the file as a picture after all
 */
export function tellProvenance(file, known, masked, use) {
  const masks = masked ? " It had masks, which are not in it: choose them anew." : "";
  showNews(
    `${file.name} was painted by Impasto: its settings are set. ${whatToChoose(known)}${masks}`,
    "Use it as a picture instead",
    use,
  );
}
