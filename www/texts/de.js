// What the page says in German: the same names as in en.js, and those of what the engine says of itself.

import settings from "./settings/de.js";

export default {
  ...settings,

  // The head of the page, and its foot
  description:
    "Ein Bild im Stil eines anderen malen, auf der eigenen Grafikkarte. Nichts, was man öffnet, verlässt den Rechner.",
  tagline: "Ein Bild, gemalt wie ein anderes.",
  noscript: "Impasto malt mit einem Programm in dieser Seite: Bitte JavaScript dafür erlauben.",
  promise: "Ihre Bilder verlassen diesen Rechner nie.",
  language: "Sprache",
  "paints-on": "Malt auf {{adapter}}.",
  "paints-on-own": "Malt auf Ihrer Grafikkarte.",
  version: "Version {{version}}",
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
  "first-screen-label": "Wie gemalt wird",
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
  "sample-portrait": "Porträt mit Hut",
  "sample-lake": "Bergsee",
  "sample-swirls": "Nachtwirbel",
  "sample-glass": "Buntglas",
  "sample-woodblock": "Holzschnittmeer",
  "sample-dots": "Pastellpunkte",
  "sample-charcoal": "Kohlezeichnung",
  "sample-poster": "Reiseplakat",
  "samples-failed": "Die Beispiele konnten nicht geladen werden. Wählen Sie eigene Bilder.",
  "sample-failed":
    "Das Beispiel {{title}} konnte nicht geladen werden. Wählen Sie ein eigenes Bild.",
  "too-many-pixels":
    "{{file}} hat {{megapixels}} Megapixel. Höchstens {{most}} können geöffnet werden: Verkleinern Sie das Bild zuerst.",
  "too-few-pixels":
    "{{file}} hat nur {{width}} x {{height}} Pixel, und jede Seite braucht mindestens {{least}}. Wählen Sie ein größeres Bild.",
  "too-narrow":
    "Bei Größe {{size}} hätte {{title}} {{width}} x {{height}} Pixel, und jede Seite braucht mindestens {{least}}. {{help}}",
  "narrow-size":
    "Wählen Sie bei „Andere Größe“ mindestens {{size}}, oder schneiden Sie das Bild weniger schmal zu.",
  "narrow-scale":
    "Wählen Sie unter „Mehr“, „Stile und Masken“ mindestens {{scale}} für seine Strichgröße, oder schneiden Sie das Bild weniger schmal zu.",
  "narrow-size-or-scale":
    "Wählen Sie bei „Andere Größe“ mindestens {{size}}, oder unter „Mehr“, „Stile und Masken“ mindestens {{scale}} für seine Strichgröße; oder schneiden Sie das Bild weniger schmal zu.",
  "narrow-crop": "Schneiden Sie das Bild weniger schmal zu.",
  "too-many-bytes":
    "{{file}} ist eine zu große Datei: Höchstens {{most}} MB können geöffnet werden.",
  "heic-unopened":
    "{{file}} ist ein HEIC-Foto, das dieser Browser nicht öffnen kann; Safari kann es. Teilen Sie das Foto auf dem iPhone mit „Maximale Kompatibilität“ unter „Optionen“, dann wird es ein JPEG; für alle neuen Fotos wählen Sie das in Einstellungen, Kamera, Formate. Auf einem Computer sichern Sie es als JPEG.",
  "format-unopened":
    "{{file}} ist eine {{format}}-Datei, die dieser Browser nicht öffnen kann. Öffnen Sie sie in einem Programm, das sie zeigt, und sichern Sie sie als PNG oder JPEG.",
  "no-picture":
    "{{file}} ist kein Bild, das dieser Browser öffnen kann. Nehmen Sie eine JPEG-, PNG- oder WebP-Datei.",
  "one-and-other": "{{one}} {{other}}",
  "left-out": "Hier kann nur eines genommen werden. Nicht genommen: {{files}}.",
  "left-out-of-two":
    "Nicht genommen: {{files}}. Weitere Gemälde, wie die gemalt werden soll, wählt man unter „Mehr“, „Stile und Masken“.",
  "painting-first":
    "Es wurde nichts genommen, weil gerade gemalt wird. Halten Sie es an, oder warten Sie, bis es fertig ist.",
  "dialogue-first":
    "Es wurde nichts genommen. Schließen Sie zuerst dies hier, und bringen Sie das Bild dann noch einmal.",
  "picture-gone": "Ein Bild lässt sich nicht mehr lesen. Wählen Sie es noch einmal aus.",
  "only-address":
    "Das ist nur die Adresse eines Bildes. Speichern Sie das Bild zuerst und legen Sie dann die Datei hier ab.",

  "samples-credit": "Die Beispielbilder zeichnet Impastos eigener Code.",

  // A look before one paints
  "look-title": "Ein erster Blick",
  "look-label": "Ihre beiden Bilder, klein gemalt",
  "look-now": "Zeigen",
  "look-painting": "wird gemalt",
  "look-software": "Ohne Grafikkarte dauert es eine Weile.",
  "look-still": "Es würde sich beim Malen bewegen.",
  "look-battery": "Der Akku ist fast leer.",
  "look-slow": "Auf diesem Rechner dauert es eine Weile.",
  "look-failed": "Es hat nicht geklappt.",

  // What a painting takes
  "takes-unknown": "Wie lange es dauert, weiß man, sobald hier etwas gemalt wurde.",
  "takes-moments": "Dauert ein paar Sekunden.",
  "takes-seconds": "Dauert etwa {{seconds}} Sekunden.",
  "takes-minutes_one": "Dauert etwa eine Minute.",
  "takes-minutes_other": "Dauert etwa {{count}} Minuten.",
  "takes-hours": "Dauert etwa {{hours}} Stunden.",

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
  "model-packed-wrongly":
    "Das Modell ließ sich nicht auspacken: Die Verbindung brach ab, oder der Server packt es anders, als er sagt. Versuchen Sie es noch einmal. Wer diese Seite anbietet, erfährt mehr von build/check-host.js.",
  "model-damaged": "Das Modell kam beschädigt an. Versuchen Sie es noch einmal.",
  "own-model-used": "{{file}} ist jetzt das Modell.",
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
  "doing-first": "Die großen Formen anlegen, mit {{size}} Pixeln",
  "doing-between": "Größer malen, mit {{size}} Pixeln",
  "doing-last": "In voller Größe malen, mit {{size}} Pixeln",
  "doing-refining": "Genauer auf die Striche sehen",
  "title-over": "✓ Fertig · Impasto",
  "seconds-left": "noch {{seconds}} s",
  "minutes-left": "noch {{minutes}} min",
  "hours-left": "noch {{hours}} h {{minutes}} min",
  pause: "Pause",
  resume: "Weiter",
  stop: "Anhalten",
  download: "Herunterladen",
  "film-download": "Film herunterladen",
  again: "Noch eines malen",
  another: "Ein anderer Stil",
  losses: "Die Fehler",
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
  "drop-painting-sure":
    "Dieses Bild ist nirgends aufgehoben. Ohne es weitermachen? Brechen Sie ab, dann können Sie es herunterladen.",
  "drop-film-sure": "Der Film ist nicht heruntergeladen. Ohne ihn weitermachen?",
  "result-not-kept": "Dieser Browser konnte das Bild nicht aufheben. {{why}}",
  "result-at-hand": "Das Bild ist noch da, so wie es zuletzt war.",
  "film-left": "Der Film des Bildes ist noch da, bis dorthin, wo es abbrach.",
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
  "offline-changed":
    "Impasto wird nicht für Zeiten ohne Netz aufgehoben, weil dieser Server andere Bytes schickt, als gebaut wurden: {{files}}. Während eine andere Version hochgeladen wird, schadet das nicht: Laden Sie die Seite danach neu. Sonst bringen Sie den Server dazu, Dateien zu lassen, wie sie sind (keine Kommentare oder Skripte hineinsetzen, nichts verkleinern), oder laden Sie alles noch einmal hoch. „node build/check-host.js {{address}}“ sagt, was sonst nicht stimmt, und docs/hosting.md, warum.",
  "offline-missing":
    "Impasto wird nicht für Zeiten ohne Netz aufgehoben, weil dieser Server {{files}} nicht gibt. Laden Sie alles noch einmal hoch. „node build/check-host.js {{address}}“ sagt, was sonst nicht stimmt, und docs/hosting.md, warum.",
  "offline-failed": "Impasto wird nicht für Zeiten ohne Netz aufgehoben. {{why}}",
  "close-other-tabs":
    "Schließen Sie zuerst die anderen Tabs von Impasto und laden Sie diese Seite dann neu.",

  // What the engine says, in English by itself: src/web/error.rs
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
  "engine-content-too-narrow":
    "Das Foto hätte {{width}} x {{height}} Pixel, und jede Seite braucht mindestens {{least}}. Schneiden Sie es weniger schmal zu, oder wählen Sie unter „Mehr“ eine größere Größe.",
  "engine-style-too-narrow":
    "Der {{number}}. Stil hätte {{width}} x {{height}} Pixel, und jede Seite braucht mindestens {{least}}. Schneiden Sie ihn weniger schmal zu, oder wählen Sie unter „Mehr“ eine größere Größe für das Gemälde oder für ihn.",
  "engine-kept-unusable":
    "Das aufgehobene Bild ist nicht brauchbar ({{why}}). Beginnen Sie es neu.",
  "engine-style-too-large":
    "Bei Schritt {{step}} wurde der Abstand vom Stil zu groß, um damit zu rechnen. Das Gemälde ist, wie es davor war; machen Sie Stil unter „Mehr“ kleiner, oder die Schrittweite.",
  "engine-content-too-large":
    "Bei Schritt {{step}} wurde der Abstand vom Inhalt zu groß, um damit zu rechnen. Das Gemälde ist, wie es davor war; machen Sie Inhalt unter „Mehr“ kleiner, oder die Schrittweite.",
  "engine-at-limits-by-step-size":
    "Bei Schritt {{step}} war fast jede Farbe so dunkel oder so hell, wie es geht: Das ist kein Bild. Das Gemälde ist, wie es davor war; machen Sie die Schrittweite kleiner.",
  "engine-at-limits-by-style":
    "Bei Schritt {{step}} war fast jede Farbe so dunkel oder so hell, wie es geht: Das ist kein Bild. Das Gemälde ist, wie es davor war; machen Sie Stil unter „Mehr“ kleiner.",
  "engine-at-limits-by-content":
    "Bei Schritt {{step}} war fast jede Farbe so dunkel oder so hell, wie es geht: Das ist kein Bild. Das Gemälde ist, wie es davor war; machen Sie Inhalt unter „Mehr“ kleiner.",
  "engine-at-limits-by-smoothness":
    "Bei Schritt {{step}} war fast jede Farbe so dunkel oder so hell, wie es geht: Das ist kein Bild. Das Gemälde ist, wie es davor war; machen Sie Glätte unter „Mehr“ kleiner.",
  "engine-at-limits-by-palette":
    "Bei Schritt {{step}} war fast jede Farbe so dunkel oder so hell, wie es geht: Das ist kein Bild. Das Gemälde ist, wie es davor war; machen Sie Palette unter „Mehr“ kleiner.",
  "engine-palette-too-large":
    "Bei Schritt {{step}} wurde der Abstand von den Farben des Stils zu groß, um damit zu rechnen. Das Gemälde ist, wie es davor war; machen Sie Palette unter „Mehr“ kleiner, oder die Schrittweite.",
  "engine-smoothness-too-large":
    "Bei Schritt {{step}} wurde die Unruhe des Bildes zu groß, um damit zu rechnen. Das Gemälde ist, wie es davor war; machen Sie Glätte unter „Mehr“ kleiner, oder die Schrittweite.",
  "engine-nothing-to-paint":
    "Die Masken lassen nichts zu malen übrig. Machen Sie das Weiß einer Maske größer.",
  "engine-no-style":
    "Wählen Sie mindestens einen Stil, und geben Sie mindestens einem einen Anteil über null.",
};
