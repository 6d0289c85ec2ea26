// Pictures that Impasto painted, and that say how: their settings can be used again.

import { text } from "../../shared/text.js";
import { showNews } from "../say/notice.js";
import { adoptSettings, rememberSettings } from "../settings/settings.js";

/** @param {boolean[]} known which of its pictures are at hand, the content first */
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
function tell(file, known, masked, use) {
  const key = masked ? "painted-by-impasto-masked" : "painted-by-impasto";
  showNews(
    text(key, { file: file.name, choose: whatToChoose(known) }),
    text("use-as-picture"),
    use,
  );
}

/**
 * A painting of Impasto's own brings its settings, and is a picture only if the visitor says so.
 * @param {File} file
 * @param {import("./choice.js").Choice} choice for which it was chosen
 * @param {{
 *   client: import("../client.js").Client, pictures: import("./pictures.js").Pictures,
 *   isChoosing: () => boolean, changed: () => void,
 * }} page `isChoosing` unless a painting has begun, `changed` is told when the settings are other ones
 * @returns {Promise<boolean>} whether it is one, and so is dealt with
 */
export async function isPainting(file, choice, { client, pictures, isChoosing, changed }) {
  if (file.type !== "image/png") {
    return false;
  }
  const { asked } = choice;
  const { content, styles } = pictures;
  const answer = await client.ask("provenance", {
    file,
    content: content.file,
    styles: styles.files,
  });
  if (!answer.found) {
    return false;
  }
  // Another picture may have been chosen, or a painting begun, since.
  if (asked !== choice.asked || !isChoosing()) {
    return true;
  }
  const { found, known } = answer;
  const putBack = [rememberSettings(), styles.remember()];
  adoptSettings(found.settings);
  styles.expect(found.styles);
  changed();
  const masked = found.styles.some(({ region, source }) => Boolean(region || source));
  tell(file, known, masked, () => {
    for (const put of putBack) {
      put();
    }
    choice.use(file);
  });
  return true;
}
