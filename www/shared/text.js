// What is to be said, without its words: those are the page's, in the visitor's language. The worker needs no more than this.

/**
 * A text by its name in texts/en.js, with what is put in, and what is said where no language has it.
 * @typedef {{key: string, values: Record<string, unknown>, otherwise?: string}} Said
 */

/**
 * What is to be said; or words that are said as they are.
 * @typedef {Said | string} Text
 */

/**
 * @param {string} key its name in texts/en.js
 * @param {Record<string, unknown>} [values] what is put in; another text may be
 * @returns {Said}
 */
export const text = (key, values = {}) => ({ key, values });

/** Something went wrong that the visitor is told of. */
export class Trouble extends Error {
  /**
   * As {@link text}.
   * @param {string} key
   * @param {Record<string, unknown>} [values]
   */
  constructor(key, values) {
    super(key);
    this.text = text(key, values);
  }
}

/**
 * What to say of an error: a trouble's text, the engine's with its own English words where no language has others, and
 * else what the browser says.
 * @param {unknown} error
 * @returns {Text}
 */
export function textOf(error) {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return "text" in error && error.text
    ? { .../** @type {Said} */ (error.text), otherwise: error.message }
    : error.message;
}
