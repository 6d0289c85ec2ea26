// Puts the English texts into the built page's index.html: node build/texts.js FOLDER.
//
// What stands there in {{braces}} is a text's name in texts/en.js. It stays beside the text, as an attribute, so that
// page/say/language.js can say it in another language.

import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse, serialize } from "parse5";

const [folder] = process.argv.slice(2);
const { default: texts } = await import(pathToFileURL(resolve(folder, "texts/en.js")));
const page = join(folder, "index.html");

/** The text that this stands for; none where it is no name in braces. */
function textOf(words) {
  const key = words.match(/^\s*\{\{\s*([\w-]+)\s*\}\}\s*$/)?.[1];
  if (key && !Object.hasOwn(texts, key)) {
    throw new Error(`texts/en.js has no ${key}`);
  }
  return key && { key, words: texts[key] };
}

function fillAttributes(element) {
  for (const attribute of [...element.attrs]) {
    const text = textOf(attribute.value);
    if (text) {
      attribute.value = text.words;
      element.attrs.push({ name: `data-text-${attribute.name}`, value: text.key });
    }
  }
}

function fillContent(element) {
  const [content] = element.childNodes;
  const text = content.nodeName === "#text" && textOf(content.value);
  if (text) {
    content.value = text.words;
    element.attrs.push({ name: "data-text", value: text.key });
  }
}

function fill(node) {
  if (node.attrs) {
    fillAttributes(node);
  }
  if (node.childNodes?.length === 1) {
    fillContent(node);
  }
  for (const child of [...(node.childNodes ?? []), ...(node.content ? [node.content] : [])]) {
    fill(child);
  }
}

const document = parse(await readFile(page, "utf8"), { scriptingEnabled: false });
fill(document);
const filled = serialize(document);
const left = filled.match(/\{\{[^}]*\}\}/);
if (left) {
  throw new Error(`${left[0]} in index.html is not alone in its element`);
}
await writeFile(page, filled);
