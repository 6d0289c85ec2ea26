// Writes the settings' controls into the built page's index.html: node build/fields.js FOLDER CHOICES.json.
//
// Each control comes from the engine's own row for its setting, so that no bound, choice or name is written twice:
// - an element with data-fields="GROUP" gets a control for each setting of that group, before what it holds already, and
//   one with data-field="NAME" the control of that setting alone;
// - in it, what a <template data-inside="NAME"> holds is put into the control of that name;
// - an <input data-like="NAME"> gets the kind and the bounds of that setting, or of a style's part or scale;
// - a <select data-presets> gets an option for each preset, before what it holds already.
// Texts stand in {{braces}}, by the setting's name; texts.js comes afterwards.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, parseFragment, serialize } from "parse5";

const [folder, choicesFile] = process.argv.slice(2);
const choices = JSON.parse(await readFile(choicesFile, "utf8"));
const page = join(folder, "index.html");

const numbers = new Map([
  ...choices.fields.map(({ name, kind }) => [name, kind]),
  ...Object.entries(choices.styleFields),
]);

/** An input's attributes by its kind: what it is, how it is typed, and its bounds. */
function inputAttributes(name) {
  const kind = numbers.get(name);
  switch (kind?.type) {
    case "whole":
      return number({ inputmode: "numeric", min: kind.least, max: kind.most, step: 1 });
    case "number":
      return number({ inputmode: "decimal", min: kind.least, max: kind.most, step: "any" });
    case "weight":
      return { "data-kind": "weight", ...number({ inputmode: "decimal", min: 0, step: "any" }) };
    case "gigabytes":
      return {
        "data-kind": "gigabytes",
        ...number({ inputmode: "decimal", min: kind.least, step: "any" }),
      };
    case "share":
      return { type: "range", min: 0, max: 1, step: "any" };
    case "percent":
      return { type: "range", min: 0, max: 100, step: 1 };
    case "switch":
      return { type: "checkbox" };
    default:
      throw new Error(`${name} is no setting of a number or a switch`);
  }
}

const number = ({ inputmode, min, max, step }) => ({
  type: "number",
  inputmode,
  min,
  ...(max === null || max === undefined ? {} : { max }),
  step,
});

const written = (attributes) =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}="${value}"`)
    .join(" ");

/** What is told of a control while it is used. */
const STATUS = /id="([\w-]+)" role="status"/g;

const describedBy = (name, inside) =>
  [`${name}-help`, ...[...inside.matchAll(STATUS)].map(([, id]) => id)].join(" ");

/** A layer of the network: whether it counts, and how much. */
const layer = (name) => `<div class="layer">
  <label class="tick"><input type="checkbox" value="${name}"><span>${name}</span></label>
  <input type="number" inputmode="decimal" min="0" step="any" value="1" disabled>
</div>`;

function control(field, inside) {
  const { name, path, kind, when, rescales } = field;
  const same = written({
    id: name,
    "data-testid": name,
    "data-setting": path,
    ...(rescales ? { "data-rescales": rescales } : {}),
    "aria-describedby": describedBy(name, inside),
  });
  const label = `<label for="${name}">{{ ${name} }}</label>`;
  const input = () => `<input ${same} ${written(inputAttributes(name))}>`;
  const bodies = {
    choice: () => {
      const options = kind.choices.map(
        (choice) => `<option value="${choice}">{{ ${name}-${choice} }}</option>`,
      );
      return `${label}<select ${same}>${options.join("")}</select>`;
    },
    layers: () =>
      `<fieldset ${same} data-kind="layers" class="layer-list"><legend>{{ ${name} }}</legend>${choices.layers.map(layer).join("")}</fieldset>`,
    switch: () => `<label class="tick">${input()}<span>{{ ${name} }}</span></label>`,
    percent: () =>
      `${label}${input()}<div class="ends" aria-hidden="true"><span>{{ ${name}-least }}</span><span>{{ ${name}-most }}</span></div>`,
  };
  const body = bodies[kind.type] ?? (() => label + input());
  const condition =
    when && written({ "data-when": `${when.path} ${when.is ? "=" : "!="} ${when.value}` });
  return `<div class="control${kind.type === "layers" ? " wide" : ""}" ${condition ?? ""}>
    ${body()}<button class="back plain" type="button" hidden>↺</button><p id="${name}-help">{{ ${name}-help }}</p>${inside}</div>`;
}

const attribute = (node, name) => node.attrs?.find((attribute) => attribute.name === name)?.value;

function without(node, name) {
  node.attrs = node.attrs.filter((attribute) => attribute.name !== name);
}

function prepend(node, html) {
  const { childNodes } = parseFragment(html);
  for (const child of childNodes) {
    child.parentNode = node;
  }
  node.childNodes.unshift(...childNodes);
}

/** Takes the templates for the insides of controls out of a group. */
function takeInsides(node) {
  const insides = new Map();
  node.childNodes = node.childNodes.filter((child) => {
    const name = attribute(child, "data-inside");
    if (name) {
      insides.set(name, serialize(child.content));
    }
    return !name;
  });
  return insides;
}

function fillWith(node, fields, what) {
  if (fields.length === 0) {
    throw new Error(`no setting is of the ${what}`);
  }
  const insides = takeInsides(node);
  const controls = fields.map((field) => {
    const inside = insides.get(field.name) ?? "";
    insides.delete(field.name);
    return control(field, inside);
  });
  if (insides.size > 0) {
    throw new Error(`${[...insides.keys()].join(", ")}: no such setting in the ${what}`);
  }
  prepend(node, controls.join("\n"));
  for (const { name } of fields) {
    shown.add(name);
  }
}

const fillGroup = (node, group) =>
  fillWith(
    node,
    choices.fields.filter((field) => field.group === group),
    `group ${group}`,
  );

const fillField = (node, name) =>
  fillWith(
    node,
    choices.fields.filter((field) => field.name === name),
    `name ${name}`,
  );

function fillInput(node, name) {
  for (const [key, value] of Object.entries(inputAttributes(name))) {
    node.attrs.push({ name: key, value: String(value) });
  }
}

function fillPresets(node) {
  const options = choices.presets.map(
    ({ name }) => `<option value="${name}">{{ preset-${name} }}</option>`,
  );
  prepend(node, options.join(""));
}

const shown = new Set();
const FILL = {
  "data-fields": fillGroup,
  "data-field": fillField,
  "data-like": fillInput,
  "data-presets": fillPresets,
};

function fill(node) {
  for (const [name, how] of Object.entries(FILL)) {
    const value = attribute(node, name);
    if (value !== undefined) {
      without(node, name);
      how(node, value);
    }
  }
  for (const child of [...(node.childNodes ?? []), ...(node.content ? [node.content] : [])]) {
    fill(child);
  }
}

const document = parse(await readFile(page, "utf8"), { scriptingEnabled: false });
fill(document);
const left = choices.fields.filter(({ name }) => !shown.has(name));
if (left.length > 0) {
  throw new Error(`${left.map(({ name }) => name).join(", ")} have no place in index.html`);
}
await writeFile(page, serialize(document));
