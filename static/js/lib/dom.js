// Finds elements of the page by a selector and a type. Knows nothing of what they are for.

/**
 * @template {Element} T
 * @typedef {abstract new (...args: never[]) => T} ElementType a class such as HTMLInputElement
 */

/**
 * The first element that fits. Throws if no element fits, or if the element is of another type.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ElementType<T>} [type]
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function find(selector, type, root) {
  const found = findOptional(selector, type, root);
  if (!found) throw new Error(`There is no element ${selector} on this page.`);
  return found;
}

/**
 * The first element that fits, or null. Throws if that element is of another type.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ElementType<T>} [type]
 * @param {ParentNode} [root]
 * @returns {T | null}
 */
export function findOptional(selector, type = htmlElement(), root = document) {
  const found = root.querySelector(selector);
  return found && ofType(found, type, selector);
}

/**
 * All elements that fit, in the order of the page. Throws if an element is of another type.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ElementType<T>} [type]
 * @param {ParentNode} [root]
 * @returns {T[]}
 */
export function findAll(selector, type = htmlElement(), root = document) {
  return [...root.querySelectorAll(selector)].map((found) => ofType(found, type, selector));
}

/**
 * The closest element that fits: the event's target or an element around it. Null if none fits.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function closestTo({ target }, selector) {
  const found = target instanceof Element ? target.closest(selector) : null;
  return found && ofType(found, HTMLElement, selector);
}

/**
 * A `data-` attribute of an element. Throws if the element has no attribute of this name.
 * @param {HTMLElement} element
 * @param {string} name in the spelling of `dataset`
 */
export function dataOf({ id, dataset }, name) {
  const value = dataset[name];
  if (value === undefined) throw new Error(`The element #${id} has no data “${name}”.`);
  return value;
}

/**
 * The element with this id in a fragment of HTML, ready to be put on the page. Null if no element
 * has the id.
 * @param {string} html
 * @param {string} id
 */
export function elementFromHtml(html, id) {
  const found = new DOMParser().parseFromString(html, "text/html").getElementById(id);
  return found && document.adoptNode(found);
}

/**
 * @template {Element} T
 * @param {Element} element
 * @param {ElementType<T>} type
 * @param {string} selector
 */
function ofType(element, type, selector) {
  if (element instanceof type) return element;
  throw new Error(`The element ${selector} is no ${type.name}.`);
}

/**
 * The type of an element if the caller names no type. Then T is HTMLElement.
 * @template {Element} T
 * @returns {ElementType<T>}
 */
function htmlElement() {
  return /** @type {ElementType<T>} */ (/** @type {unknown} */ (HTMLElement));
}
