/* Draws each table of figures as a chart above it, in the colours of the page, and anew when those
   change. A press on a bar leads where the table's link leads: the table is the way for all others. */

import { fill } from "./bar_colours.js";
import { SHAPES } from "./chart_options.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
/** @type {Map<HTMLElement, { destroy(): void }>} */
const drawn = new Map();

/**
 * A row or a cell leads where its own link leads.
 * @param {Element | null | undefined} cell
 */
const linkOf = (cell) => cell?.querySelector("a")?.href ?? null;

/**
 * The figures of a table: a series for each column that has a tone.
 * @param {HTMLTableElement} table
 */
function read(table) {
  const rows = [...table.tBodies[0].rows].filter((row) => row.dataset.aside === undefined);
  if (table.dataset.order === "newest-first") rows.reverse();
  const heads = /** @type {HTMLElement[]} */ ([...(table.tHead?.rows[0].cells ?? [])]);
  return {
    labels: rows.map((row) => (row.cells[0].querySelector("a") ?? row.cells[0]).textContent?.trim() ?? ""),
    series: heads.flatMap((head, column) => {
      const { tone } = head.dataset;
      if (!tone) return [];
      const cells = rows.map((row) => row.cells[column]);
      return [{
        label: head.textContent?.trim() ?? "",
        tone,
        values: cells.map((cell) => (cell.dataset.value ? Number(cell.dataset.value) : null)),
        links: rows.map((row, at) => linkOf(cells[at]) ?? linkOf(row.cells[0])),
      }];
    }),
  };
}

/** The page's own colours and type, as they are now. */
function looks() {
  const style = getComputedStyle(document.documentElement);
  const token = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const ground = token("surface");
  return {
    ink: token("ink"),
    soft: token("ink-soft"),
    line: token("line"),
    font: token("font"),
    ground,
    colour: token,
    fill: (/** @type {string} */ tone, /** @type {number} */ place) => fill(token(tone), ground, place),
  };
}

/** @param {HTMLElement} frame */
function draw(frame) {
  const table = document.getElementById(frame.dataset.of ?? "");
  const canvas = frame.querySelector("canvas");
  const shape = SHAPES[frame.dataset.chart ?? ""];
  if (!(table instanceof HTMLTableElement) || !canvas || !shape) return;
  const figures = read(table);
  const config = /** @type {any} */ (shape(figures, looks()));
  const linkAt = (/** @type {{ datasetIndex: number, index: number }[]} */ hit) =>
    hit.length ? figures.series[hit[0].datasetIndex].links[hit[0].index] : null;
  config.options.onClick = (/** @type {unknown} */ _event, /** @type {any} */ hit) => {
    const link = linkAt(hit);
    if (link) location.assign(link);
  };
  config.options.onHover = (/** @type {unknown} */ _event, /** @type {any} */ hit) => {
    canvas.classList.toggle("leads-on", Boolean(linkAt(hit)));
  };
  drawn.get(frame)?.destroy();
  frame.hidden = false;
  drawn.set(frame, new /** @type {any} */ (window).Chart(canvas, config));
}

function drawAll() {
  for (const frame of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-chart]"))) draw(frame);
}

dark.addEventListener("change", drawAll);
// Words on a canvas are drawn once: with the page's font, not with what stands in for it.
document.fonts.ready.then(drawAll);
