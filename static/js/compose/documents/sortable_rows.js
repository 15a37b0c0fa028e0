// Moves the rows of a list: by buttons, by Alt with an arrow key, and by dragging their handles.
// Knows nothing of what the rows show. The element of a row can be replaced during a move.

import { closestTo } from "../../lib/dom.js";

/**
 * @template Item
 * @typedef {object} Sorting
 * @property {() => HTMLElement | null} list
 * @property {(row: Element) => Item | undefined} itemOf
 * @property {(item: Item) => Element | null} rowOf
 * @property {(item: Item, place: number) => boolean} move whether the item's place has changed
 * @property {(item: Item) => void} onMoved called when the move is over
 */

/** How far each key moves a row. @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/**
 * Makes the rows of a list movable, for as long as the document exists.
 * @template Item
 * @param {Sorting<Item>} sorting
 */
export function makeSortable(sorting) {
  moveBySteps(sorting);
  moveByDragging(sorting);
}

/**
 * @template Item
 * @param {Sorting<Item>} sorting
 */
function moveBySteps({ list, itemOf, move, onMoved }) {
  /** @param {Element} row @param {number} by */
  function step(row, by) {
    const item = itemOf(row);
    if (item !== undefined && move(item, rowsOf(list()).indexOf(row) + by)) onMoved(item);
  }

  document.addEventListener("click", (event) => {
    const row = rowAt(list(), event);
    const button = closestTo(event, "[data-up], [data-down]");
    if (!row || !button) return;
    event.preventDefault();
    step(row, button.matches("[data-up]") ? -1 : 1);
  });
  document.addEventListener("keydown", (event) => {
    const by = event.altKey ? STEPS[event.key] : undefined;
    const row = by && rowAt(list(), event);
    if (!by || !row) return;
    event.preventDefault();
    step(row, by);
  });
}

/**
 * @template Item
 * @param {Sorting<Item>} sorting
 */
function moveByDragging({ list, itemOf, rowOf, move, onMoved }) {
  /** @type {Item | undefined} */
  let dragged;
  let hasMoved = false;

  document.addEventListener("pointerdown", (event) => {
    const row = rowAt(list(), event);
    const isHandle = closestTo(event, "[data-handle]") !== null;
    if (!row || !isHandle || event.button !== 0 || rowsOf(list()).length < 2) return;
    event.preventDefault();
    dragged = itemOf(row);
    hasMoved = false;
  });
  document.addEventListener("pointermove", (event) => {
    const row = dragged === undefined ? null : rowOf(dragged);
    if (dragged === undefined || !row) return;
    row.classList.add("is-pulled");
    const others = rowsOf(list()).filter((other) => other !== row);
    const place = others.filter((other) => middleOf(other) < event.clientY).length;
    hasMoved = move(dragged, place) || hasMoved;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      if (dragged === undefined) return;
      rowOf(dragged)?.classList.remove("is-pulled");
      if (hasMoved) onMoved(dragged);
      dragged = undefined;
    });
  }
}

/**
 * The row that an event is about; null if the event is not in the list.
 * @param {Element | null} list
 * @param {Event} event
 */
function rowAt(list, event) {
  const isInList = event.target instanceof Node && list?.contains(event.target);
  return isInList ? closestTo(event, "li") : null;
}

/** @param {Element | null} list */
const rowsOf = (list) => [...(list?.children ?? [])];

/** @param {Element} row */
function middleOf(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return (top + bottom) / 2;
}
