// The losses by step, live.

import uPlot from "./vendor/uplot/uPlot.esm.js";

const SERIES = [
  ["Loss", "loss", "--ink"],
  ["Style", "style", "--style-line"],
  ["Content", "content", "--content-line"],
  ["Smoothness", "tv", "--tv-line"],
];
const HEIGHT = 220;
/** More points than this are thinned: nobody sees them, and drawing them takes time from the painting. */
const MOST_POINTS = 1000;

/** A plot of the losses on a logarithmic scale, as wide as its element. */
export class LossPlot {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.clear();
    new ResizeObserver(() => this.fit()).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.plot?.destroy();
      this.plot = null;
      this.draw();
    });
  }

  clear() {
    this.data = [[], ...SERIES.map(() => [])];
    this.every = 1;
    this.plot?.setData(this.data);
  }

  /** @param {{step: number, loss: number, style: number, content: number, tv: number}[]} records */
  add(records) {
    for (const record of records.filter(({ step }) => step % this.every === 0)) {
      this.data[0].push(record.step);
      SERIES.forEach(([, key], index) => {
        // A logarithmic scale has no place for the zero that the content loss begins with.
        this.data[index + 1].push(record[key] > 0 ? record[key] : null);
      });
    }
    if (this.data[0].length > MOST_POINTS) {
      this.every *= 2;
      this.data = this.data.map((values) => values.filter((_, index) => index % 2 === 1));
    }
    this.draw();
  }

  draw() {
    if (this.plot) {
      this.plot.setData(this.data);
    } else if (this.element.clientWidth > 0) {
      this.plot = new uPlot(this.options(), this.data, this.element);
    }
  }

  options() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 } };
    const exponent = (_, values) =>
      values.map((value) => (value === null ? "" : value.toExponential(0).replace("e+", "e")));
    return {
      width: this.element.clientWidth,
      height: HEIGHT,
      // What a pointer would show: there is none on a phone, and the axes tell it.
      legend: { live: false },
      scales: { x: { time: false }, y: { distr: 3 } },
      axes: [axis, { ...axis, size: 48, values: exponent }],
      series: [
        { label: "Step" },
        ...SERIES.map(([label, , name]) => ({ label, stroke: colour(name), width: 2 })),
      ],
    };
  }

  fit() {
    if (this.element.clientWidth > 0) {
      this.plot?.setSize({ width: this.element.clientWidth, height: HEIGHT });
    }
  }
}
