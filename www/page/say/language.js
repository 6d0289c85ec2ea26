// The visitor's language, and everything that the page says in it.
//
// Who says something in an element leaves its name there, so that another language can say it again.

import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import en from "../../texts/en.js";
import i18next from "../../vendor/i18next/i18next.js";

/** @import { Said, Text } from "../../shared/text.js" */

/** What there is, by its code, as it calls itself. Another language is its files in texts/ and a line here. */
const LANGUAGES = { en: "English", de: "Deutsch" };
/**
 * Dates and numbers as where the texts are from.
 * @type {Record<string, string>}
 */
const LOCALES = { en: "en-GB", de: "de-DE" };
const STORED = "impasto-language";

function chosen() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    // Private windows may refuse.
    return null;
  }
}

function preferred() {
  const wanted = [chosen(), ...navigator.languages.map((tag) => tag.split("-")[0])];
  return wanted.find((code) => code && Object.hasOwn(LANGUAGES, code)) ?? "en";
}

const texts = i18next.createInstance();
texts.init({
  initAsync: false,
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: en } },
  keySeparator: false,
  nsSeparator: false,
  // Everything is said as text, never as HTML.
  interpolation: { escapeValue: false },
});

/**
 * Firefox writes numbers as the page's language does, and reads what it wrote by the next language no more.
 * @param {string} code
 */
function useLanguage(code) {
  const fields = [...document.querySelectorAll("input")].filter(({ type }) => type === "number");
  const numbers = fields.map(({ value }) => value);
  document.documentElement.lang = code;
  fields.forEach((field, index) => {
    field.value = numbers[index];
  });
}

/** @param {string} code */
async function load(code) {
  if (!texts.hasResourceBundle(code, "translation")) {
    const { default: bundle } = await import(`../../texts/${code}.js`);
    texts.addResourceBundle(code, "translation", bundle);
  }
  await texts.changeLanguage(code);
  useLanguage(code);
}

/** @returns {string} the code of the language */
export const language = () => texts.language;

/** @returns {string} as `Intl` takes it */
export const locale = () => LOCALES[texts.language];

/**
 * @param {unknown} value
 * @returns {value is Said}
 */
const isText = (value) => typeof value === "object" && value !== null && "key" in value;

/**
 * @param {Text} what
 * @returns {string} in the visitor's language
 */
export function words(what) {
  if (!isText(what)) {
    return what;
  }
  const values = Object.entries(what.values ?? {}).map(([name, value]) => [
    name,
    isText(value) ? words(value) : value,
  ]);
  const options = { ...Object.fromEntries(values), defaultValue: what.otherwise };
  return String(texts.t(what.key, options));
}

/**
 * @param {string[]} names
 * @returns {string} all of them as a visitor reads them
 */
export const listed = (names) => new Intl.ListFormat(locale()).format(names);

const ATTRIBUTES = ["aria-label", "alt", "title", "content"];
/** @param {string} [attribute] */
const nameOf = (attribute) => (attribute ? `data-text-${attribute}` : "data-text");
/** @param {string} [attribute] */
const valuesOf = (attribute) => (attribute ? `data-values-${attribute}` : "data-values");

/**
 * @param {Element} element
 * @param {string | undefined} attribute none for what stands in it
 * @param {string} said
 */
function put(element, attribute, said) {
  if (attribute) {
    element.setAttribute(attribute, said);
  } else {
    element.textContent = said;
  }
}

/**
 * Says something in an element, or in one of its attributes.
 * @param {Element} element
 * @param {Text} what
 * @param {"aria-label" | "alt" | "title"} [attribute]
 */
export function say(element, what, attribute) {
  put(element, attribute, words(what));
  if (isText(what)) {
    element.setAttribute(nameOf(attribute), what.key);
    element.setAttribute(valuesOf(attribute), JSON.stringify(what));
  } else {
    element.removeAttribute(nameOf(attribute));
  }
}

/**
 * @param {Element} element
 * @param {string} [attribute]
 * @returns {Text}
 */
function saidAt(element, attribute) {
  const key = element.getAttribute(nameOf(attribute));
  const what = JSON.parse(element.getAttribute(valuesOf(attribute)) ?? "null");
  return what?.key === key ? what : text(key ?? "");
}

/** @param {ParentNode} root */
function sayAgain(root) {
  for (const attribute of [undefined, ...ATTRIBUTES]) {
    for (const element of root.querySelectorAll(`[${nameOf(attribute)}]`)) {
      put(element, attribute, words(saidAt(element, attribute)));
    }
  }
  for (const { content } of root.querySelectorAll("template")) {
    sayAgain(content);
  }
}

/**
 * Told of another language, for what is no element's.
 * @type {(() => void)[]}
 */
const listeners = [];

/** @param {() => void} listener called when the visitor has chosen another language */
export function onLanguage(listener) {
  listeners.push(listener);
}

/** @param {string} code of {@link LANGUAGES} */
async function speak(code) {
  await load(code);
  sayAgain(document);
  for (const listener of listeners) {
    listener();
  }
}

/** Offers the languages. */
export function offerLanguages() {
  const field = byId("language", HTMLSelectElement);
  for (const [code, name] of Object.entries(LANGUAGES)) {
    const option = new Option(name, code);
    option.lang = code;
    field.append(option);
  }
  field.value = language();
  field.onchange = () => {
    try {
      localStorage.setItem(STORED, field.value);
    } catch {
      // Then it holds until the page is closed.
    }
    return speak(field.value);
  };
}

// Who says something imports this file, and so waits until the language is there. The built page is in English, and stays
// so where another language does not arrive.
if (preferred() !== "en") {
  await speak(preferred()).catch(() => {});
}
