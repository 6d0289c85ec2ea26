// What the page says in German: the same names as in en.js, and those of what the engine says of itself.

export default {
  // The head of the page, and its foot
  description:
    "Ein Bild im Stil eines anderen malen, auf der eigenen Grafikkarte. Nichts, was man öffnet, verlässt den Rechner.",
  tagline: "Ein Bild, gemalt wie ein anderes.",
  noscript: "Impasto malt mit einem Programm in dieser Seite: Bitte JavaScript dafür erlauben.",
  promise: "Ihre Bilder verlassen diesen Rechner nie.",
  language: "Sprache",
  "paints-on": "Malt auf {{adapter}}.",
  "paints-slowly":
    "Malt auf {{adapter}}. Das ist ein Prozessor anstelle einer Grafikkarte, das Malen dauert also lange.",

  // What every dialogue needs
  "all-right": "In Ordnung",
  cancel: "Abbrechen",
  close: "Schließen",
  "never-mind": "Doch nicht",
  "put-back": "Zurückholen",
  remove: "Entfernen",
  "try-again": "Noch einmal versuchen",

  // Where nothing can be painted
  "no-webgpu-title": "Dieser Browser kann noch nicht malen",
  "no-webgpu":
    "Impasto malt über WebGPU auf Ihrer eigenen Grafikkarte, und dieser Browser hat kein WebGPU.",
  "no-webgpu-in-workers":
    "Impasto malt im Hintergrund, damit die Seite flink bleibt, und dieser Browser hat WebGPU nur im Vordergrund. Vielleicht hilft ein Update.",
  "not-secure-title": "Diese Adresse ist nicht sicher",
  "not-secure":
    "Browser öffnen die Grafikkarte nur für Seiten, die über https kommen oder von diesem Rechner selbst (localhost). Öffnen Sie Impasto unter einer solchen Adresse.",
  "no-adapter-title": "Keine Grafikkarte zum Malen",
  "no-adapter":
    "Dieser Browser hat WebGPU, fand aber keine Grafikkarte, die er benutzen darf. Schalten Sie in den Einstellungen des Browsers die Hardwarebeschleunigung ein oder erneuern Sie den Grafiktreiber, und laden Sie die Seite dann neu.",
  "browsers-have-it": "Diese Browser haben es:",
  "browser-chrome": "Chrome und Edge, ab Version 113",
  "browser-safari": "Safari, ab Version 26",
  "browser-firefox": "Firefox, ab Version 141 unter Windows und 145 unter macOS",

  // The two pictures
  "choose-label": "Zwei Bilder wählen",
  "your-picture": "Ihr Bild",
  "painted-like": "Gemalt wie",
  "choose-help": "ablegen, einfügen oder auswählen",
  "take-photo": "Foto aufnehmen",
  "content-invitation": "Bild auswählen",
  "style-invitation": "Gemälde auswählen",
  "or-drop": "oder hier ablegen oder einfügen",
  change: "Ändern",
  "sample-pictures": "Beispielbilder",
  "sample-paintings": "Beispielgemälde",
  "sample-harbour": "Hafenstadt",
  "sample-swirls": "Nachtwirbel",
  "sample-glass": "Buntglas",
  "sample-woodblock": "Holzschnittmeer",
  "sample-dots": "Pastellpunkte",
  "samples-failed": "Die Beispiele konnten nicht geladen werden. Wählen Sie eigene Bilder.",
  "sample-failed":
    "Das Beispiel {{title}} konnte nicht geladen werden. Wählen Sie ein eigenes Bild.",
  "too-many-pixels":
    "{{file}} hat {{megapixels}} Megapixel. Höchstens {{most}} können geöffnet werden: Verkleinern Sie das Bild zuerst.",
  "no-picture":
    "{{file}} ist kein Bild, das dieser Browser öffnen kann. Nehmen Sie eine JPEG-, PNG- oder WebP-Datei.",
  "picture-gone": "Ein Bild lässt sich nicht mehr lesen. Wählen Sie es noch einmal aus.",
  "only-address":
    "Das ist nur die Adresse eines Bildes. Speichern Sie das Bild zuerst und legen Sie dann die Datei hier ab.",

  // The camera
  "camera-label": "Foto aufnehmen",
  "camera-shoot": "Aufnehmen",
  "camera-switch": "Andere Kamera",
  "camera-refused":
    "Die Kamera kann nicht benutzt werden. Erlauben Sie sie für diese Seite in den Einstellungen des Browsers.",

  // The button, and the model for which it may have to wait
  start: "Malen",
  "network-progress-label": "Das Modell wird geladen",
  "loading-model": "Das Modell wird einmalig geladen: {{loaded}} von {{total}} MB",
  "model-unreachable":
    "Das Modell konnte nicht geladen werden. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
  "model-refused":
    "Das Modell konnte nicht geladen werden: Der Server antwortete {{status}}. Versuchen Sie es später noch einmal.",
  "model-broke-off":
    "Die Verbindung brach ab, während das Modell geladen wurde. Versuchen Sie es noch einmal.",
  "model-is-other":
    "Der Server schickte eine andere Datei als das Modell. Versuchen Sie es später noch einmal.",
  "model-description-is-other":
    "Der Server schickte eine andere Datei als die Beschreibung des Modells. Versuchen Sie es später noch einmal.",
  "model-damaged": "Das Modell kam beschädigt an. Versuchen Sie es noch einmal.",
  "own-model-failed": "{{file}} kann nicht als Modell dienen. {{why}}",
  "could-not-start": "Impasto konnte nicht starten. {{why}}",
  "came-to-halt": "Impasto ist stehen geblieben: {{why}}.",
  "came-to-halt-kept":
    "Impasto ist stehen geblieben: {{why}}. Was dieser Browser aufgehoben hat, kann fortgesetzt werden.",
  "files-incomplete": "seine Dateien sind unvollständig",

  // A painting that was broken off
  "broken-off": "{{caption}}: unterbrochen bei Schritt {{step}} von {{steps}}.",
  "go-on": "Fortsetzen",
  "forget-it": "Vergessen",

  // Settings
  more: "Mehr",
  "controls-label": "Einstellungen",
  preset: "Vorlage",
  "preset-fine": "Fein",
  "preset-fine-help":
    "Wächst von klein nach groß und zeigt das Mittel seiner Bilder: große Striche und wenig Korn.",
  "preset-tutorial": "TensorFlows Anleitung",
  "preset-tutorial-help":
    "Was TensorFlows Anleitung zur Stilübertragung vorgibt: tausend Schritte in einer Größe.",
  "preset-tutorial-plain": "Die Anleitung ohne Glättung",
  "preset-tutorial-plain-help":
    "Der erste Lauf der Anleitung, der nicht glättet und darum mehr Korn hat.",
  "preset-gatys": "Der Aufsatz von 2015",
  "preset-gatys-help":
    "Was Gatys, Ecker und Bethge vorgaben, als sie dies erfanden: Es beginnt mit Rauschen und verbessert es mit L-BFGS.",
  "preset-sketch": "Schnelle Skizze",
  "preset-sketch-help":
    "Ein kleines Bild in wenigen Schritten, um zu sehen, was aus Ihren beiden Bildern wird.",
  "preset-own": "Eigene",
  "preset-own-help": "Die Einstellungen unten, wie Sie sie geändert haben.",

  "size-and-time": "Größe und Zeit",
  size: "Größe",
  "size-help": "Pixel der längeren Seite. Die doppelte Größe dauert viermal so lange.",
  steps: "Schritte",
  "steps-help":
    "Wie oft das Bild in jeder Größe verbessert wird; schon ein paar hundert zeigen den Stil.",
  "steps-all": "{{steps}} insgesamt.",
  "first-size": "Erste Größe",
  "first-size-help":
    "Pixel, mit denen es beginnt, um von dort zu wachsen; so groß wie Größe malt in nur einer Größe.",
  "first-steps": "Erste Schritte",
  "first-steps-help": "Wie oft das Bild in der ersten von mehreren Größen verbessert wird.",

  look: "Aussehen",
  "style-weight": "Stil",
  "style-weight-help": "Mehr gleicht stärker dem Gemälde: seinen Strichen und seinen Farben.",
  "content-weight": "Inhalt",
  "content-weight-help": "Mehr behält mehr von dem, was Ihr Bild zeigt.",
  "tv-weight": "Glätte",
  "tv-weight-help": "Mehr hat weniger Korn und weniger feine Striche.",
  smoothness: "Glätte zählt",
  "smoothness-mean": "Bei jeder Größe gleich",
  "smoothness-sum": "Mehr in größeren Bildern",
  "smoothness-help":
    "Das Mittel über das Bild behält seinen Anteil neben dem Stil; die Summe ist die von TensorFlow.",
  colour: "Farben",
  "colour-style": "Die des Gemäldes",
  "colour-luminance": "Die meines Bildes",
  "colour-cholesky": "Die meines Bildes, neu gemischt",
  "colour-symmetric": "Die meines Bildes, sanft gemischt",
  "colour-help":
    "Die Ihres Bildes bleiben, wie sie sind; gemischt wird erst das Gemälde passend zu Ihrem Bild umgefärbt.",
  strength: "Stärke",
  "strength-help":
    "Wie viel vom Gemalten über Ihrem Bild liegt; das lässt sich auch später ändern.",
  pooling: "Pooling",
  "pooling-max": "Größter Wert",
  "pooling-average": "Mittelwert",
  "pooling-help": "Wie das Netz seine Sicht verkleinert; der Mittelwert wirkt etwas glatter.",
  "style-loss": "Stile vergleichen durch",
  "style-loss-gram": "Gram-Matrizen",
  "style-loss-relative": "Relative Gram-Matrizen",
  "style-loss-wasserstein": "Mittelwerte und Kovarianzen",
  "style-loss-help":
    "Bei relativen zählt jede Schicht und jedes Gemälde gleich. Jeder Vergleich hat eigene Einheiten, darum ändert sich Stil mit.",
  padding: "Jenseits des Randes",
  "padding-zero": "Eine Farbe",
  "padding-replicate": "Noch einmal der Rand",
  "padding-help":
    "Was das Netz außerhalb des Bildes sieht; noch einmal der Rand hinterlässt dort weniger Spuren.",
  "normalise-gradients": "Ebenen ausgleichen",
  "normalise-gradients-help":
    "Jede Ebene zieht so stark, wie ihr Gewicht sagt, gleich wie groß ihr Fehler ist; Stil und Inhalt sind dann etwa 1 und 4.",
  "style-layers": "Ebenen des Stils",
  "style-layers-help":
    "Was vom Netz den Stil vergleicht, jede Ebene mit ihrem Gewicht; frühe Ebenen sehen feine Striche, späte ganze Formen.",
  "content-layers": "Ebenen des Inhalts",
  "content-layers-help":
    "Was vom Netz den Inhalt vergleicht; eine frühere Ebene behält mehr Einzelheiten Ihres Bildes.",

  styles: "Stile",
  "styles-help":
    "Anteil ist, wie viel jeder neben den anderen zählt; Größe ist seine Größe neben dem Gemalten, und mehr gibt größere Striche. Masken sagen, wo jeder gemalt wird und was von ihm zählt.",
  part: "Anteil",
  "part-of": "Anteil: {{title}}",
  "size-of": "Größe: {{title}}",
  where: "Wo",
  "where-painted": "Wo {{title}} gemalt wird",
  "what-counts": "Was zählt",
  "what-counts-of": "Was zählt von {{title}}",
  "remove-style": "Entfernen: {{title}}",
  "styles-input": "Noch ein Stil",
  "styles-input-help": "Weitere Gemälde, damit Ihr Bild wie alle zugleich gemalt wird.",

  "start-legend": "Anfang",
  noise: "Rauschen",
  "noise-help": "Wie viel vom Anfang zufällig ist, von 0 bis 1; mehr davon gibt ein freieres Bild.",
  seed: "Startzahl",
  "seed-help": "Eine andere Zahl gibt ein anderes Rauschen, dieselbe Zahl dasselbe.",
  "start-input": "Anfangsbild",
  "start-input-help":
    "Ein Bild, mit dem es anstelle Ihres eigenen beginnt, etwa ein früheres Gemälde davon.",

  "optimiser-legend": "Optimierung",
  optimiser: "Verfahren",
  "optimiser-adam": "Adam",
  "optimiser-lbfgs": "L-BFGS",
  "optimiser-help":
    "Wie das Bild verbessert wird: Adam ist stetig, L-BFGS braucht oft weniger Schritte, aber mehr Speicher.",
  "learning-rate": "Schrittweite",
  "learning-rate-help": "Wie weit jeder Schritt das Bild ändert; zu weit macht es unruhig.",
  beta1: "Schwung",
  "beta1-help":
    "Wie viel von seiner Richtung jeder Schritt behält: Mehr ist glatter, läuft aber über das Ziel hinaus.",
  beta2: "Gedächtnis für Steigungen",
  "beta2-help": "Wie viel jeder Schritt von den Steigungen weiß, nach denen er seine Länge wählt.",
  history: "Gedächtnis",
  "history-help": "Aus wie vielen früheren Schritten es lernt; jeder braucht Speicher.",
  averaging: "Mittelung",
  "averaging-help":
    "Wie viel vom Mittel der bisherigen Bilder bei jedem Schritt bleibt; 0 zeigt das letzte selbst.",

  machine: "Rechner",
  memory: "Speicher",
  "memory-help":
    "Gigabyte an Grafikspeicher, die benutzt werden dürfen. Was mehr braucht, wird in Teilen gemalt, und das dauert länger.",
  "memory-need": "Dieses Bild braucht {{megabytes}} MB.",
  "memory-need-in-parts": "Dieses Bild braucht {{megabytes}} MB, in {{parts}} Teilen.",
  plan: "Jeder Puffer",
  precision: "Genauigkeit",
  "precision-full": "Voll",
  "precision-half": "Halb",
  "precision-help":
    "Halb braucht halb so viel Speicher, so passen größere Bilder; das Bild sieht gleich aus.",
  "weights-input": "Modell",
  "weights-input-help":
    "Ihr eigenes VGG19 als safetensors-Datei anstelle des Modells der Seite, das von Karen Simonyan und Andrew Zisserman ist (CC BY 4.0).",

  "in-every-painting": "Bei jedem Bild",
  gentle: "Rücksichtsvoll",
  "gentle-help":
    "Lässt anderen Programmen die Hälfte der Zeit der Grafikkarte und braucht darum doppelt so lange.",
  background: "Im Hintergrund weitermalen",
  "background-help": "Malt weiter, während Sie einen anderen Tab oder ein anderes Programm sehen.",
  keep: "Bilder in diesem Browser aufheben",
  "keep-help":
    "Fertige lassen sich wieder ansehen, ein unterbrochenes lässt sich fortsetzen. Sie bleiben auf diesem Rechner.",

  "film-legend": "Film",
  film: "Einen Film davon aufheben",
  "film-help":
    "Ein Video davon, wie das Bild entsteht, zum Herunterladen, sobald es fertig oder angehalten ist.",
  "film-unsupported":
    "Dieser Browser kann keine Filme machen: Ihm fehlt WebCodecs, das ein Update vielleicht bringt.",
  "film-every": "Schritte zwischen seinen Bildern",
  "film-every-help":
    "Weniger geben einen längeren und flüssigeren Film, mit 30 Bildern in der Sekunde.",

  // Settings that cannot be used
  "needs-whole": "{{name}} braucht eine ganze Zahl von mindestens {{least}}.",
  "needs-whole-between":
    "{{name}} braucht eine ganze Zahl von mindestens {{least}} und höchstens {{most}}.",
  "needs-number": "{{name}} braucht eine Zahl von mindestens {{least}}.",
  "needs-number-between":
    "{{name}} braucht eine Zahl von mindestens {{least}} und höchstens {{most}}.",
  "needs-choice": "{{name}} braucht eine der Möglichkeiten.",
  "needs-layer": "{{name}} brauchen mindestens eine Ebene, wie in {{example}}.",
  "unknown-layer": "{{name}}: Eine Ebene {{layer}} gibt es nicht. Die Ebenen sind {{layers}}.",
  "layer-weight":
    "{{name}}: Das Gewicht von {{layer}} muss eine Zahl von mindestens 0 sein, wie in {{layer}}=0.5.",

  // Settings that come from elsewhere
  "share-settings": "Link zu diesen Einstellungen kopieren",
  "share-settings-help": "Wer ihn öffnet, hat dort diese Einstellungen; Bilder gehen nicht mit.",
  "settings-copied": "Der Link ist in der Zwischenablage.",
  "settings-from-link": "Die Einstellungen des Links sind gesetzt.",
  "settings-link-unusable":
    "Die Einstellungen des Links sind nicht brauchbar: Ihre bleiben, wie sie waren.",
  "painted-by-impasto":
    "{{file}} ist von Impasto gemalt: Die Einstellungen sind gesetzt. {{choose}}",
  "painted-by-impasto-masked":
    "{{file}} ist von Impasto gemalt: Die Einstellungen sind gesetzt. {{choose}} Es hatte Masken, die nicht darin sind: Wählen Sie sie neu.",
  "choose-nothing": "Auch die Bilder sind gewählt: „Malen“ malt es noch einmal.",
  "choose-style_one": "Wählen Sie das Gemälde, wie das es gemalt ist, um es noch einmal zu malen.",
  "choose-style_other":
    "Wählen Sie die {{count}} Gemälde, wie die es gemalt ist, in ihrer Reihenfolge, um es noch einmal zu malen.",
  "choose-content": "Wählen Sie das Bild, nach dem es gemalt ist, um es noch einmal zu malen.",
  "choose-both_one": "Wählen Sie seine beiden Bilder, um es noch einmal zu malen.",
  "choose-both_other":
    "Wählen Sie sein Bild und seine {{count}} Gemälde, in ihrer Reihenfolge, um es noch einmal zu malen.",
  "use-as-picture": "Stattdessen als Bild nehmen",

  // Masks
  "mask-title": "Maske",
  "mask-on-content": "Wo Ihr Bild wie {{title}} gemalt wird",
  "mask-help":
    "Übermalen Sie, was zählt, oder nehmen Sie ein Bild, das dort weiß ist und sonst schwarz.",
  "mask-canvas-label": "Die Maske",
  "mask-brush": "Pinsel",
  "mask-erase": "Radieren",
  "mask-undo": "Rückgängig",
  "mask-all": "Alles",
  "mask-nothing": "Nichts",
  "mask-invert": "Umkehren",
  "mask-rest": "Wo kein anderer Stil ist",
  "mask-input": "Aus einem Bild",
  "mask-done": "Fertig",
  "mask-remove": "Keine Maske",
  "mask-needs-picture": "Wählen Sie zuerst das Bild, auf dem die Maske gemalt werden soll.",
  "masks-gone":
    "Die Masken, die Sie gemalt haben, gehören zum vorigen Bild und sind mit ihm verschwunden.",

  // The painting
  caption: "Das Gemalte",
  "caption-of": "{{content}}, gemalt wie {{likes}}",
  "canvas-label": "Das Gemalte, wie es gerade ist",
  "before-after": "Vorher und nachher",
  "before-image-label": "Vorher",
  "divide-label": "Wie viel von Ihrem Bild zu sehen ist, von links",
  smaller: "Kleiner",
  larger: "Größer",
  fit: "Alles zeigen",
  "full-screen": "Ganzer Bildschirm",
  "progress-label": "Gemalte Schritte",
  "phase-waiting": "Das Modell wird einmalig geladen",
  "phase-recovering": "Die Grafikkarte wird wieder gesucht",
  "phase-beginning": "Beide Bilder werden betrachtet",
  "phase-running": "Schritt {{step}} von {{steps}}",
  "phase-pausing": "Pause ab Schritt {{step}} von {{steps}}",
  "phase-paused": "Pause bei Schritt {{step}} von {{steps}}",
  "phase-finished": "Fertig: {{steps}} Schritte",
  "phase-stopped": "Angehalten bei Schritt {{step}} von {{steps}}",
  "seconds-left": "noch {{seconds}} s",
  "minutes-left": "noch {{minutes}} min",
  "hours-left": "noch {{hours}} h {{minutes}} min",
  pause: "Pause",
  resume: "Weiter",
  stop: "Anhalten",
  download: "Herunterladen",
  "film-download": "Film herunterladen",
  again: "Noch eines malen",
  "by-layer": "Nach Ebenen",
  "plot-label": "Die Fehler nach Schritten",
  "plot-step": "Schritt",
  "plot-total": "Zusammen",

  // The painting as a file
  share: "Teilen",
  "share-ready": "Das Bild ist bereit.",
  "share-now": "Teilen",
  copy: "Kopieren",
  copied: "Das Bild ist in der Zwischenablage.",
  "save-as": "Sichern als",
  "format-png": "PNG",
  "format-png16": "PNG, 16 Bit",
  "format-jpeg": "JPEG",
  "format-webp": "WebP",
  quality: "Qualität",
  "save-failed": "Das Bild konnte nicht gesichert werden. {{why}}",
  "format-unsupported":
    "Dieser Browser kann dieses Format nicht schreiben. Wählen Sie ein anderes.",
  "film-failed": "Von diesem Bild wird es keinen Film geben. {{why}}",
  "no-film-encoder": "Dieser Browser kann keinen Film dieser Größe machen.",

  // Adjusting
  adjust: "Anpassen",
  "show-strength-help": "Wie viel vom Gemalten über Ihrem Bild liegt.",
  "show-colours": "Die Farben meines Bildes behalten",
  "show-colours-help": "Nur Hell und Dunkel kommen vom Gemalten.",
  "while-it-paints": "Während des Malens",
  "tuning-help": "Die nächsten Schritte gehen mit dem weiter, was Sie hier setzen.",

  // When the graphics card or the browser's store fails
  recovered: "Die Grafikkarte war verschwunden. Es geht weiter ab Schritt {{step}}.",
  "recovered-anew": "Die Grafikkarte war verschwunden. Es geht von vorn los.",
  "finish-at": "Mit {{size}} Pixeln fertig malen",
  "keep-failed": "Es wird weitergemalt, aber dieser Browser kann das Bild nicht aufheben. {{why}}",
  "storage-full": "Der Speicher dieses Browsers ist voll.",
  "storage-silent": "Der Speicher dieses Browsers antwortet nicht. {{why}}",
  "kept-gone": "Was von diesem Bild aufgehoben war, ist weg. Beginnen Sie es neu.",
  "painted-elsewhere": "Ein anderer Tab malt an diesem Bild schon weiter.",

  // Paintings that are kept
  "gallery-title": "Hier gemalt",
  forget: "Alles vergessen",
  "forget-sure": "Alle Bilder vergessen, die dieser Browser für Impasto aufhebt?",
  "kept-caption": "Ein Bild",
  "kept-settings": "Seine Einstellungen nehmen",
  "kept-compare": "Mit einem anderen vergleichen",
  "kept-delete": "Löschen",
  "painting-deleted": "Das Bild ist gelöscht.",
  "choose-other": "Wählen Sie das Bild, mit dem es verglichen werden soll.",
  "compared-label": "Zwei Bilder nebeneinander",
  "fit-both": "Beide ganz zeigen",

  // Versions of the page
  "new-version": "Eine neue Version von Impasto ist da.",
  "use-new-version": "Jetzt nehmen",
  "close-other-tabs":
    "Schließen Sie zuerst die anderen Tabs von Impasto und laden Sie diese Seite dann neu.",

  // What the engine says, in English by itself: src/web_error.rs
  "engine-no-adapter":
    "Es wurde keine brauchbare Grafikkarte gefunden ({{why}}). Erneuern Sie den Grafiktreiber oder versuchen Sie es mit einem anderen Browser oder Rechner.",
  "engine-no-device":
    "Die Grafikkarte ließ sich nicht starten ({{why}}). Schließen Sie andere Programme, die sie benutzen, und versuchen Sie es noch einmal.",
  "engine-lost":
    "Die Grafikkarte ist verschwunden ({{why}}). Beginnen Sie noch einmal, und mit einem kleineren Bild, wenn es wieder geschieht.",
  "engine-out-of-memory":
    "Die Grafikkarte hat nicht genug freien Speicher ({{why}}). Wählen Sie eine kleinere Größe.",
  "engine-too-large":
    "Diese Größe passt nicht in die {{allowed}} MB Grafikspeicher, die benutzt werden dürfen. Die größte, die passt, hat {{largest}} Pixel auf der längeren Seite.",
  "engine-nothing-fits":
    "Diese Größe passt nicht in die {{allowed}} MB Grafikspeicher, die benutzt werden dürfen, und keine andere: Erlauben Sie mehr.",
  "engine-buffer-too-large":
    "Diese Größe braucht einen Puffer von {{needed}} MiB, und die Grafikkarte erlaubt {{allowed}} MiB. Wählen Sie eine kleinere Größe.",
  "engine-mistake": "Die Grafikkarte meldet einen Fehler, und das ist einer von Impasto: {{why}}",
  "engine-not-safetensors":
    "Das ist keine vollständige safetensors-Datei ({{why}}). Wählen Sie eine .safetensors-Datei oder laden Sie sie noch einmal herunter.",
  "engine-weights-cut-off":
    "Die Datei endet mitten im Tensor {{tensor}}. Laden Sie sie noch einmal herunter.",
  "engine-no-vgg19":
    "Kein Tensor darin heißt wie einer von VGG19. Wählen Sie ein VGG19 mit den Namen von Keras (block1_conv1.weight) oder torchvision (features.0.weight).",
  "engine-tensor-missing":
    "Der Tensor {{tensor}} fehlt darin. Wählen Sie ein VGG19 mit allen Faltungen bis block5_conv2 und ohne Batch-Normalisierung.",
  "engine-tensor-shape":
    "Der Tensor {{tensor}} hat andere Maße als der von VGG19. Wählen Sie eine Datei mit den Gewichten von VGG19.",
  "engine-tensor-type":
    "Der Tensor {{tensor}} ist vom Typ {{found}}, der dort nicht gelesen werden kann: Wandeln Sie ihn um.",
  "engine-tensor-damaged": "Der Tensor {{tensor}} ist beschädigt. Nehmen Sie eine andere Datei.",
  "engine-too-small":
    "Das Bild hätte {{width}} x {{height}} Pixel, und jede Seite braucht mindestens {{least}}. Wählen Sie eine größere Größe oder schneiden Sie das Bild weniger schmal zu.",
  "engine-kept-unusable":
    "Das aufgehobene Bild ist nicht brauchbar ({{why}}). Beginnen Sie es neu.",
  "engine-no-style":
    "Wählen Sie mindestens einen Stil, und geben Sie mindestens einem einen Anteil über null.",
};
