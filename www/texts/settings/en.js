// What the page says in English of the settings under 'More': each by its name in src/settings/rows.rs.

export default {
  // Settings
  more: "More",
  "controls-label": "Settings",
  preset: "Begin with",
  "preset-brush": "Brush",
  "preset-brush-help":
    "Paints every place as the place of the painting that is nearest to it: strokes as by a brush, in the painting's own colours.",
  "preset-fine": "Fine",
  "preset-fine-help":
    "Compares the painting as a whole, so that its colours come in their true proportions; takes four times as long.",
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
  "preset-sketch-help": "Few steps, to see what becomes of your two pictures.",
  "preset-changed_one": "One setting differs from it.",
  "preset-changed_other": "{{count}} settings differ from it.",
  "back-to-preset": "Back to the preset",
  "back-of": "{{name}}: back to the preset",
  "changed-count_one": "1 changed",
  "changed-count_other": "{{count}} changed",
  "part-look": "Look",
  "part-styles": "Styles and masks",
  "part-colours": "Colours",
  "part-time": "Time and size",
  "part-machine": "Machine",
  "part-experts": "Experts",

  likeness: "Likeness",
  "likeness-help": "How much of your picture stays, and how far the painting goes.",
  "likeness-least": "my photograph",
  "likeness-most": "the painting",
  strokes: "Stroke size",
  "strokes-help": "How large the painting's strokes are in your picture, as below.",
  "strokes-least": "small",
  "strokes-most": "large",
  "crop-label": "{{title}} as large as it is painted",
  "named-size": "Size",
  "size-look": "A first picture, {{width}} x {{height}}",
  "size-screen": "Screen, {{width}} x {{height}}",
  "size-phone": "Phone wallpaper, {{width}} x {{height}}",
  "size-a4": "A4 print at 200 dpi, {{width}} x {{height}}",
  "size-own": "Another size",
  size: "Longer side",
  "size-help": "In pixels. Twice the size takes four times as long.",
  "size-why":
    "At most {{size}} on a phone or tablet with the memory that is set: allow more under 'More', 'Machine' for larger ones.",

  steps: "Steps",
  "steps-help":
    "How often the picture is improved at each size; a few hundred already show the style.",
  "steps-all": "{{steps}} in all.",
  "first-size": "First size",
  "first-size-help":
    "Pixels with which it begins, to grow from there; as large as Size paints at one size only.",
  growth: "Growth",
  "growth-help": "By how much the picture grows from one size to the next.",
  "growth-root": "By the root of two",
  "growth-double": "Twofold",
  "first-steps": "First steps",
  "first-steps-help": "How often the picture is improved at the first of several sizes.",

  "refining-steps": "Refining steps",
  "refining-steps-help":
    "How often the finished size is improved after that, with a closer look at its strokes.",

  "weights-help": "Style, content and smoothness: 100 is what the preset has.",
  "style-weight": "Style",
  "style-weight-help": "Higher is more like the painting: its strokes and its colours.",
  "content-weight": "Content",
  "content-weight-help": "Higher keeps more of what your picture shows.",
  "tv-weight": "Smoothness",
  "tv-weight-help": "Higher has less grain and fewer fine marks.",
  "palette-weight": "Palette",
  "palette-weight-help":
    "Higher has fewer colours that the painting has nowhere; 100 is what the preset has.",
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
  "content-colour": "My picture is looked at",
  "content-colour-own": "As it is",
  "content-colour-style": "In the painting's colours",
  "content-colour-help":
    "In the painting's colours, what it cannot show becomes something that it can: a white house among dark glass. Towards the photograph they fade.",
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
  "style-loss-nearest": "Nearest places",
  "style-loss-help":
    "Nearest places let each follow the one of the painting that is most like it; relative matrices let every layer and every painting count alike.",
  "turned-styles": "Turned styles",
  "turned-styles-help":
    "The painting counts turned and mirrored too, so that strokes may lie in every direction.",
  "content-loss": "Compare content by",
  "content-loss-plain": "Differences",
  "content-loss-relative": "Relative differences",
  "content-loss-help": "Relative ones let every picture count alike.",
  padding: "Beyond the edge",
  "padding-zero": "One colour",
  "padding-replicate": "The edge again",
  "padding-help":
    "What the network sees outside of the picture; the edge again leaves fewer marks there.",
  "normalise-gradients": "Even out the layers",
  "normalise-gradients-help": "Every layer pulls as hard as its weight says, whatever its loss.",
  "style-layers": "Style layers",
  "style-layers-help":
    "What of the network compares the style, each layer with its weight; early layers see fine marks, late ones whole shapes.",
  "content-layers": "Content layers",
  "content-layers-help":
    "What of the network compares the content; an earlier layer keeps more of your picture's detail.",

  "styles-help":
    "Part is how much each counts beside the others; stroke size is its size beside the painting. Masks say where each is painted, and what of it counts.",
  part: "Part",
  "part-of": "Part of {{title}}",
  "size-of": "Stroke size of {{title}}",
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

  "network-legend": "Comparing",
  "optimiser-legend": "Optimiser",
  variables: "Moves",
  "variables-pixels": "Each pixel",
  "variables-pyramid": "Coarse and fine together",
  "variables-help":
    "What many pixels have in common moves at once where coarse and fine go together: strokes come before grain.",
  optimiser: "Method",
  "optimiser-adam": "Adam",
  "optimiser-lbfgs": "L-BFGS",
  "optimiser-help":
    "How the picture is improved: Adam is steady, L-BFGS often needs fewer steps but more memory.",
  "learning-rate": "Step size",
  "learning-rate-help": "How far each step changes the picture; too far makes it restless.",
  schedule: "Steps",
  "schedule-help":
    "Shorter steps towards the end of each size settle what the long ones throw about.",
  "schedule-constant": "Of one length",
  "schedule-cosine": "Ever shorter",
  beta1: "Momentum",
  "beta1-help":
    "How much of its direction each step keeps: more is smoother, but runs past what it should reach.",
  beta2: "Memory of slopes",
  "beta2-help":
    "How much each step keeps of what it knows of the slopes, by which it finds its length.",
  epsilon: "Least slope",
  "epsilon-help": "Slopes much smaller than this hardly change the picture.",
  history: "History",
  "history-help": "How many earlier steps it learns from; each takes memory.",
  averaging: "Averaging",
  "averaging-help":
    "How much of the mean of the pictures so far is kept at each step; 0 shows the last one itself.",

  memory: "Memory",
  "memory-help":
    "Gigabytes of graphics memory that may be used. What needs more is painted by parts, which takes longer.",
  "memory-why":
    "The page chose {{gigabytes}} GB: a phone or tablet ends pages that take much more. You can change it.",
  "memory-need": "This painting takes {{megabytes}} MB.",
  "memory-need-in-parts": "This painting takes {{megabytes}} MB, in {{parts}} parts.",
  plan: "Every buffer",
  precision: "Precision",
  "precision-full": "Full",
  "precision-half": "Half",
  "precision-help":
    "Half takes half the memory, so larger pictures fit; the picture looks the same.",
  "precision-why":
    "The page chose half: in full precision this painting does not fit as a whole into the memory that may be used. You can change it.",
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
  "needs-layer": "{{name}} need at least one layer whose weight is above 0.",
  "weight-of": "Weight of {{layer}}",

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
};
