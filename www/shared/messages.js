// What the page and its worker say to each other: types only.
//
// The page sends orders and asks questions; the worker tells news, and answers each question by its number.

/** @import { Text } from "./text.js" */

/**
 * The engine's settings, of which these are named one by one; of all others only their fields know.
 * @typedef {{
 *   size: number,
 *   likeness: number,
 *   smoothness: string,
 *   weights: Weights,
 *   perception: {styleLoss: string, normaliseGradients: boolean, styleLayers: Record<string, number>, contentLayers: Record<string, number>},
 *   optimiser: string,
 *   learningRate: number,
 *   colour: string,
 *   strength: number,
 *   memory: number,
 *   precision: string,
 * }} Settings
 * @typedef {{style: number, content: number, totalVariation: number, palette: number}} Weights
 */

/**
 * What can be changed while it paints; `blend` has each style's part.
 * @typedef {{weights: Weights, likeness: number, learningRate: number, blend: number[]}} Tuning
 */

/**
 * Steps of one size, the longer side's pixels, and how long one of them takes beside those of another.
 * @typedef {{size: number, refining: boolean, steps: number, work: number}} Stage
 */

/**
 * What is shown of the finished picture.
 * @typedef {{strength: number, contentColours: boolean}} Showing
 */

/**
 * A style, and how it is used; its masks are pictures.
 * @typedef {{file: Blob, part: number, scale: number, region: Blob | null, source: Blob | null}} StyleUse
 */

/**
 * What a picture is called: the file without its ending, and by the page.
 * @typedef {{name: string, title: string}} PictureNames
 * @typedef {{content: PictureNames, style: PictureNames, styles: string[]}} Names
 */

/**
 * How far a painting was when it was kept; `side` is the longer one then.
 * @typedef {{step: number, steps: number, side: number, tuning: Tuning | null, showing: Showing | null}} Far
 */

/**
 * A painting as it is ordered, and as it is kept. A film has a frame every so many steps, and there is none where that is
 * 0; `keep` says whether this browser keeps it; `names` call everything the same when it is gone on with.
 * @typedef {{
 *   settings: Settings, styles: StyleUse[], film: number, content: Blob, start: Blob | null, keep: boolean,
 *   caption: string, name: string, names: Names,
 * }} Painting
 */

/**
 * A painting with what it is kept by, and from where it goes on, if it does.
 * @typedef {Painting & {id: string, from: Far | null}} Order
 */

/**
 * A small painting to look at before one paints; its number tells it from others.
 * @typedef {{number: number, content: Blob, styles: StyleUse[], settings: Settings}} LookOrder
 */

/**
 * A painting that this browser keeps: what was ordered, and how far it was.
 * @typedef {{id: string, order: Painting, begun: Date} & Far} Unfinished
 */

/**
 * What the engine tells of a step.
 * @typedef {{
 *   step: number, loss: number, style: number, content: number, tv: number, palette: number,
 *   styleLayers: number[], contentLayers: number[],
 * }} StepRecord
 */

/**
 * What the engine has to choose from; a usual weight goes with each choice of some settings, by their path.
 * @typedef {{
 *   version: string, presets: {name: string, settings: Settings}[], layers: string[], usualWeights: Record<string, [string, number][]>,
 *   usualNormalised: Weights,
 * }} Choices
 */

/**
 * The size of a style, and how it is used.
 * @typedef {{width: number, height: number, scale: number, region: boolean, source: boolean}} StyleSize
 */

/**
 * What a painting would need, in which precision; seconds where something is known of how fast this GPU is.
 * @typedef {{
 *   bytes: number, windows: number, stages: Stage[], plan: string, precision: string, seconds: number | null,
 * }} Need
 */

/**
 * What is recorded of a picture in the files of a painting: sums of it and of its masks, and how it was used.
 * @typedef {{sha256: string, part: number, scale: number, region?: string, source?: string}} InputRecord
 */

/**
 * How a painting of Impasto's own came to be.
 * @typedef {{content: InputRecord, styles: InputRecord[], settings: Settings}} Provenance
 */

/** @typedef {"png" | "png16" | "jpeg" | "webp"} Format */

/** @typedef {{blob: Blob, ending: string}} NamedFile */

/**
 * What has become of a painting that has ended: whether this browser keeps it, as it should where `keep` says so, and why
 * it could not; its picture, where nothing else has it, and what files of it are called.
 * @typedef {{keep: boolean, kept: boolean, why: Text | null, blob: Blob | null, name: string}} Settled
 */

/**
 * `longest` is the longer side that a picture keeps when it is opened; `network` asks for the model again, or for that file
 * in its place; `halfRather` has `memory` take half precision rather than parts, whatever the settings say.
 * @typedef {(
 *   | {type: "open", canvas: OffscreenCanvas, longest: number}
 *   | {type: "network", file?: File}
 *   | {type: "memory", content: [number, number], styles: StyleSize[], settings: Settings, halfRather: boolean}
 *   | {type: "look"} & LookOrder
 *   | {type: "begin", number: number} & Order
 *   | {type: "pause"} | {type: "resume"} | {type: "stop"} | {type: "hurry"}
 *   | {type: "gentle", gentle: boolean}
 *   | {type: "tune", tuning: Tuning}
 *   | {type: "show"} & Showing
 * )} ToDo what the page orders
 */

/**
 * What the page asks, and what it is answered.
 * @typedef {{
 *   save: [{format: Format, quality: number}, NamedFile | {message: Text}],
 *   provenance: [
 *     {file: Blob, content: Blob | null, styles: (Blob | null)[]},
 *     {found: Provenance, known: boolean[]} | {found?: undefined},
 *   ],
 *   settings: [{text: string}, {found?: Settings}],
 * }} Questions
 */

/**
 * What the worker tells. All that is about a painting has its order's number.
 * @typedef {{
 *   opened: {adapter: string, choices: Choices, films: boolean},
 *   openFailed: {message: Text},
 *   unsupported: {reason: "worker" | "adapter"},
 *   halted: {message: Text},
 *   network: {loaded: number, total: number},
 *   networkReady: {file?: string},
 *   networkFailed: {message: Text, file?: string},
 *   memory: Need | {message: Text},
 *   look: {
 *     number: number, pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number, done: number, finished: boolean,
 *   },
 *   lookFailed: {number: number, message: Text, fault?: string},
 *   keptPainting: {},
 *   filmLeft: NamedFile,
 *   keepFailed: {message: Text},
 *   adjustFailed: {message: Text},
 * } & {[Kind in keyof RunNews]: {number: number} & RunNews[Kind]}} News
 * @typedef {{
 *   begun: {width: number, height: number, steps: number, stages: Stage[]},
 *   grown: {width: number, height: number},
 *   steps: {records: StepRecord[]},
 *   paused: {},
 *   stateKept: {},
 *   film: NamedFile,
 *   filmFailed: {message: Text},
 *   finished: {complete: boolean},
 *   settled: Settled,
 *   failed: {message: Text, fault?: string, far: Far | null},
 * }} RunNews
 */

/**
 * Who is told what.
 * @template N
 * @typedef {{[Kind in keyof N]: (news: N[Kind]) => unknown}} Listeners
 */

export {};
