// What the page says in English: the one place for it, and the model of every other language's file.
//
// A text is found by its name, which is its element's id where it has one. {{braces}} hold what is put in. Of a text whose
// name ends in _one and _other, `count` chooses one, by the language's own rules. What the engine says of itself, it says
// in English without this file: see de.js for its names.

import settings from "./settings/en.js";

export default {
  ...settings,

  // The head of the page, and its foot
  description:
    "Paint one picture in the style of another, on your own graphics card. Nothing you open leaves your machine.",
  tagline: "One picture, painted like another.",
  noscript: "Impasto paints by a program in this page: allow JavaScript for it.",
  promise: "Your pictures never leave this machine.",
  language: "Language",
  "paints-on": "Paints on {{adapter}}.",
  "paints-on-own": "Paints on your graphics card.",
  version: "Version {{version}}",
  "paints-slowly":
    "Paints on {{adapter}}. That is a processor in place of a graphics card, so painting will be slow.",

  // What every dialogue needs
  "all-right": "All right",
  cancel: "Cancel",
  close: "Close",
  "never-mind": "Never mind",
  "put-back": "Put it back",
  remove: "Remove",
  "try-again": "Try again",

  // Where nothing can be painted
  "no-webgpu-title": "This browser cannot paint yet",
  "no-webgpu":
    "Impasto paints on your own graphics card, through WebGPU, and this browser does not have it.",
  "no-webgpu-in-workers":
    "Impasto paints in the background, so that the page stays quick, and this browser has WebGPU only in the foreground. An update of it may help.",
  "not-secure-title": "This address is not secure",
  "not-secure":
    "Browsers open the graphics card only to pages that come over https, or from this very machine (localhost). Open Impasto at such an address.",
  "no-adapter-title": "No graphics card to paint on",
  "no-adapter":
    "This browser has WebGPU but found no graphics card that it may use. Switch on hardware acceleration in the browser's settings, or update the graphics driver, then reload this page.",
  "browsers-have-it": "These browsers have it:",
  "browser-chrome": "Chrome and Edge, from version 113",
  "browser-safari": "Safari, from version 26",
  "browser-firefox": "Firefox, from version 141 on Windows and 145 on macOS",

  // The two pictures
  "first-screen-label": "How to paint",
  "choose-label": "Choose two pictures",
  "your-picture": "Your picture",
  "painted-like": "Painted like",
  "choose-help": "drop, paste or choose",
  "take-photo": "take a photo",
  "content-invitation": "Choose a picture",
  "style-invitation": "Choose a painting",
  "or-drop": "or drop or paste it here",
  change: "Change",
  "sample-pictures": "Sample pictures",
  "sample-paintings": "Sample paintings",
  "sample-harbour": "Harbour town",
  "sample-portrait": "Portrait with a hat",
  "sample-lake": "Mountain lake",
  "sample-swirls": "Night swirls",
  "sample-glass": "Stained glass",
  "sample-woodblock": "Woodblock sea",
  "sample-dots": "Pastel dots",
  "sample-charcoal": "Charcoal still life",
  "sample-poster": "Travel poster",
  "samples-failed": "The samples could not be loaded. Choose pictures of your own.",
  "sample-failed": "The sample {{title}} could not be loaded. Choose a picture of your own.",
  "too-many-pixels":
    "{{file}} has {{megapixels}} megapixels. At most {{most}} can be opened: make it smaller first.",
  "too-few-pixels":
    "{{file}} has only {{width}} x {{height}} pixels, and each side needs at least {{least}}. Choose a larger picture.",
  "too-narrow":
    "At size {{size}}, {{title}} would have {{width}} x {{height}} pixels, and each side needs at least {{least}}. {{help}}",
  "narrow-size":
    "Choose a size of at least {{size}} by 'Another size', or crop the picture to a less narrow shape.",
  "narrow-scale":
    "Choose at least {{scale}} for its stroke size under 'More', 'Styles and masks', or crop the picture to a less narrow shape.",
  "narrow-size-or-scale":
    "Choose a size of at least {{size}} by 'Another size', or under 'More', 'Styles and masks' a stroke size of at least {{scale}}; or crop the picture to a less narrow shape.",
  "narrow-crop": "Crop the picture to a less narrow shape.",
  "too-many-bytes": "{{file}} is too large a file: at most {{most}} MB can be opened.",
  "heic-unopened":
    "{{file}} is a HEIC photo, which this browser cannot open; Safari can. On the iPhone, share the photo with 'Most Compatible' under 'Options', which makes it a JPEG; for all new photos, choose that in Settings, Camera, Formats. On a computer, save it as JPEG.",
  "format-unopened":
    "{{file}} is a {{format}} file, which this browser cannot open. Open it in a program that shows it, and save it as PNG or JPEG.",
  "no-picture":
    "{{file}} is not a picture that this browser can open. Use a JPEG, PNG or WebP file.",
  "one-and-other": "{{one}} {{other}}",
  "left-out": "Only one can be taken here. Left out: {{files}}.",
  "left-out-of-two":
    "Left out: {{files}}. More paintings to paint like are chosen under 'More', 'Styles and masks'.",
  "painting-first":
    "Nothing was taken, because a painting is under way. Stop it, or wait until it is finished.",
  "dialogue-first": "Nothing was taken. Close this first, then bring the picture again.",
  "picture-gone": "A picture cannot be read any more. Choose it again.",
  "only-address":
    "That is only the address of a picture. Save the picture first, then drop the file.",

  "samples-credit": "The sample pictures are drawn by Impasto's own code.",

  // A look before one paints
  "look-title": "A first look",
  "look-label": "A small painting of your two pictures",
  "look-now": "Show it",
  "look-painting": "painting",
  "look-software": "It takes a while without a graphics card.",
  "look-still": "It would move as it is painted.",
  "look-battery": "The battery is low.",
  "look-slow": "It takes a while on this machine.",
  "look-failed": "It did not work out.",

  // What a painting takes
  "takes-unknown": "How long it takes is known once something was painted here.",
  "takes-moments": "Takes a few seconds.",
  "takes-seconds": "Takes about {{seconds}} seconds.",
  "takes-minutes_one": "Takes about a minute.",
  "takes-minutes_other": "Takes about {{count}} minutes.",
  "takes-hours": "Takes about {{hours}} hours.",

  // The camera
  "camera-label": "Take a photo",
  "camera-shoot": "Take the photo",
  "camera-switch": "Other camera",
  "camera-refused": "The camera cannot be used. Allow it in the browser's settings for this page.",

  // The button, and the model for which it may have to wait
  start: "Paint",
  "network-progress-label": "Loading the model",
  "loading-model": "Loading the model, once: {{loaded}} of {{total}} MB",
  "model-unreachable": "The model could not be loaded. Check the connection and try again.",
  "model-refused":
    "The model could not be loaded: the server answered {{status}}. Try again later.",
  "model-broke-off": "The connection broke while the model was loading. Try again.",
  "model-is-other": "The server sent another file than the model. Try again later.",
  "model-description-is-other":
    "The server sent another file than the model's description. Try again later.",
  "model-packed-wrongly":
    "The model could not be unpacked: the connection broke, or the server compresses it in another way than it says. Try again. Who hosts this page learns more from build/check-host.js.",
  "model-damaged": "The model arrived damaged. Try again.",
  "own-model-used": "{{file}} is the model now.",
  "own-model-failed": "{{file}} cannot be used as the model. {{why}}",
  "could-not-start": "Impasto could not start. {{why}}",
  "came-to-halt": "Impasto came to a halt: {{why}}.",
  "came-to-halt-kept":
    "Impasto came to a halt: {{why}}. What this browser kept can be gone on with.",
  "files-incomplete": "its files are incomplete",

  // A painting that was broken off
  "broken-off": "{{caption}}: broken off at step {{step}} of {{steps}}.",
  "go-on": "Go on",
  "forget-it": "Forget it",

  // Masks
  "mask-title": "Mask",
  "mask-on-content": "Where your picture is painted like {{title}}",
  "mask-help": "Paint over what counts, or take a picture that is white there and black elsewhere.",
  "mask-canvas-label": "The mask",
  "mask-brush": "Brush",
  "mask-erase": "Erase",
  "mask-undo": "Undo",
  "mask-all": "Everything",
  "mask-nothing": "Nothing",
  "mask-invert": "Invert",
  "mask-rest": "Where no other style is",
  "mask-input": "From a picture",
  "mask-done": "Done",
  "mask-remove": "No mask",
  "mask-needs-picture": "Choose the picture first on which the mask is to be painted.",
  "masks-gone": "The masks that you painted belong to the picture before, and are gone with it.",

  // The painting
  caption: "The painting",
  "caption-of": "{{content}}, painted like {{likes}}",
  "canvas-label": "The painting as it stands",
  "before-after": "Before and after",
  "before-image-label": "Before",
  "divide-label": "How much of your picture is shown, from the left",
  smaller: "Smaller",
  larger: "Larger",
  fit: "Show all of it",
  "full-screen": "Full screen",
  "progress-label": "Steps painted",
  "phase-waiting": "Loading the model, once",
  "phase-recovering": "Looking for the graphics card again",
  "phase-beginning": "Looking at both pictures",
  "phase-running": "Step {{step}} of {{steps}}",
  "phase-pausing": "Pausing at step {{step}} of {{steps}}",
  "phase-paused": "Paused at step {{step}} of {{steps}}",
  "phase-finished": "Finished: {{steps}} steps",
  "phase-stopped": "Stopped at step {{step}} of {{steps}}",
  "doing-first": "Laying out the large forms, at {{size}} pixels",
  "doing-between": "Painting larger, at {{size}} pixels",
  "doing-last": "Painting at the full size, {{size}} pixels",
  "doing-refining": "Looking closer at the strokes",
  "title-over": "✓ Finished · Impasto",
  "seconds-left": "{{seconds}} s left",
  "minutes-left": "{{minutes}} min left",
  "hours-left": "{{hours}} h {{minutes}} min left",
  pause: "Pause",
  resume: "Resume",
  stop: "Stop",
  download: "Download",
  "film-download": "Download the film",
  again: "Paint another",
  another: "Another style",
  losses: "The losses",
  "by-layer": "By layer",
  "plot-label": "The losses by step",
  "plot-step": "Step",
  "plot-total": "Total",

  // The painting as a file
  share: "Share",
  "share-ready": "The picture is ready.",
  "share-now": "Share it",
  copy: "Copy",
  copied: "The picture is on the clipboard.",
  "save-as": "Save as",
  "format-png": "PNG",
  "format-png16": "PNG, 16 bit",
  "format-jpeg": "JPEG",
  "format-webp": "WebP",
  quality: "Quality",
  "drop-painting-sure":
    "Nothing keeps this painting. Go on without it? Cancel, and you can download it.",
  "drop-film-sure": "The film is not downloaded. Go on without it?",
  "result-not-kept": "This browser could not keep the painting. {{why}}",
  "result-at-hand": "The painting is still at hand as it was when it ended.",
  "film-left": "The film of the painting is still at hand, up to where it broke off.",
  "save-failed": "The picture could not be saved. {{why}}",
  "format-unsupported": "This browser cannot write that format. Choose another one.",
  "film-failed": "There will be no film of this painting. {{why}}",
  "no-film-encoder": "This browser has no encoder for a film of this size.",

  // Adjusting
  adjust: "Adjust",
  "show-strength-help": "How much of the painting lies over your picture.",
  "show-colours": "Keep my picture's colours",
  "show-colours-help": "Only light and dark come from the painting.",
  "while-it-paints": "While it paints",
  "tuning-help": "The next steps go on with what you set here.",

  // When the graphics card or the browser's store fails
  recovered: "The graphics card was lost. The painting goes on from step {{step}}.",
  "recovered-anew": "The graphics card was lost. The painting begins again.",
  "finish-at": "Finish at {{size}} pixels",
  "keep-failed": "The painting goes on, but this browser cannot keep it. {{why}}",
  "storage-full": "This browser's storage is full.",
  "storage-silent": "This browser's storage does not answer. {{why}}",
  "kept-gone": "What was kept of this painting is gone. Begin it again.",
  "painted-elsewhere": "Another tab goes on with this painting already.",

  // Paintings that are kept
  "gallery-title": "Painted here",
  forget: "Forget everything",
  "forget-sure": "Forget all paintings that this browser keeps for Impasto?",
  "kept-caption": "A painting",
  "kept-settings": "Use its settings",
  "kept-compare": "Compare with another",
  "kept-delete": "Delete",
  "painting-deleted": "The painting is deleted.",
  "choose-other": "Choose the painting to compare it with.",
  "compared-label": "Two paintings side by side",
  "fit-both": "Show all of both",

  // Versions of the page
  "new-version": "A new version of Impasto is here.",
  "use-new-version": "Use it now",
  "offline-changed":
    "Impasto is not kept for times without a network, because this server sends other bytes than were built: {{files}}. While another version is being uploaded that is no harm: load the page again after it. Otherwise make the host leave files as they are (no comments or scripts put in, nothing minified), or upload the whole site again. 'node build/check-host.js {{address}}' tells what else is wrong, and docs/hosting.md why.",
  "offline-missing":
    "Impasto is not kept for times without a network, because this server does not give {{files}}. Upload the whole site again. 'node build/check-host.js {{address}}' tells what else is wrong, and docs/hosting.md why.",
  "offline-failed": "Impasto is not kept for times without a network. {{why}}",
  "close-other-tabs": "Close the other tabs of Impasto first, then load this page again.",
};
