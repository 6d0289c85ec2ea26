// What the page says in German of the settings under 'More': each by its name in src/settings/rows.rs.

export default {
  // Settings
  more: "Mehr",
  "controls-label": "Einstellungen",
  preset: "Vorlage",
  "preset-brush": "Pinsel",
  "preset-brush-help":
    "Malt jede Stelle wie die nächstliegende des Gemäldes: Striche wie mit dem Pinsel, in den eigenen Farben des Gemäldes.",
  "preset-fine": "Fein",
  "preset-fine-help":
    "Vergleicht das Gemälde als Ganzes, sodass seine Farben in ihren wahren Anteilen kommen; braucht die vierfache Zeit.",
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
  "preset-sketch-help": "Wenige Schritte, um zu sehen, was aus Ihren beiden Bildern wird.",
  "preset-changed_one": "Eine Einstellung weicht davon ab.",
  "preset-changed_other": "{{count}} Einstellungen weichen davon ab.",
  "back-to-preset": "Zurück zur Vorlage",
  "back-of": "{{name}}: zurück zur Vorlage",
  "changed-count_one": "1 geändert",
  "changed-count_other": "{{count}} geändert",
  "part-look": "Aussehen",
  "part-styles": "Stile und Masken",
  "part-colours": "Farben",
  "part-time": "Zeit und Größe",
  "part-machine": "Rechner",
  "part-experts": "Für Kenner",

  likeness: "Ähnlichkeit",
  "likeness-help": "Wie viel von Ihrem Bild bleibt und wie weit das Gemälde geht.",
  "likeness-least": "mein Foto",
  "likeness-most": "das Gemälde",
  strokes: "Strichgröße",
  "strokes-help": "Wie groß die Striche des Gemäldes in Ihrem Bild sind, so wie hier unten.",
  "strokes-least": "klein",
  "strokes-most": "groß",
  "crop-label": "{{title}}, so groß wie es gemalt wird",
  "named-size": "Größe",
  "size-look": "Ein erstes Bild, {{width}} x {{height}}",
  "size-screen": "Bildschirm, {{width}} x {{height}}",
  "size-phone": "Telefonhintergrund, {{width}} x {{height}}",
  "size-a4": "Druck auf A4 mit 200 dpi, {{width}} x {{height}}",
  "size-own": "Andere Größe",
  size: "Längere Seite",
  "size-help": "In Pixeln. Die doppelte Größe dauert viermal so lange.",
  "size-why":
    "Höchstens {{size}} auf einem Telefon oder Tablet mit dem Speicher, der eingestellt ist: Erlauben Sie unter „Mehr“, „Rechner“ mehr, wenn es größer werden soll.",

  steps: "Schritte",
  "steps-help":
    "Wie oft das Bild in jeder Größe verbessert wird; schon ein paar hundert zeigen den Stil.",
  "steps-all": "{{steps}} insgesamt.",
  "first-size": "Erste Größe",
  "first-size-help":
    "Pixel, mit denen es beginnt, um von dort zu wachsen; so groß wie Größe malt in nur einer Größe.",
  growth: "Wachstum",
  "growth-help": "Um wie viel das Bild von einer Größe zur nächsten wächst.",
  "growth-root": "Um Wurzel zwei",
  "growth-double": "Aufs Doppelte",
  "first-steps": "Erste Schritte",
  "first-steps-help": "Wie oft das Bild in der ersten von mehreren Größen verbessert wird.",

  "refining-steps": "Feine Schritte",
  "refining-steps-help":
    "Wie oft die fertige Größe danach noch verbessert wird, mit genauerem Blick auf die Striche.",

  "weights-help": "Stil, Inhalt und Glätte: 100 ist, was die Vorlage hat.",
  "style-weight": "Stil",
  "style-weight-help": "Mehr gleicht stärker dem Gemälde: seinen Strichen und seinen Farben.",
  "content-weight": "Inhalt",
  "content-weight-help": "Mehr behält mehr von dem, was Ihr Bild zeigt.",
  "tv-weight": "Glätte",
  "tv-weight-help": "Mehr hat weniger Korn und weniger feine Striche.",
  "palette-weight": "Palette",
  "palette-weight-help":
    "Mehr hat weniger Farben, die es im Gemälde nirgends gibt; 100 ist, was die Vorlage hat.",
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
  "content-colour": "Mein Bild wird angesehen",
  "content-colour-own": "Wie es ist",
  "content-colour-style": "In den Farben des Gemäldes",
  "content-colour-help":
    "In den Farben des Gemäldes wird aus dem, was es nicht zeigen kann, etwas, das es zeigen kann: ein weißes Haus in dunklem Glas. Zum Foto hin werden sie schwächer.",
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
  "style-loss-nearest": "Nächste Stellen",
  "style-loss-help":
    "Durch nächste Stellen folgt jede der ähnlichsten des Gemäldes; bei relativen Matrizen zählt jede Ebene und jedes Gemälde gleich.",
  "turned-styles": "Gedrehte Stile",
  "turned-styles-help":
    "Das Gemälde zählt auch gedreht und gespiegelt, sodass Striche in jeder Richtung liegen können.",
  "content-loss": "Inhalt vergleichen durch",
  "content-loss-plain": "Unterschiede",
  "content-loss-relative": "Relative Unterschiede",
  "content-loss-help": "Bei relativen zählt jedes Bild gleich.",
  padding: "Jenseits des Randes",
  "padding-zero": "Eine Farbe",
  "padding-replicate": "Noch einmal der Rand",
  "padding-help":
    "Was das Netz außerhalb des Bildes sieht; noch einmal der Rand hinterlässt dort weniger Spuren.",
  "normalise-gradients": "Ebenen ausgleichen",
  "normalise-gradients-help":
    "Jede Ebene zieht so stark, wie ihr Gewicht sagt, gleich wie groß ihr Fehler ist.",
  "style-layers": "Ebenen des Stils",
  "style-layers-help":
    "Was vom Netz den Stil vergleicht, jede Ebene mit ihrem Gewicht; frühe Ebenen sehen feine Striche, späte ganze Formen.",
  "content-layers": "Ebenen des Inhalts",
  "content-layers-help":
    "Was vom Netz den Inhalt vergleicht; eine frühere Ebene behält mehr Einzelheiten Ihres Bildes.",

  "styles-help":
    "Anteil ist, wie viel jeder neben den anderen zählt; Strichgröße ist seine Größe neben dem Gemalten. Masken sagen, wo jeder gemalt wird und was von ihm zählt.",
  part: "Anteil",
  "part-of": "Anteil: {{title}}",
  "size-of": "Strichgröße: {{title}}",
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

  "network-legend": "Vergleich",
  "optimiser-legend": "Optimierung",
  variables: "Bewegt wird",
  "variables-pixels": "Jeder Bildpunkt",
  "variables-pyramid": "Grobes und Feines zugleich",
  "variables-help":
    "Was viele Bildpunkte gemeinsam haben, bewegt sich auf einmal, wenn Grobes und Feines zugleich gehen: erst Striche, dann Körnung.",
  optimiser: "Verfahren",
  "optimiser-adam": "Adam",
  "optimiser-lbfgs": "L-BFGS",
  "optimiser-help":
    "Wie das Bild verbessert wird: Adam ist stetig, L-BFGS braucht oft weniger Schritte, aber mehr Speicher.",
  "learning-rate": "Schrittweite",
  "learning-rate-help": "Wie weit jeder Schritt das Bild ändert; zu weit macht es unruhig.",
  schedule: "Schritte",
  "schedule-help":
    "Kürzere Schritte am Ende jeder Größe bringen zur Ruhe, was die langen durcheinanderwerfen.",
  "schedule-constant": "Gleich lang",
  "schedule-cosine": "Immer kürzer",
  beta1: "Schwung",
  "beta1-help":
    "Wie viel von seiner Richtung jeder Schritt behält: Mehr ist glatter, läuft aber über das Ziel hinaus.",
  beta2: "Gedächtnis für Steigungen",
  "beta2-help": "Wie viel jeder Schritt von den Steigungen weiß, nach denen er seine Länge wählt.",
  epsilon: "Kleinste Steigung",
  "epsilon-help": "Viel kleinere Steigungen ändern das Bild kaum.",
  history: "Gedächtnis",
  "history-help": "Aus wie vielen früheren Schritten es lernt; jeder braucht Speicher.",
  averaging: "Mittelung",
  "averaging-help":
    "Wie viel vom Mittel der bisherigen Bilder bei jedem Schritt bleibt; 0 zeigt das letzte selbst.",

  memory: "Speicher",
  "memory-help":
    "Gigabyte an Grafikspeicher, die benutzt werden dürfen. Was mehr braucht, wird in Teilen gemalt, und das dauert länger.",
  "memory-why":
    "Die Seite hat {{gigabytes}} GB gewählt: Ein Telefon oder Tablet beendet Seiten, die viel mehr brauchen. Sie können es ändern.",
  "memory-need": "Dieses Bild belegt {{megabytes}} MB.",
  "memory-need-in-parts": "Dieses Bild belegt {{megabytes}} MB, in {{parts}} Teilen.",
  plan: "Jeder Puffer",
  precision: "Genauigkeit",
  "precision-full": "Voll",
  "precision-half": "Halb",
  "precision-help":
    "Halb braucht halb so viel Speicher, so passen größere Bilder; das Bild sieht gleich aus.",
  "precision-why":
    "Die Seite hat Halb gewählt: In voller Genauigkeit passt dieses Bild nicht als Ganzes in den Speicher, der benutzt werden darf. Sie können es ändern.",
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
  "needs-layer": "{{name}} brauchen mindestens eine Ebene, deren Gewicht über 0 ist.",
  "weight-of": "Gewicht von {{layer}}",

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
};
