// Looking at pictures: zoom and pan, before and after, full screen, two side by side.

import { byId, find, findAll } from "../../shared/elements.js";
import { isField } from "../settings/fields.js";

const MOST = 16;
/** One press of a button or key. */
const STEP = Math.SQRT2;
/** Part of the view that an arrow key moves it. */
const NUDGE = 0.1;
/** @typedef {[number, number]} Place across and down, in parts of a view */

const WHOLE = { zoom: 1, x: 0, y: 0 };

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

/** One zoom and place for one view or several, each of which shows its `.sheet` through a window of its own size. */
class Zoom {
  zoom = 1;
  /** Of the picture's left upper corner, in parts of the view. */
  x = 0;
  y = 0;

  /**
   * @param {HTMLElement[]} views
   * @param {(now: Zoom) => void} changed
   */
  constructor(views, changed) {
    this.views = views;
    this.changed = changed;
    /**
     * Pointers that are down, by their number, where they were last.
     * @type {Map<number, Place>}
     */
    this.pointers = new Map();
    for (const view of views) {
      this.listen(view);
    }
    this.reset();
  }

  /** Shows all of the picture. */
  reset() {
    this.show(WHOLE);
  }

  /**
   * @param {{zoom: number, x: number, y: number}} place
   */
  show({ zoom, x, y }) {
    this.zoom = clamp(zoom, 1, MOST);
    this.x = clamp(x, 1 - this.zoom, 0);
    this.y = clamp(y, 1 - this.zoom, 0);
    for (const { style, classList } of this.views) {
      style.setProperty("--zoom", String(this.zoom));
      style.setProperty("--x", `${100 * this.x}%`);
      style.setProperty("--y", `${100 * this.y}%`);
      classList.toggle("zoomed", this.zoom > 1);
    }
    this.changed(this);
  }

  /**
   * Zooms so that what lies at a place of the view stays there.
   * @param {number} factor
   * @param {Place} [place]
   */
  by(factor, [x, y] = [0.5, 0.5]) {
    const zoom = clamp(this.zoom * factor, 1, MOST);
    const grown = zoom / this.zoom;
    this.show({ zoom, x: x - (x - this.x) * grown, y: y - (y - this.y) * grown });
  }

  /**
   * @param {number} x in parts of the view
   * @param {number} y
   */
  move(x, y) {
    this.show({ zoom: this.zoom, x: this.x + x, y: this.y + y });
  }

  /** @param {HTMLElement} view */
  listen(view) {
    /**
     * @param {MouseEvent} event
     * @returns {Place}
     */
    const place = ({ clientX, clientY }) => {
      const box = view.getBoundingClientRect();
      return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
    };
    view.addEventListener("wheel", (event) => this.turn(event, place(event)), { passive: false });
    view.ondblclick = (event) => (this.zoom > 1 ? this.reset() : this.by(4, place(event)));
    view.onpointerdown = (event) => {
      if (event.button === 0 && !(event.target instanceof HTMLInputElement)) {
        view.setPointerCapture(event.pointerId);
        this.pointers.set(event.pointerId, place(event));
      }
    };
    view.onpointermove = (event) => {
      if (this.pointers.has(event.pointerId)) {
        this.drag(event.pointerId, place(event));
      }
    };
    view.onpointerup = view.onpointercancel = ({ pointerId }) => this.pointers.delete(pointerId);
  }

  // A wheel scrolls the page until one has zoomed in: to be caught in a picture would annoy.
  /**
   * @param {WheelEvent} event
   * @param {Place} place
   */
  turn(event, place) {
    if (event.ctrlKey || this.zoom > 1 || document.fullscreenElement) {
      event.preventDefault();
      // A pinch on a touch pad comes as a wheel with Control, and in small turns.
      this.by(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), place);
    }
  }

  /**
   * @param {number} pointer
   * @param {Place} place where it is now
   */
  drag(pointer, place) {
    const before = [...this.pointers.values()];
    const last = this.pointers.get(pointer) ?? place;
    this.pointers.set(pointer, place);
    if (before.length === 2) {
      const after = [...this.pointers.values()];
      this.by(spread(after) / Math.max(spread(before), 1e-3), middle(before));
    }
    this.move((place[0] - last[0]) / before.length, (place[1] - last[1]) / before.length);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    /** @type {Record<string, Place>} */
    const moves = {
      ArrowLeft: [NUDGE, 0],
      ArrowRight: [-NUDGE, 0],
      ArrowUp: [0, NUDGE],
      ArrowDown: [0, -NUDGE],
    };
    if (event.key === "+" || event.key === "=") {
      this.by(STEP);
    } else if (event.key === "-") {
      this.by(1 / STEP);
    } else if (event.key === "0") {
      this.reset();
    } else if (event.key in moves && this.zoom > 1) {
      this.move(...moves[event.key]);
    } else {
      return;
    }
    event.preventDefault();
  }
}

/** @param {Place[]} places two */
const spread = ([one, other]) => Math.hypot(one[0] - other[0], one[1] - other[1]);
/**
 * @param {Place[]} places two
 * @returns {Place}
 */
const middle = ([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];

/**
 * A button beside a view: `.out`, `.fit` or `.in`.
 * @param {ParentNode} tools
 * @param {string} selector
 */
const tool = (tools, selector) => find(tools, selector, HTMLButtonElement);

/**
 * @param {ParentNode} tools
 * @param {() => Zoom | undefined} zoom
 */
function listenToZoomButtons(tools, zoom) {
  tool(tools, ".out").onclick = () => zoom()?.by(1 / STEP);
  tool(tools, ".fit").onclick = () => zoom()?.reset();
  tool(tools, ".in").onclick = () => zoom()?.by(STEP);
}

/**
 * @param {ParentNode} tools
 * @param {Zoom} shown
 */
function showZoom(tools, { zoom }) {
  tool(tools, ".fit").textContent = `${Math.round(100 * zoom)} %`;
  tool(tools, ".out").disabled = zoom <= 1;
  tool(tools, ".in").disabled = zoom >= MOST;
}

const easel = find(document, ".easel", HTMLElement);
const view = byId("view");
const divide = byId("divide", HTMLInputElement);
const toggle = byId("before-after");
const full = byId("full-screen");
const zoom = new Zoom([view], (now) => showZoom(easel, now));

function showDivide() {
  const on = toggle.getAttribute("aria-pressed") === "true";
  divide.hidden = byId("before").hidden = !on;
  view.style.setProperty("--divide", `${100 * divide.valueAsNumber}%`);
}

/** Makes the view ready for another painting. */
export function resetView() {
  zoom.reset();
  toggle.setAttribute("aria-pressed", "false");
  divide.valueAsNumber = 0.5;
  showDivide();
}

const fills = () => document.fullscreenElement === easel || easel.classList.contains("fills");

// iPhones let only films fill the screen: there the picture fills the page.
async function fillOrLeave() {
  if (document.fullscreenElement) {
    await document.exitFullscreen();
  } else if (easel.classList.contains("fills")) {
    easel.classList.remove("fills");
  } else if (easel.requestFullscreen) {
    await easel.requestFullscreen();
  } else {
    easel.classList.add("fills");
  }
  showFull();
}

function showFull() {
  full.setAttribute("aria-pressed", String(fills()));
}

/**
 * The zoom that keys are meant for; none while one writes or chooses something.
 * @param {KeyboardEvent} event
 */
function zoomOfKeys({ target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey || isField(target)) {
    return null;
  }
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    return dialog.id === "compared" ? (linked ?? null) : null;
  }
  return byId("stage").hidden ? null : zoom;
}

/** Makes the view ready, once. */
export function listenToView() {
  listenToZoomButtons(easel, () => zoom);
  listenToZoomButtons(byId("compared", HTMLDialogElement), () => linked);
  toggle.onclick = () => {
    const on = toggle.getAttribute("aria-pressed") === "true";
    toggle.setAttribute("aria-pressed", String(!on));
    showDivide();
  };
  divide.oninput = showDivide;
  full.onclick = fillOrLeave;
  document.addEventListener("fullscreenchange", showFull);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && easel.classList.contains("fills")) {
      fillOrLeave();
    }
    zoomOfKeys(event)?.press(event);
  });
  byId("compared-close").onclick = () => byId("compared", HTMLDialogElement).close();
  byId("compared", HTMLDialogElement).onclose = () => {
    for (const image of comparedImages()) {
      URL.revokeObjectURL(image.src);
      image.removeAttribute("src");
    }
  };
  resetView();
}

const comparedImages = () => findAll(byId("compared", HTMLDialogElement), "img", HTMLImageElement);
/** @type {Zoom | undefined} */
let linked;

/**
 * Shows two pictures side by side, zoomed and moved together.
 * @param {{blob: Blob, caption: string}} one
 * @param {{blob: Blob, caption: string}} other
 */
export function compare(one, other) {
  const dialog = byId("compared", HTMLDialogElement);
  const captions = dialog.querySelectorAll("figcaption");
  [one, other].forEach(({ blob, caption }, index) => {
    const image = comparedImages()[index];
    image.src = URL.createObjectURL(blob);
    image.alt = caption;
    captions[index].textContent = caption;
  });
  linked ??= new Zoom(findAll(dialog, ".view", HTMLElement), (now) => showZoom(dialog, now));
  linked.reset();
  dialog.showModal();
}
