// The losses by step, live.

import { text } from "../../shared/text.js";
import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { language, onLanguage, words } from "../say/language.js";
import { drawLine } from "./line.js";

/** @import { StepRecord } from "../../shared/messages.js" */

/** @typedef {{style: string[], content: string[]}} Layers the names of those with a loss, in the network's order */

/**
 * A line of the plot.
 * @typedef {{
 *   label: () => string, value: (record: StepRecord) => number, colour: (style: CSSStyleDeclaration) => string,
 *   dash?: number[],
 * }} Line
 */

/**
 * @param {string} key of its text
 * @param {(record: StepRecord) => number} value
 * @param {string} name of its colour
 * @returns {Line}
 */
const total = (key, value, name) => ({
  label: () => words(text(key)),
  value,
  colour: (style) => style.getPropertyValue(name),
});

const TOTALS = [
  total("plot-total", ({ loss }) => loss, "--loss-line"),
  total("style-weight", ({ style }) => style, "--style-line"),
  total("content-weight", ({ content }) => content, "--content-line"),
  total("tv-weight", ({ tv }) => tv, "--tv-line"),
  total("palette-weight", ({ palette }) => palette, "--palette-line"),
];

/**
 * As far apart as hues can be; how light they are is the page's.
 * @param {string} kind of loss, by its text
 * @param {"styleLayers" | "contentLayers"} key
 * @param {string[]} names of the layers
 * @param {(index: number) => number} hueOf
 * @returns {Line[]}
 */
function layerSeries(kind, key, names, hueOf) {
  return names.map((name, index) => ({
    label: () => `${words(text(kind))} ${name}`,
    value: (record) => record[key][index],
    colour: (style) => `hsl(${hueOf(index)} ${style.getPropertyValue("--layer-tone")})`,
    dash: key === "contentLayers" ? [6, 4] : [],
  }));
}

/**
 * @param {Layers} layers
 * @returns {Line[]}
 */
function seriesByLayer({ style, content }) {
  const count = style.length + content.length;
  /** @param {number} index */
  const hueOf = (index) => Math.round((360 * index) / count) + 20;
  return [
    ...layerSeries("style-weight", "styleLayers", style, hueOf),
    ...layerSeries("content-weight", "contentLayers", content, (index) =>
      hueOf(style.length + index),
    ),
  ];
}

const HEIGHT = 210;
/** More points than this are thinned: nobody sees them, and drawing them takes time from the painting. */
const MOST_POINTS = 1000;
const WHOLE_STEPS = [1, 2, 5].flatMap((digit) =>
  [0, 1, 2, 3, 4].map((power) => digit * 10 ** power),
);
WHOLE_STEPS.sort((a, b) => a - b);

const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** @param {number} value */
const powerOfTen = (value) => {
  const power = String(Math.round(Math.log10(value)));
  return `10${power.replace("-", "⁻").replace(/\d/g, (digit) => POWERS[Number(digit)])}`;
};
/** @param {number} value */
const isPowerOfTen = (value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
/** @param {number} value */
const toldNumber = (value) =>
  new Intl.NumberFormat(language(), { maximumSignificantDigits: 3, notation: "compact" }).format(
    value,
  );

/** A plot of the losses on a logarithmic scale, as wide as its element. */
export class LossPlot {
  /** @type {StepRecord[]} */
  records = [];
  /** So many steps there is a point. */
  every = 1;
  /** @type {Line[]} */
  layers = [];
  byLayer = false;
  /** @type {uPlot | null} */
  plot = null;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.clear();
    new ResizeObserver(() => this.fit()).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    onLanguage(() => this.redraw());
  }

  // Whole pixels, and never one more than there are.
  get width() {
    return Math.floor(this.element.getBoundingClientRect().width);
  }

  /** @param {Layers} [layers] */
  clear(layers = { style: [], content: [] }) {
    this.records = [];
    this.every = 1;
    this.layers = seriesByLayer(layers);
    this.redraw();
  }

  /** @param {boolean} byLayer each layer's loss in place of the totals */
  showLayers(byLayer) {
    this.byLayer = byLayer;
    this.redraw();
  }

  get series() {
    return this.byLayer ? this.layers : TOTALS;
  }

  /** @returns {uPlot.AlignedData} */
  get data() {
    // A logarithmic scale has no place for the zero that the content loss begins with.
    /** @param {number} value */
    const positive = (value) => (value > 0 ? value : null);
    /** @param {Line} line */
    const column = ({ value }) => this.records.map((record) => positive(value(record)));
    return [this.records.map(({ step }) => step), ...this.series.map(column)];
  }

  /** @param {StepRecord[]} records */
  add(records) {
    this.records.push(...records.filter(({ step }) => step % this.every === 0));
    if (this.records.length > MOST_POINTS) {
      this.every *= 2;
      this.records = this.records.filter(({ step }) => step % this.every === 0);
    }
    this.draw();
  }

  // Other lines, or other colours, need another plot.
  redraw() {
    this.plot?.destroy();
    this.plot = null;
    this.draw();
  }

  draw() {
    drawLine(this.records);
    if (this.plot) {
      this.plot.setData(this.data);
    } else if (this.width > 0) {
      this.plot = new uPlot(this.options(), this.data, this.element);
    }
    this.nameLatest();
  }

  // The legend tells the latest values, unless the pointer asks for others.
  nameLatest() {
    if (this.plot && this.plot.cursor.idx == null && this.records.length > 0) {
      this.plot.setLegend({ idx: this.records.length - 1 }, false);
    }
  }

  /** @returns {uPlot.Options} */
  options() {
    const style = getComputedStyle(document.documentElement);
    /** @param {string} name */
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--soft"), ticks: { show: false } };
    const grid = { stroke: colour("--line"), width: 1 };
    /**
     * @param {uPlot} _
     * @param {number[]} values
     */
    const decades = (_, values) => values.map((value) => (isPowerOfTen(value) ? value : null));
    /**
     * @param {uPlot} _
     * @param {number | null} value
     */
    const told = (_, value) => (value == null ? "–" : toldNumber(value));
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
        { label: words(text("plot-step")) },
        ...this.series.map(({ label, colour, dash }) => ({
          label: label(),
          stroke: colour(style),
          dash,
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
      // It may have been folded away until now.
      this.draw();
    }
  }
}
