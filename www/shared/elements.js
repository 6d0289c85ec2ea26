// The elements of a document, as what they are.

/**
 * @template {Element} E
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => E} kind
 * @returns {E} the first of them in the root
 * @throws {Error} where the document has none, or one of another kind
 */
export function find(root, selector, kind) {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) {
    throw new Error(`The document has no ${kind.name} ${selector}.`);
  }
  return element;
}

/**
 * @template {Element} E
 * @overload
 * @param {string} id
 * @param {new () => E} kind
 * @returns {E}
 */
/**
 * @overload
 * @param {string} id
 * @returns {HTMLElement}
 */
/**
 * @param {string} id
 * @param {new () => Element} kind
 */
export function byId(id, kind = HTMLElement) {
  return find(document, `#${id}`, kind);
}

/**
 * @template {Element} E
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => E} kind
 * @returns {E[]} all of them in the root, of which none may be of another kind
 */
export function findAll(root, selector, kind) {
  return [...root.querySelectorAll(selector)].map((element) => {
    if (!(element instanceof kind)) {
      throw new Error(`The document has a ${selector} that is no ${kind.name}.`);
    }
    return element;
  });
}
