// Pictures that Impasto painted, and that say how: their settings can be used again.

import { text } from "../../shared/text.js";
import { showNews } from "../say/notice.js";

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
    return text("choose-nothing");
  }
  if (content) {
    return text("choose-style", { count: styles.length });
  }
  return missing === 0 ? text("choose-content") : text("choose-both", { count: styles.length });
}

/**
 * @param {File} file
 * @param {boolean[]} known which of its pictures are at hand, the content first
 * @param {boolean} masked whether its styles had masks
 * @param {() => void} use takes the file as a picture after all
 */
export function tellProvenance(file, known, masked, use) {
  const key = masked ? "painted-by-impasto-masked" : "painted-by-impasto";
  showNews(
    text(key, { file: file.name, choose: whatToChoose(known) }),
    text("use-as-picture"),
    use,
  );
}
