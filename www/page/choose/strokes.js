// How large the strokes are: the style's size beside the painting, by a slider, and shown on a crop of the style.

import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { number } from "../say/numbers.js";

/** @import { Pictures } from "./pictures.js" */

/** Places of the slider from one size to twice that. */
const AN_OCTAVE = 4;

const slider = byId("strokes", HTMLInputElement);
const crop = byId("crop");

/** @param {number} place of the slider */
const scaleAt = (place) => Number((2 ** (place / AN_OCTAVE)).toFixed(2));

/** @param {number} scale */
const placeOf = (scale) => Math.round(AN_OCTAVE * Math.log2(scale));

/**
 * The longer side of a picture as the page shows it: as large as its box allows.
 * @param {HTMLImageElement} image
 * @returns {number} CSS pixels
 */
function shownSide({ naturalWidth, naturalHeight, clientWidth, clientHeight }) {
  const scale = Math.min(clientWidth / naturalWidth, clientHeight / naturalHeight);
  return Math.max(naturalWidth, naturalHeight) * scale;
}

export class Strokes {
  #pictures;

  /**
   * @param {Pictures} pictures
   * @param {() => void} changed called when the slider has moved
   */
  constructor(pictures, changed) {
    this.#pictures = pictures;
    slider.oninput = () => {
      pictures.styles.mainScale = scaleAt(slider.valueAsNumber);
      this.show();
      changed();
    };
    new ResizeObserver(() => this.#showCrop()).observe(pictures.content.preview);
  }

  /** Shows the size that the first style has, whoever set it. */
  show() {
    const scale = this.#pictures.styles.mainScale;
    // What is no number stays for its owner to mend.
    if (scale !== null) {
      slider.value = String(placeOf(scale));
      slider.ariaValueText = number(scale, 2);
      this.#showCrop();
    }
  }

  /** As large beside the picture as it is shown as it will be beside the painting. */
  #showCrop() {
    const { content, style, styles } = this.#pictures;
    const { naturalWidth, naturalHeight } = style.preview;
    const side = shownSide(content.preview) * (styles.mainScale ?? 1);
    const unit = side / Math.max(naturalWidth, naturalHeight);
    if (Number.isFinite(unit)) {
      crop.style.backgroundImage = `url("${style.preview.src}")`;
      crop.style.backgroundSize = `${naturalWidth * unit}px ${naturalHeight * unit}px`;
      say(crop, text("crop-label", { title: style.title }), "aria-label");
    }
  }
}
