// Whether a film is taken, and how often a frame of it.

import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { say } from "../say/language.js";
import { readNumber } from "./fields.js";

const film = byId("film", HTMLInputElement);

/** Makes its fields ready, once. */
export function listenToFilm() {
  film.onchange = () => {
    byId("film-every-control").hidden = !film.checked;
  };
}

/** @param {boolean} possible whether this browser can encode films */
export function offerFilms(possible) {
  film.disabled = !possible;
  if (!possible) {
    say(byId("film-help"), text("film-unsupported"));
  }
}

/**
 * @returns {number} so many steps there is a frame; none where it is 0
 * @throws {import("./fields.js").FieldError} that tells the visitor which field to change
 */
export const filmEvery = () =>
  film.checked ? readNumber(byId("film-every", HTMLInputElement)) : 0;
