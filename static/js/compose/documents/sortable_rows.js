// Moves the rows of a list: by buttons, by Alt with an arrow key, and by dragging their handles. Knows
// nothing of what the rows show. A row's element may be replaced during a move.

import { closestTo } from "../../lib/elements.js";

/**
 * @template Item
 * @typedef {object} Sorting
 * @property {() => HTMLElement | null} list
 * @property {(row: Element) => Item | undefined} itemOf
 * @property {(item: Item) => Element | null} rowOf
 * @property {(item: Item, place: number) => boolean} move whether the item had another place before
 * @property {(item: Item) => void} onMoved called when the move is over
 */

/** Rows up or down by key. @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/**
 * @template Item
 * @param {Sorting<Item>} sorting
 */
export function makeSortable({ list, itemOf, rowOf, move, onMoved }) {
  /** @param {Event} event */
  const rowAt = (event) =>
    event.target instanceof Node && list()?.contains(event.target) ? closestTo(event, "li") : null;
  const rows = () => [...(list()?.children ?? [])];

  /** @param {Element} row @param {number} by */
  function step(row, by) {
    const item = itemOf(row);
    if (item !== undefined && move(item, rows().indexOf(row) + by)) onMoved(item);
  }

  document.addEventListener("click", (event) => {
    const row = rowAt(event);
    const button = closestTo(event, "[data-up], [data-down]");
    if (!row || !button) return;
    event.preventDefault();
    step(row, button.matches("[data-up]") ? -1 : 1);
  });
  document.addEventListener("keydown", (event) => {
    const by = event.altKey ? STEPS[event.key] : undefined;
    const row = by && rowAt(event);
    if (!by || !row) return;
    event.preventDefault();
    step(row, by);
  });

  /** @type {Item | undefined} */
  let dragged;
  let hasMoved = false;

  document.addEventListener("pointerdown", (event) => {
    const row = rowAt(event);
    const isHandle = closestTo(event, "[data-handle]") !== null;
    if (!row || !isHandle || event.button !== 0 || rows().length < 2) return;
    event.preventDefault();
    dragged = itemOf(row);
    hasMoved = false;
  });
  document.addEventListener("pointermove", (event) => {
    const row = dragged === undefined ? null : rowOf(dragged);
    if (dragged === undefined || !row) return;
    row.classList.add("is-pulled");
    const others = rows().filter((other) => other !== row);
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

/** @param {Element} row */
function middleOf(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return (top + bottom) / 2;
}
