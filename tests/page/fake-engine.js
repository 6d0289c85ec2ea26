// Stands in for engine/impasto.js where a test is about the page and not about the painting: it is quick everywhere, and
// it can be told to fail, which a real GPU cannot. What a test wants of it comes as globalThis.plan.

const plan = {
  adapter: "Test adapter",
  /** Milliseconds before the first step, and for each step. */
  beginning: 0,
  pace: 100,
  /** The step that fails. */
  failAt: 0,
  pngFails: false,
  ...globalThis.plan,
};

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export default async function init() {}

export class Engine {
  static async open(canvas) {
    const engine = new Engine();
    engine.context = canvas.getContext("2d");
    return engine;
  }

  adapter = plan.adapter;
  step = 0;
  steps = 0;

  loadWeights(bytes) {
    if (bytes.length < 1000) {
      throw new Error("The file ends before its header is complete.");
    }
  }

  memory(_width, _height, _styleWidth, _styleHeight, size, gigabytes) {
    const bytes = size * size * 1100;
    if (bytes > gigabytes * 1e10) {
      throw new Error("This size does not fit.");
    }
    return { bytes, windows: Math.ceil(bytes / gigabytes / 1e9) };
  }

  async begin(content, width, height, _style, _styleWidth, _styleHeight, settings) {
    await pause(plan.beginning);
    this.step = 0;
    this.steps = settings.steps;
    const scale = settings.size / Math.max(width, height);
    this.width = Math.round(width * scale);
    this.height = Math.round(height * scale);
    const source = new OffscreenCanvas(width, height);
    source.getContext("2d").putImageData(new ImageData(content, width, height), 0, 0);
    this.context.canvas.width = this.width;
    this.context.canvas.height = this.height;
    this.context.drawImage(source, 0, 0, this.width, this.height);
  }

  async advance() {
    await pause(plan.pace);
    this.step += 1;
    if (this.step === plan.failAt) {
      throw new Error("The graphics card stopped answering.");
    }
    this.context.fillStyle = `hsl(${this.step * 40} 60% 50% / 0.15)`;
    this.context.fillRect((this.step * 37) % this.width, (this.step * 23) % this.height, 90, 30);
    const style = 4e7 / this.step;
    const content = 1e5 * Math.sqrt(this.step - 1);
    const tv = 2e6 + 1e4 * this.step;
    return [{ step: this.step, loss: style + content + tv, style, content, tv }];
  }

  get finished() {
    return this.step >= this.steps;
  }

  async png() {
    if (plan.pngFails) {
      throw new Error("There is not enough memory.");
    }
    const blob = await this.context.canvas.convertToBlob();
    return new Uint8Array(await blob.arrayBuffer());
  }
}
