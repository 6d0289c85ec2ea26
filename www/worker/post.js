// What the worker tells the page.

/**
 * @param {string} type which of the page's listeners is told
 * @param {object} values
 */
export const post = (type, values = {}) => postMessage({ type, ...values });
