// Draws a chart above each table of figures, in the colours of the page. If the colours change, the
// charts are drawn again. A click on a bar opens the same address as the link in the table. The
// table itself works without a mouse.

import { dataOf, find, findAll, findOptional } from "../../lib/dom.js";
import { barColour } from "./bar_patterns.js";
import { CHART_OPTIONS } from "./chart_options.js";
import { figuresOf } from "./table_figures.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
/** @type {Map<HTMLElement, { destroy(): void }>} */
const charts = new Map();

/**
 * @returns {import("./chart_options.js").Style} the colours and the font of the page, as they are
 *   now
 */
function pageStyle() {
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
    barColour: (tone, series) => barColour(token(tone), ground, series),
  };
}

/** @param {HTMLElement} frame */
function draw(frame) {
  const table = findOptional(`#${dataOf(frame, "of")}`, HTMLTableElement);
  const optionsFor = CHART_OPTIONS[dataOf(frame, "chart")];
  if (!table || !optionsFor) return;
  const figures = figuresOf(table);
  const canvas = find("canvas", HTMLCanvasElement, frame);
  const config = optionsFor(figures, pageStyle());
  const linkAt = (/** @type {ChartHit[]} */ [hit]) =>
    hit ? figures.series[hit.datasetIndex].links[hit.index] : null;
  config.options.onClick = (/** @type {unknown} */ _event, /** @type {ChartHit[]} */ hits) => {
    const link = linkAt(hits);
    if (link) location.assign(link);
  };
  config.options.onHover = (/** @type {unknown} */ _event, /** @type {ChartHit[]} */ hits) => {
    canvas.classList.toggle("leads-on", Boolean(linkAt(hits)));
  };
  charts.get(frame)?.destroy();
  frame.hidden = false;
  charts.set(frame, new window.Chart(canvas, config));
}

function drawAll() {
  for (const frame of findAll("[data-chart]")) draw(frame);
}

dark.addEventListener("change", drawAll);
// Text on a canvas is drawn once, so it has to wait for the page's font.
void document.fonts.ready.then(drawAll);
