// The losses by step, live.

import uPlot from "./vendor/uplot/uPlot.esm.js";

const SERIES = [
  ["Total", "loss", "--loss-line"],
  ["Style", "style", "--style-line"],
  ["Content", "content", "--content-line"],
  ["Smoothness", "tv", "--tv-line"],
];
const HEIGHT = 210;
/** More points than this are thinned: nobody sees them, and drawing them takes time from the painting. */
const MOST_POINTS = 1000;
const WHOLE_STEPS = [1, 2, 5].flatMap((digit) =>
  [0, 1, 2, 3, 4].map((power) => digit * 10 ** power),
);
WHOLE_STEPS.sort((a, b) => a - b);

const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const powerOfTen = (value) => {
  const power = String(Math.round(Math.log10(value)));
  return `10${power.replace("-", "⁻").replace(/\d/g, (digit) => POWERS[digit])}`;
};
const isPowerOfTen = (value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 3, notation: "compact" });

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

  // Whole pixels, and never one more than there are.
  get width() {
    return Math.floor(this.element.getBoundingClientRect().width);
  }

  clear() {
    this.data = [[], ...SERIES.map(() => [])];
    this.every = 1;
    this.draw();
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
    } else if (this.width > 0) {
      this.plot = new uPlot(this.options(), this.data, this.element);
    }
    this.nameLatest();
  }

  // The legend tells the latest values, unless the pointer asks for others.
  nameLatest() {
    if (this.plot && this.plot.cursor.idx == null && this.data[0].length > 0) {
      this.plot.setLegend({ idx: this.data[0].length - 1 }, false);
    }
  }

  options() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--soft"), ticks: { show: false } };
    const grid = { stroke: colour("--line"), width: 1 };
    const decades = (_, values) => values.map((value) => (isPowerOfTen(value) ? value : null));
    const told = (_, value) => (value == null ? "–" : number.format(value));
    return {
      width: this.width,
      height: HEIGHT,
      padding: [8, 14, 0, 0],
      cursor: { y: false, drag: { setScale: false, x: false } },
      hooks: { setCursor: [() => this.nameLatest()] },
      scales: {
        x: { time: false },
        y: { distr: 3, range: (_, low, high) => uPlot.rangeLog(low ?? 1, high ?? 10, 10, true) },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 30, incrs: WHOLE_STEPS },
        {
          ...axis,
          grid: { ...grid, filter: decades },
          size: 40,
          filter: decades,
          values: (_, values) => values.map((value) => (value == null ? "" : powerOfTen(value))),
        },
      ],
      series: [
        { label: "Step" },
        ...SERIES.map(([label, , name]) => ({
          label,
          stroke: colour(name),
          width: 2,
          points: { show: false },
          value: told,
        })),
      ],
    };
  }

  fit() {
    if (this.width > 0) {
      this.plot?.setSize({ width: this.width, height: HEIGHT });
    }
  }
}
