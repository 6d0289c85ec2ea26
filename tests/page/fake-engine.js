// Stands in for engine/impasto.js where a test is about the page and not about the painting: it is quick everywhere, it
// can be told to fail, which a real GPU cannot, and it remembers in globalThis.calls what it was asked. What a test wants
// of it comes as globalThis.plan, and what the real engine offers as globalThis.choices.

const plan = {
  // A processor in place of a graphics card: nothing is looked at before it is asked for.
  adapter: "Software for tests",
  /** Milliseconds before the first step, and for each step. */
  beginning: 0,
  pace: 100,
  /** The step that fails, and what becomes of the engine by it; another engine does not fail there. */
  failAt: 0,
  fault: undefined,
  pngFails: false,
  /** How many PNG files it gives before its GPU is lost. */
  pngs: Number.POSITIVE_INFINITY,
  tuneFails: false,
  /** The presets that it has; all of the real one's if none are named. */
  presets: null,
  /** What the settings of every link are. */
  settings: null,
  /** What the provenance of every PNG file is. */
  provenance: null,
  ...globalThis.plan,
};

/** A test may change it meanwhile. */
globalThis.plan = plan;
globalThis.calls = [];

/** Engines that were opened. */
let opened = 0;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const call = (name, values) => globalThis.calls.push({ name, ...structuredClone(values) });

export default async function init() {}

/** What the real engine offers, as it said when the site was built. */
const { version, presets, layers, usualWeights, usualNormalised } = globalThis.choices;

function brightness(pixels, width, height) {
  const at = (x, y) => pixels[4 * (Math.floor(y) * width + Math.floor(x))];
  return {
    width,
    height,
    left: at(width * 0.1, height / 2),
    middle: at(width / 2, height / 2),
    right: at(width * 0.9, height / 2),
  };
}

/** Red, green and blue near the four corners, row by row. */
function corners(pixels, width, height) {
  const at = (x, y) => [...pixels.slice(4 * (y * width + x)).slice(0, 3)];
  const [left, right] = [0.1, 0.9].map((part) => Math.floor(width * part));
  const [top, bottom] = [0.1, 0.9].map((part) => Math.floor(height * part));
  return [at(left, top), at(right, top), at(left, bottom), at(right, bottom)];
}

const stagesOf = ({ size, steps, firstSize, firstSteps }) => {
  const last = { size, refining: false, steps, work: 2 };
  const first = { size: firstSize, refining: false, steps: firstSteps, work: 1 };
  return firstSize < size ? [first, last] : [last];
};
const allSteps = (settings) => stagesOf(settings).reduce((sum, { steps }) => sum + steps, 0);

export class Engine {
  static async open(canvas) {
    opened += 1;
    call("open", {});
    if (plan.opensOnce && opened > 1) {
      throw new Error("There is no graphics card.");
    }
    const engine = new Engine();
    engine.number = opened;
    engine.context = canvas.getContext("2d");
    return engine;
  }

  static choices() {
    const offered = presets.filter(({ name }) => plan.presets?.includes(name) ?? true);
    return { version, presets: offered, layers, usualWeights, usualNormalised };
  }

  static settings(text) {
    call("settings", { text });
    if (!plan.settings) {
      throw new Error("No settings.");
    }
    return plan.settings;
  }

  static provenance() {
    if (!plan.provenance) {
      throw new Error("This picture does not say how it was painted.");
    }
    return plan.provenance;
  }

  adapter = plan.adapter;
  pairing = `${plan.adapter}, 1`;
  broken = undefined;
  step = 0;
  steps = 0;

  loadWeights(bytes) {
    if (bytes.length < 1000) {
      throw new Error("The file ends before its header is complete.");
    }
  }

  /** Takes what it gives, and measures where it is given anything else. */
  async chooseTiles(kept) {
    call("chooseTiles", { kept });
    if (plan.measuringFails) {
      throw new Error("The graphics card stopped answering.");
    }
    return kept?.chosen === "test" ? undefined : { chosen: "test" };
  }

  get fault() {
    if (this.broken === "code") {
      throw new Error("unreachable");
    }
    return this.broken;
  }

  memory(width, height, styles, settings) {
    call("memory", { width, height, styles, settings });
    const bytes = settings.size * settings.size * (settings.precision === "half" ? 550 : 1100);
    if (bytes > settings.memory * 10) {
      throw new Error("This size does not fit.");
    }
    const windows = Math.ceil(bytes / settings.memory);
    return { bytes, windows, stages: stagesOf(settings), plan: "all of it" };
  }

  addStyle(pixels, width, height, part, scale) {
    call("addStyle", { bytes: pixels.length, width, height, part, scale });
  }

  /** Of a mask: how bright its corners and its middle are. */
  setRegion(pixels, width, height) {
    call("setRegion", brightness(pixels, width, height));
  }

  setSource(pixels, width, height) {
    call("setSource", brightness(pixels, width, height));
  }

  startFrom(pixels, width, height) {
    call("startFrom", { bytes: pixels.length, width, height });
  }

  async begin(content, width, height, settings) {
    call("begin", { width, height, settings, corners: corners(content, width, height) });
    await pause(plan.beginning);
    this.prepare(content, width, height, settings, 0);
  }

  prepare(content, width, height, settings, step) {
    this.step = step;
    this.settings = settings;
    this.steps = allSteps(settings);
    this.content = new OffscreenCanvas(width, height);
    this.content.getContext("2d").putImageData(new ImageData(content, width, height), 0, 0);
    this.grow(
      step > settings.firstSteps ? settings.size : Math.min(settings.size, settings.firstSize),
    );
  }

  async putAside() {
    call("putAside", { step: this.step });
    return new TextEncoder().encode(JSON.stringify({ step: this.step, settings: this.settings }));
  }

  async resume(content, width, height, saved, size) {
    const { step, settings } = JSON.parse(new TextDecoder().decode(saved));
    call("resume", { width, height, step, size });
    this.prepare(content, width, height, { ...settings, size: size ?? settings.size }, step);
  }

  free() {
    call("free", { number: this.number });
  }

  grow(size) {
    const { width, height } = this.content;
    const scale = size / Math.max(width, height);
    this.width = Math.round(width * scale);
    this.height = Math.round(height * scale);
    this.context.canvas.width = this.width;
    this.context.canvas.height = this.height;
    this.context.drawImage(this.content, 0, 0, this.width, this.height);
  }

  async advance(gentle) {
    await pause(plan.pace);
    this.step += 1;
    call("advance", { step: this.step, gentle });
    if (this.step === plan.failAt && (this.number === 1 || plan.failsAgain)) {
      this.broken = plan.fault;
      throw new Error("The graphics card stopped answering.");
    }
    const { size, firstSize, firstSteps } = this.settings;
    if (firstSize < size && this.step === firstSteps + 1) {
      this.grow(size);
    }
    this.context.fillStyle = `hsl(${this.step * 40} 60% 50% / 0.15)`;
    this.context.fillRect((this.step * 37) % this.width, (this.step * 23) % this.height, 90, 30);
    return [this.record()];
  }

  record() {
    const style = 4e7 / this.step;
    const content = 1e5 * Math.sqrt(this.step - 1);
    const tv = 2e6 + 1e4 * this.step;
    const palette = 3e5 / this.step;
    const { styleLayers, contentLayers } = this.settings.perception;
    const shares = (layers, loss) => Object.keys(layers).map((_, index) => loss / (index + 2));
    return {
      step: this.step,
      loss: style + content + tv + palette,
      style,
      content,
      tv,
      palette,
      styleLayers: shares(styleLayers, style),
      contentLayers: shares(contentLayers, content),
    };
  }

  stages() {
    return stagesOf(this.settings);
  }

  get finished() {
    return this.step >= this.steps;
  }

  tune(tuning) {
    call("tune", tuning);
    if (plan.tuneFails) {
      throw new Error("Give at least one style a part above zero.");
    }
  }

  show(strength, contentColours) {
    call("show", { strength, contentColours });
  }

  async png(sixteen, inputs) {
    call("png", { sixteen, inputs });
    if (plan.pngFails) {
      throw new Error("There is not enough memory.");
    }
    plan.pngs -= 1;
    if (plan.pngs < 0) {
      this.broken = "gpu";
      throw new Error("The graphics card stopped answering.");
    }
    const blob = await this.context.canvas.convertToBlob();
    return new Uint8Array(await blob.arrayBuffer());
  }

  async pixels() {
    const { data } = this.context.getImageData(0, 0, this.width, this.height);
    return new Uint8Array(data);
  }
}
