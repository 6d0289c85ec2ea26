// The page: wires what the visitor does, the worker, and the screens to each other.

import { byId, find } from "../shared/elements.js";
import { text } from "../shared/text.js";
import { offerCamera } from "./choose/camera.js";
import { Doorman } from "./choose/drops.js";
import { keptAt, listenToGallery, showGallery } from "./choose/gallery.js";
import { Look } from "./choose/look.js";
import { listenToMasking } from "./choose/mask.js";
import { Pictures } from "./choose/pictures.js";
import { isPainting } from "./choose/provenance.js";
import { listenToStartPicture } from "./choose/start-picture.js";
import { Strokes } from "./choose/strokes.js";
import { Client } from "./client.js";
import { keepForOffline, sharedPictures } from "./offline.js";
import { offerLanguages, say } from "./say/language.js";
import { clearError, showError, showNews } from "./say/notice.js";
import { missing, showUnsupported } from "./say/unsupported.js";
import { Session } from "./session.js";
import { listenToFilm, offerFilms } from "./settings/film.js";
import { offerLink, takeSettingsOfLink } from "./settings/link.js";
import { longestOpened } from "./settings/machine.js";
import { memoryOrder, showMemory, tooNarrow } from "./settings/memory.js";
import { listenToPreferences, preferences } from "./settings/preferences.js";
import { offerSettings } from "./settings/settings.js";
import { offerSizes, showSizes } from "./settings/sizes.js";
import { listenToAdjusting } from "./stage/adjust.js";
import { listenToWaysOut, save } from "./stage/export.js";
import { saveFilm } from "./stage/kept.js";
import { compare, listenToView } from "./stage/viewer.js";

/**
 * @import { News } from "../shared/messages.js"
 * @import { Text } from "../shared/text.js"
 */

const start = byId("start", HTMLButtonElement);
const software = /swiftshader|llvmpipe|basic render|software/i;
/** What the engine says, or a browser, where neither knows a name. */
const nameless = /^(unnamed|unknown|generic)\b|^\W*$/i;

/** @type {Client} */
let client;
/** @type {Pictures} */
let pictures;
/** @type {Session} */
let session;
/** @type {Look} */
let look;
/** @type {Strokes} */
let strokes;
/**
 * Which picture is too narrow at the size that is set, if one is.
 * @type {Text | null}
 */
let narrow = null;

function updateStart() {
  start.disabled = !(client.opened && pictures.areChosen);
}

/** Shows what follows from the settings and pictures, and asks what the painting would need. */
function askMemory() {
  showSizes(pictures.content.preview);
  strokes.show();
  look.refresh();
  const order = client.opened && memoryOrder(pictures);
  narrow = order ? tooNarrow(pictures, order) : null;
  if (narrow) {
    showMemory({ message: narrow });
  } else if (order) {
    clearError("narrow");
    client.send(order);
  }
}

/** What cannot be painted is said when it is chosen. */
function picturesChanged() {
  askMemory();
  if (narrow) {
    showError(narrow, "narrow");
  }
}

/** @param {News["opened"]} news */
function opened({ adapter, choices, films }) {
  offerSettings(choices, askMemory);
  look.offer(choices, software.test(adapter));
  say(byId("version"), text("version", { version: choices.version }));
  offerFilms(films);
  for (const id of ["first-screen", "controls"]) {
    byId(id, HTMLFieldSetElement).disabled = false;
  }
  updateStart();
  picturesChanged();
  takeSettingsOfLink(client, askMemory);
  // Not before: its settings go into the fields, which have only now got what the engine offers.
  session.offerUnfinished();
  sayAdapter(adapter);
}

/** @param {string} adapter */
function sayAdapter(adapter) {
  const how = software.test(adapter) ? "paints-slowly" : "paints-on";
  const said = nameless.test(adapter) ? text("paints-on-own") : text(how, { adapter });
  say(byId("adapter"), said);
}

/**
 * Without its worker the page can only be loaded again.
 * @param {Text} message
 */
function halt(message) {
  client.end();
  session.end();
  start.hidden = true;
  showError(message, "worker", () => location.reload());
}

function openClient() {
  client = new Client((message) =>
    halt(text("came-to-halt", { why: message || text("files-incomplete") })),
  );
  client.listen({
    opened,
    openFailed: ({ message }) => halt(text("could-not-start", { why: message })),
    halted: ({ message }) => halt(text("came-to-halt-kept", { why: message })),
    // An answer to what was asked before may still come.
    memory: (answer) => showMemory(narrow ? { message: narrow } : answer),
    keptPainting: showGallery,
    keepFailed: ({ message }) =>
      showNews(text("keep-failed", { why: message }), text("all-right"), () => {}),
    filmLeft: (film) =>
      showNews(text("film-left"), text("film-download"), () => saveFilm(film, session.name)),
    adjustFailed: ({ message }) => showError(message, "adjust"),
    unsupported: ({ reason }) => showUnsupported(reason),
  });
  const canvas = byId("canvas", HTMLCanvasElement).transferControlToOffscreen();
  client.send({ type: "open", canvas, longest: longestOpened }, [canvas]);
}

function listenToMachine() {
  const tell = () => client.send({ type: "gentle", gentle: preferences().gentle });
  listenToPreferences(tell);
  tell();
  document.addEventListener("visibilitychange", () => session.hiddenOrSeen());
}

function listenToButtons() {
  start.onclick = () => session.paint();
  byId("pause").onclick = () => session.pauseOrResume();
  byId("stop").onclick = () => session.stop();
  byId("again").onclick = () => session.paintAnother();
  listenToWaysOut(client, {
    name: () => session.name,
    taken: () => session.kept.isTaken(),
    failed: () => session.kept.offerLeft(),
  });
  byId("film-download").onclick = () => session.kept.takeFilm(session.name);
}

/** Only what nobody keeps is worth a question. */
function listenToLeaving() {
  addEventListener("beforeunload", (event) => {
    if (session.kept.wouldBeLost) {
      event.preventDefault();
      // As browsers want it that are some years old.
      event.returnValue = true;
    }
  });
}

/** @param {Pictures} pictures */
async function offerSamples({ content, style }) {
  const answer = await fetch("samples/samples.json");
  const { scenes, styles } = await answer.json();
  await Promise.all([content.offer(scenes), style.offer(styles)]);
  const copies = style.copyButtons((choose) => session.paintAgain(choose));
  find(byId("another"), ".samples", HTMLElement).replaceChildren(...copies);
}

/** @param {Doorman} doorman */
async function takeShared(doorman) {
  const files = await sharedPictures();
  if (files.length > 0) {
    doorman.takeFiles(files);
  }
}

function openStudio() {
  openClient();
  pictures = new Pictures({
    chosen: updateStart,
    changed: picturesChanged,
    isPainting: (file, choice) =>
      isPainting(file, choice, {
        client,
        pictures,
        isChoosing: () => session.isChoosing,
        changed: askMemory,
      }),
  });
  session = new Session(client, pictures, {
    modelIsThere: () => look.refresh(),
    begins: () => look.cancel(),
    leaves: askMemory,
  });
  look = new Look(client, pictures, {
    mayLook: () => session.isChoosing && session.hasModel,
    // How fast this machine is, is known now.
    done: askMemory,
    failed: () => session.expectModel(),
  });
  strokes = new Strokes(pictures, askMemory);
  offerSizes(askMemory);
  const { content, style } = pictures;
  /** @param {File} file */
  const takeContent = (file) => content.take(file);
  listenToButtons();
  listenToFilm();
  listenToStartPicture();
  offerLink();
  addEventListener("hashchange", () => takeSettingsOfLink(client, askMemory));
  listenToMasking();
  listenToView();
  listenToAdjusting((order) => client.send(order));
  const doorman = new Doorman(pictures, {
    welcome: () => session.makeRoom(),
    takeModel: (file) => session.takeModel(file),
    ownPictures: [
      (address) => content.shownAt(address),
      (address) => style.shownAt(address),
      keptAt,
    ],
  });
  doorman.listen();
  listenToMachine();
  listenToLeaving();
  listenToGallery({
    useSettings: takeContent,
    save,
    compare,
    forgotten: () => session.offerUnfinished(),
  });
  showGallery();
  takeShared(doorman);
  offerCamera(takeContent);
  offerSamples(pictures).catch(() => showError(text("samples-failed"), "samples"));
}

offerLanguages();
keepForOffline({
  mayLeave: () => session?.kept.mayLeave() ?? true,
  leaves: () => session?.kept.letGo(),
});
const lack = missing();
if (lack) {
  showUnsupported(lack);
} else {
  openStudio();
}
