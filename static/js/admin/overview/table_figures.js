// Reads the figures of a table that is to be drawn as a chart.

/**
 * @typedef {object} Series A column of the table.
 * @property {string} label
 * @property {string} tone the name of the column's colour
 * @property {(number | null)[]} values
 * @property {(string | null)[]} links the address that a click on each value's bar opens
 *
 * @typedef {{ labels: string[], series: Series[] }} Figures
 */

/**
 * A series for each column whose heading has a tone.
 * @param {HTMLTableElement} table
 * @returns {Figures}
 */
export function figuresOf(table) {
  const rows = [...table.tBodies[0].rows].filter((row) => row.dataset.aside === undefined);
  if (table.dataset.order === "newest-first") rows.reverse();
  const headings = [...(table.tHead?.rows[0].cells ?? [])];
  const series = headings.flatMap((heading, column) => {
    const { tone } = heading.dataset;
    if (!tone) return [];
    const cells = rows.map((row) => row.cells[column]);
    return [
      {
        label: textOf(heading),
        tone,
        values: cells.map((cell) => (cell.dataset.value ? Number(cell.dataset.value) : null)),
        links: rows.map((row, at) => linkOf(cells[at]) ?? linkOf(row.cells[0])),
      },
    ];
  });
  const labels = rows.map(({ cells: [first] }) => textOf(first.querySelector("a") ?? first));
  return { labels, series };
}

/** @param {Element} element */
const textOf = (element) => element.textContent?.trim() ?? "";

/** @param {Element | undefined} cell */
const linkOf = (cell) => cell?.querySelector("a")?.href ?? null;
