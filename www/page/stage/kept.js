// What of the painting would be lost if it were left: the visitor is asked about that, and about nothing else.

import { text } from "../../shared/text.js";
import { words } from "../say/language.js";
import { showNews } from "../say/notice.js";
import { askToPersist } from "../settings/persistence.js";
import { save } from "./export.js";
import { isOver } from "./phase.js";
import { hasPainted, keptFilm, stepShown } from "./stage.js";

/**
 * @import { NamedFile, Settled } from "../../shared/messages.js"
 * @import { Said, Text } from "../../shared/text.js"
 * @import { Phase } from "./phase.js"
 */

/**
 * @param {Said | null} question none where nothing would be lost
 * @returns {boolean} whether the visitor agrees
 */
const agrees = (question) => question === null || confirm(words(question));

/**
 * @param {NamedFile} film
 * @param {string} name of the painting
 */
export const saveFilm = ({ blob, ending }, name) => save(blob, `impasto-${name}.${ending}`);

/** What of a painting outlives it. */
export class Kept {
  /** @type {Phase} */
  #phase = "none";
  /** Whether this browser keeps its state or, once it has ended, the painting. */
  #byBrowser = false;
  /** Whether it was gone on with, so that something is painted although nothing of it is shown yet. */
  #goesOn = false;
  /** Whether this browser shall keep it, and it is not known yet whether it does. */
  #isPending = false;
  /**
   * The step at which the visitor took a file of it.
   * @type {number | null}
   */
  #takenAt = null;
  /**
   * The film that the visitor took.
   * @type {NamedFile | null}
   */
  #takenFilm = null;
  /**
   * The picture of a painting that has ended, if nobody else has it.
   * @type {{blob: Blob, name: string} | null}
   */
  #left = null;

  /**
   * Another painting.
   * @param {boolean} goesOn whether it was kept by this browser before
   */
  begin(goesOn) {
    this.#byBrowser = this.#goesOn = goesOn;
    this.#takenAt = this.#takenFilm = this.#left = null;
    this.#isPending = false;
  }

  /** @param {boolean} goesOn whether it begins once more with what was put aside of it, rather than from nothing */
  recover(goesOn) {
    this.#goesOn = goesOn;
  }

  /**
   * @param {Phase} phase which the painting has entered
   * @param {boolean} keep whether this browser shall keep it
   */
  enter(phase, keep) {
    if (isOver(phase) && hasPainted()) {
      this.#isPending = keep;
    }
    this.#phase = phase;
  }

  /** This browser keeps how far it is. */
  keepsState() {
    this.#byBrowser = true;
    askToPersist();
  }

  /**
   * It is known what has become of a painting that has ended.
   * @param {Settled} settled
   * @param {boolean} isCurrent whether it is the one that was begun last
   */
  settle({ keep, kept, why, blob, name }, isCurrent) {
    const isShown = isCurrent && isOver(this.#phase);
    const left = blob && { blob, name };
    if (kept) {
      askToPersist();
    }
    if (isShown) {
      this.#isPending = false;
      this.#byBrowser = kept;
      this.#left = left;
    }
    if (left && keep && (why || !isShown)) {
      this.#offer(text("result-not-kept", { why: why ?? "" }), left);
    }
  }

  /** The visitor has a file of what is shown. */
  isTaken() {
    this.#takenAt = stepShown();
  }

  /** @param {string} name of the painting */
  takeFilm(name) {
    const film = keptFilm();
    if (film) {
      saveFilm(film, name);
      this.#takenFilm = film;
    }
  }

  /** The visitor was asked, and wants none of it. */
  letGo() {
    this.#phase = "none";
  }

  get #isKeptAsItIs() {
    return this.#byBrowser || this.#takenAt === stepShown();
  }

  /**
   * @param {boolean} isKept
   * @returns {Said | null} what to ask before a painting that is over goes out of sight
   */
  #questionOf(isKept) {
    if (hasPainted() && !isKept) {
      return text("drop-painting-sure");
    }
    return keptFilm() === this.#takenFilm ? null : text("drop-film-sure");
  }

  /** @returns {Said | null} what to ask before the page is left, if that would lose what nobody keeps */
  get #questionBeforeLeaving() {
    if (this.#phase === "none") {
      return null;
    }
    if (isOver(this.#phase)) {
      return this.#questionOf(this.#isKeptAsItIs);
    }
    const isKept = this.#byBrowser || this.#takenAt !== null;
    const isPainted = hasPainted() || this.#goesOn;
    return isPainted && !isKept ? text("drop-painting-sure") : null;
  }

  /** Whether the page would lose what nobody keeps if it were left now. */
  get wouldBeLost() {
    return this.#questionBeforeLeaving !== null;
  }

  /** @returns {boolean} whether the page may be left, as far as the visitor cares */
  mayLeave() {
    return agrees(this.#questionBeforeLeaving);
  }

  /**
   * While it is being kept nobody is asked: if that fails, it is offered then.
   * @returns {boolean} whether a painting that is over may go out of sight
   */
  mayGo() {
    return agrees(this.#questionOf(this.#isPending || this.#isKeptAsItIs));
  }

  /** A file of it could not be made: what was made when it ended may still be there. */
  offerLeft() {
    if (this.#left) {
      this.#offer(text("result-at-hand"), this.#left);
    }
  }

  /**
   * @param {Text} message
   * @param {{blob: Blob, name: string}} left
   */
  #offer(message, left) {
    showNews(message, text("download"), () => {
      save(left.blob, `impasto-${left.name}.png`);
      if (left === this.#left) {
        this.isTaken();
      }
    });
  }
}
