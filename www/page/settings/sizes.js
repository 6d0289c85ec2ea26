// How large the painting is, by what it is for.

import { byId, find } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { fill, reveal } from "./fields.js";

/**
 * The longer side, by the text that names it: a first picture; a full HD screen; a phone's screen, whose longer side few
 * have larger; and 297 mm at 200 dots an inch.
 */
const NAMED = { look: 512, screen: 1920, phone: 2400, a4: 2339 };
const OWN = "own";

const select = byId("named-size", HTMLSelectElement);
const own = byId("own-size");
const size = byId("size", HTMLInputElement);

/** Whether the visitor wants a size of her own, though it may be one that has a name. */
let isOwn = false;

/** @param {() => void} told called when the size was chosen by its name */
export function offerSizes(told) {
  const options = Object.keys(NAMED).map((name) => new Option("", name));
  select.prepend(...options);
  select.onchange = () => {
    isOwn = select.value === OWN;
    if (isOwn) {
      own.hidden = false;
      reveal(size);
      size.select();
      return;
    }
    fill(size, NAMED[/** @type {keyof typeof NAMED} */ (select.value)]);
    size.dispatchEvent(new Event("input"));
    told();
  };
}

/**
 * Says how many pixels each has, and which is set.
 * @param {HTMLImageElement} picture that is painted
 */
export function showSizes({ naturalWidth, naturalHeight }) {
  const longest = Math.max(naturalWidth, naturalHeight);
  for (const [name, side] of Object.entries(NAMED)) {
    const option = find(select, `[value=${name}]`, HTMLOptionElement);
    const [width, height] = [naturalWidth, naturalHeight].map((pixels) =>
      longest > 0 ? Math.round((pixels / longest) * side) : side,
    );
    say(option, text(`size-${name}`, { width, height }));
    option.disabled = side > Number(size.max);
  }
  if (size.value === "" && !isOwn) {
    // The engine has not said yet with what it begins.
    return;
  }
  const named = Object.entries(NAMED).find(([, side]) => String(side) === size.value);
  select.value = isOwn || !named ? OWN : named[0];
  own.hidden = select.value !== OWN;
}
