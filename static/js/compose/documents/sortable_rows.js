// Moving rows of a list: by buttons, by Alt with an arrow, by pulling their handles. Knows nothing of
// what the rows are of; a row may be put in place anew meanwhile.

/**
 * @template Item
 * @typedef {object} Order
 * @property {() => HTMLElement | null} list
 * @property {(row: Element) => Item | undefined} itemOf
 * @property {(item: Item) => Element | null} rowOf
 * @property {(item: Item, place: number) => boolean} move whether it went elsewhere
 * @property {(item: Item) => void} moved the move is over: say so, and keep it
 */

/**
 * @template Item
 * @param {Order<Item>} order
 */
export function letMove({ list, itemOf, rowOf, move, moved }) {
  const rowAt = (/** @type {Event} */ event) =>
    event.target instanceof Element && list()?.contains(event.target)
      ? event.target.closest("li")
      : null;
  const places = () => [...list().children];

  /** @param {Element} row @param {number} by */
  function step(row, by) {
    const item = itemOf(row);
    if (item !== undefined && move(item, places().indexOf(row) + by)) moved(item);
  }

  document.addEventListener("click", (event) => {
    const row = rowAt(event);
    const button = row && /** @type {Element} */ (event.target).closest("[data-up], [data-down]");
    if (!button) return;
    event.preventDefault();
    step(row, button.matches("[data-up]") ? -1 : 1);
  });
  document.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.altKey && by ? rowAt(event) : null;
    if (!row) return;
    event.preventDefault();
    step(row, by);
  });

  /** @type {Item | undefined} */
  let pulled;
  let hasMoved = false;

  document.addEventListener("pointerdown", (event) => {
    const row = rowAt(event);
    const isHandle = row && /** @type {Element} */ (event.target).closest("[data-handle]");
    if (!isHandle || event.button !== 0 || places().length < 2) return;
    event.preventDefault();
    pulled = itemOf(row);
    hasMoved = false;
  });
  document.addEventListener("pointermove", (event) => {
    const row = pulled !== undefined && rowOf(pulled);
    if (!row) return;
    row.classList.add("is-pulled");
    const others = places().filter((other) => other !== row);
    const place = others.filter((other) => middleOf(other) < event.clientY).length;
    hasMoved = move(pulled, place) || hasMoved;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      if (pulled === undefined) return;
      rowOf(pulled)?.classList.remove("is-pulled");
      if (hasMoved) moved(pulled);
      pulled = undefined;
    });
  }
}

/** @param {Element} row */
function middleOf(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return (top + bottom) / 2;
}
