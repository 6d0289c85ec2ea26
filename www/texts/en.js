// What the page says in English: the one place for it, and the model of every other language's file.
//
// A text is found by its name, which is its element's id where it has one. {{braces}} hold what is put in. Of a text whose
// name ends in _one and _other, `count` chooses one, by the language's own rules. What the engine says of itself, it says
// in English without this file: see de.js for its names.

export default {
  // The head of the page, and its foot
  description:
    "Paint one picture in the style of another, on your own graphics card. Nothing you open leaves your machine.",
  tagline: "One picture, painted like another.",
  noscript: "Impasto paints by a program in this page: allow JavaScript for it.",
  promise: "Your pictures never leave this machine.",
  language: "Language",
  "paints-on": "Paints on {{adapter}}.",
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
  "sample-swirls": "Night swirls",
  "sample-glass": "Stained glass",
  "sample-woodblock": "Woodblock sea",
  "sample-dots": "Pastel dots",
  "samples-failed": "The samples could not be loaded. Choose pictures of your own.",
  "sample-failed": "The sample {{title}} could not be loaded. Choose a picture of your own.",
  "too-many-pixels":
    "{{file}} has {{megapixels}} megapixels. At most {{most}} can be opened: make it smaller first.",
  "no-picture":
    "{{file}} is not a picture that this browser can open. Use a JPEG, PNG or WebP file.",
  "picture-gone": "A picture cannot be read any more. Choose it again.",
  "only-address":
    "That is only the address of a picture. Save the picture first, then drop the file.",

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
  "model-damaged": "The model arrived damaged. Try again.",
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

  // Settings
  more: "More",
  "controls-label": "Settings",
  preset: "Begin with",
  "preset-fine": "Fine",
  "preset-fine-help":
    "Grows from small to large and shows the mean of its pictures, which gives large strokes and little grain.",
  "preset-tutorial": "TensorFlow's tutorial",
  "preset-tutorial-help":
    "What TensorFlow's tutorial on style transfer sets: a thousand steps at one size.",
  "preset-tutorial-plain": "The tutorial without smoothing",
  "preset-tutorial-plain-help":
    "The tutorial's first run, which has no smoothing and so more grain.",
  "preset-gatys": "The paper of 2015",
  "preset-gatys-help":
    "What Gatys, Ecker and Bethge set when they invented this: it begins with noise and improves it by L-BFGS.",
  "preset-sketch": "Quick sketch",
  "preset-sketch-help": "A small picture in few steps, to see what becomes of your two pictures.",
  "preset-own": "Your own",
  "preset-own-help": "The settings below, as you have changed them.",

  "size-and-time": "Size and time",
  size: "Size",
  "size-help": "Pixels of the longer side. Twice the size takes four times as long.",
  steps: "Steps",
  "steps-help":
    "How often the picture is improved at each size; a few hundred already show the style.",
  "steps-all": "{{steps}} in all.",
  "first-size": "First size",
  "first-size-help":
    "Pixels with which it begins, to grow from there; as large as Size paints at one size only.",
  "first-steps": "First steps",
  "first-steps-help": "How often the picture is improved at the first of several sizes.",

  look: "Look",
  "style-weight": "Style",
  "style-weight-help": "Higher is more like the painting: its strokes and its colours.",
  "content-weight": "Content",
  "content-weight-help": "Higher keeps more of what your picture shows.",
  "tv-weight": "Smoothness",
  "tv-weight-help": "Higher has less grain and fewer fine marks.",
  smoothness: "Smoothness counts",
  "smoothness-mean": "The same at every size",
  "smoothness-sum": "More in larger pictures",
  "smoothness-help":
    "The mean over the picture keeps its part beside the style; the sum is TensorFlow's.",
  colour: "Colours",
  "colour-style": "The painting's",
  "colour-luminance": "My picture's",
  "colour-cholesky": "My picture's, mixed anew",
  "colour-symmetric": "My picture's, mixed gently",
  "colour-help":
    "Your picture's own stay as they are; mixed, the painting is first recoloured to suit your picture.",
  strength: "Strength",
  "strength-help": "How much of the painting lies over your picture; you can change it later too.",
  pooling: "Pooling",
  "pooling-max": "Largest",
  "pooling-average": "Average",
  "pooling-help": "How the network makes its view smaller; average looks a little smoother.",
  "style-loss": "Compare styles by",
  "style-loss-gram": "Gram matrices",
  "style-loss-relative": "Relative Gram matrices",
  "style-loss-wasserstein": "Means and covariances",
  "style-loss-help":
    "Relative ones let every layer and every painting count alike. Each has its own units, so Style changes with it.",
  padding: "Beyond the edge",
  "padding-zero": "One colour",
  "padding-replicate": "The edge again",
  "padding-help":
    "What the network sees outside of the picture; the edge again leaves fewer marks there.",
  "normalise-gradients": "Even out the layers",
  "normalise-gradients-help":
    "Every layer pulls as hard as its weight says, whatever its loss; Style and Content are then about 1 and 4.",
  "style-layers": "Style layers",
  "style-layers-help":
    "What of the network compares the style, each layer with its weight; early layers see fine marks, late ones whole shapes.",
  "content-layers": "Content layers",
  "content-layers-help":
    "What of the network compares the content; an earlier layer keeps more of your picture's detail.",

  styles: "Styles",
  "styles-help":
    "Part is how much each counts beside the others; size is its size beside the painting, and larger has larger strokes. Masks say where each is painted, and what of it counts.",
  part: "Part",
  "part-of": "Part of {{title}}",
  "size-of": "Size of {{title}}",
  where: "Where",
  "where-painted": "Where {{title}} is painted",
  "what-counts": "What counts",
  "what-counts-of": "What counts of {{title}}",
  "remove-style": "Remove {{title}}",
  "styles-input": "Add another style",
  "styles-input-help": "More paintings, so that your picture is painted like all of them at once.",

  "start-legend": "Start",
  noise: "Noise",
  "noise-help": "How much of the start is random, from 0 to 1; more of it gives a freer picture.",
  seed: "Seed",
  "seed-help": "Another number gives another noise, and the same number the same.",
  "start-input": "Start picture",
  "start-input-help":
    "A picture to begin with in place of your own, such as an earlier painting of it.",

  "optimiser-legend": "Optimiser",
  optimiser: "Method",
  "optimiser-adam": "Adam",
  "optimiser-lbfgs": "L-BFGS",
  "optimiser-help":
    "How the picture is improved: Adam is steady, L-BFGS often needs fewer steps but more memory.",
  "learning-rate": "Step size",
  "learning-rate-help": "How far each step changes the picture; too far makes it restless.",
  beta1: "Momentum",
  "beta1-help":
    "How much of its direction each step keeps: more is smoother, but runs past what it should reach.",
  beta2: "Memory of slopes",
  "beta2-help":
    "How much each step keeps of what it knows of the slopes, by which it finds its length.",
  history: "History",
  "history-help": "How many earlier steps it learns from; each takes memory.",
  averaging: "Averaging",
  "averaging-help":
    "How much of the mean of the pictures so far is kept at each step; 0 shows the last one itself.",

  machine: "Machine",
  memory: "Memory",
  "memory-help":
    "Gigabytes of graphics memory that may be used. What needs more is painted by parts, which takes longer.",
  "memory-need": "This painting needs {{megabytes}} MB.",
  "memory-need-in-parts": "This painting needs {{megabytes}} MB, in {{parts}} parts.",
  plan: "Every buffer",
  precision: "Precision",
  "precision-full": "Full",
  "precision-half": "Half",
  "precision-help":
    "Half takes half the memory, so larger pictures fit; the picture looks the same.",
  "weights-input": "Model",
  "weights-input-help":
    "Your own VGG19 as a safetensors file, in place of the page's, which is by Karen Simonyan and Andrew Zisserman (CC BY 4.0).",

  "in-every-painting": "In every painting",
  gentle: "Gentle",
  "gentle-help":
    "Leaves half of the graphics card's time to other programs, and so takes twice as long.",
  background: "Go on in the background",
  "background-help": "Paints on while you look at another tab or program.",
  keep: "Keep paintings in this browser",
  "keep-help":
    "Finished ones can be seen again, and one that was broken off can be gone on with. They stay on this machine.",

  "film-legend": "Film",
  film: "Keep a film of the run",
  "film-help": "A video of how the picture comes about, to download when it ends or is stopped.",
  "film-unsupported":
    "This browser cannot make films: it lacks WebCodecs, which an update may bring.",
  "film-every": "Steps between its frames",
  "film-every-help": "Fewer make a longer and smoother film, of 30 frames a second.",

  // Settings that cannot be used
  "needs-whole": "{{name}} needs a whole number of at least {{least}}.",
  "needs-whole-between":
    "{{name}} needs a whole number of at least {{least}} and at most {{most}}.",
  "needs-number": "{{name}} needs a number of at least {{least}}.",
  "needs-number-between": "{{name}} needs a number of at least {{least}} and at most {{most}}.",
  "needs-choice": "{{name}} needs one of its choices.",
  "needs-layer": "{{name}} need at least one layer, as in {{example}}.",
  "unknown-layer": "{{name}}: there is no layer {{layer}}. The layers are {{layers}}.",
  "layer-weight":
    "{{name}}: the weight of {{layer}} must be a number of at least 0, as in {{layer}}=0.5.",

  // Settings that come from elsewhere
  "share-settings": "Copy a link to these settings",
  "share-settings-help": "Who opens it has these settings here; pictures do not go along.",
  "settings-copied": "The link is on the clipboard.",
  "settings-from-link": "The settings of the link are set.",
  "settings-link-unusable": "The link's settings cannot be used: yours stay as they were.",
  "painted-by-impasto": "{{file}} was painted by Impasto: its settings are set. {{choose}}",
  "painted-by-impasto-masked":
    "{{file}} was painted by Impasto: its settings are set. {{choose}} It had masks, which are not in it: choose them anew.",
  "choose-nothing": "Its pictures are chosen too: Paint paints it again.",
  "choose-style_one": "Choose the painting it was painted like to paint it again.",
  "choose-style_other":
    "Choose the {{count}} paintings it was painted like, in their order, to paint it again.",
  "choose-content": "Choose the picture that it was painted from to paint it again.",
  "choose-both_one": "Choose its two pictures to paint it again.",
  "choose-both_other":
    "Choose its picture and its {{count}} paintings, in their order, to paint it again.",
  "use-as-picture": "Use it as a picture instead",

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
  "seconds-left": "{{seconds}} s left",
  "minutes-left": "{{minutes}} min left",
  "hours-left": "{{hours}} h {{minutes}} min left",
  pause: "Pause",
  resume: "Resume",
  stop: "Stop",
  download: "Download",
  "film-download": "Download the film",
  again: "Paint another",
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
  "close-other-tabs": "Close the other tabs of Impasto first, then load this page again.",
};
