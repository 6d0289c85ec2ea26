// One of the two pictures: a drop area, a file field and samples.

/** A chosen picture with the elements that choose and show it. */
export class Choice {
  /**
   * @param {HTMLElement} element holds `.drop`, `.preview`, `.file` and `.samples`
   * @param {(message: string) => void} showError
   * @param {() => void} changed called whenever another picture is chosen
   */
  constructor(element, showError, changed) {
    this.element = element;
    this.showError = showError;
    this.changed = changed;
    /** @type {Blob | null} */
    this.file = null;
    /** The file's name without its ending. */
    this.name = "";
    /** Whether the visitor chose it, rather than the page. */
    this.own = false;
    this.listen();
  }

  listen() {
    const { element } = this;
    const field = element.querySelector(".file");
    field.onchange = () => {
      if (field.files[0]) {
        this.take(field.files[0]);
      }
      // So that the same file can be chosen again.
      field.value = "";
    };
    element.addEventListener("dragover", () => element.classList.add("dropping"));
    element.addEventListener("dragleave", () => element.classList.remove("dropping"));
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      element.classList.remove("dropping");
      const [file] = event.dataTransfer.files;
      if (file) {
        this.take(file);
      }
    });
  }

  /**
   * Takes a picture of the visitor's; one that cannot be decoded leaves the former choice.
   * @param {File} file
   */
  async take(file) {
    try {
      (await createImageBitmap(file)).close();
    } catch {
      this.showError(
        `${file.name} is not a picture that this browser can open. Use a JPEG, PNG or WebP file.`,
      );
      return;
    }
    this.showError("");
    this.own = true;
    this.choose(file, file.name);
  }

  choose(file, name, sample = null) {
    this.file = file;
    this.name = name.replace(/\.[^.]*$/, "");
    const preview = this.element.querySelector(".preview");
    URL.revokeObjectURL(preview.src);
    preview.src = URL.createObjectURL(file);
    preview.alt = name;
    preview.hidden = false;
    for (const button of this.element.querySelectorAll(".sample")) {
      button.setAttribute("aria-pressed", String(button === sample));
    }
    this.changed();
  }

  /**
   * Shows samples and chooses the first, unless the visitor was quicker.
   * @param {{file: string, title: string}[]} samples
   */
  async offer(samples) {
    const buttons = samples.map((sample) => this.sampleButton(sample));
    this.element.querySelector(".samples").replaceChildren(...buttons);
    await this.chooseSample(samples[0], buttons[0], () => !this.file);
  }

  sampleButton(sample) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sample";
    button.title = sample.title;
    button.setAttribute("aria-pressed", "false");
    const image = document.createElement("img");
    image.src = `samples/${sample.file}`;
    image.alt = sample.title;
    button.append(image);
    button.onclick = () => this.chooseSample(sample, button, () => true);
    return button;
  }

  async chooseSample(sample, button, wanted) {
    const answer = await fetch(`samples/${sample.file}`);
    if (!answer.ok) {
      this.showError(
        `The sample ${sample.title} could not be loaded. Choose a picture of your own.`,
      );
      return;
    }
    const file = await answer.blob();
    if (wanted()) {
      this.own = false;
      this.choose(file, sample.file, button);
    }
  }
}
