/* What a chart of a table looks like, as Chart.js wants to be told. No page here. */

/**
 * @typedef {{ label: string, tone: string, values: (number | null)[], links: (string | null)[] }} Series
 * @typedef {{ labels: string[], series: Series[] }} Figures
 * @typedef {{ ink: string, soft: string, line: string, ground: string, font: string,
 *   fill: (tone: string, place: number) => unknown, colour: (tone: string) => string }} Looks
 */

/** Seconds → the unit and how many seconds it has, the longest first. */
const UNITS = /** @type {const} */ ([["h", 3600], ["min", 60], ["s", 1]]);
/** Dashes and points: lines differ by more than their colour. */
const DASHES = [[], [6, 4]];
const POINTS = ["circle", "triangle"];

/**
 * A time that something took, as the page writes it.
 * @param {number} seconds
 */
export function duration(seconds) {
  const [unit, length] = UNITS.find(([, least]) => seconds >= least) ?? UNITS[2];
  const count = seconds / length;
  return `${count.toFixed(count >= 10 || count === 0 ? 0 : 1)} ${unit}`;
}

/**
 * A label in lines that fit beside a bar.
 * @param {string} text
 * @param {number} width characters in a line
 * @param {number} most lines
 * @returns {string[]}
 */
export function wrapped(text, width = 22, most = 2) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`;
    else if (lines.length < most) lines.push(word);
    else return [...lines.slice(0, -1), `${line}…`];
  }
  return lines;
}

/**
 * @param {Looks} looks
 * @param {boolean} hasLegend
 */
function common(looks, hasLegend) {
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: "nearest", intersect: true },
    plugins: {
      legend: {
        display: hasLegend,
        position: "bottom",
        labels: { color: looks.ink, font: { family: looks.font }, boxWidth: 22, usePointStyle: false },
      },
    },
  };
}

/**
 * @param {Looks} looks
 * @param {object} more
 */
function axis(looks, more = {}) {
  return {
    border: { color: looks.line },
    grid: { color: looks.line },
    ticks: { color: looks.soft, font: { family: looks.font }, precision: 0 },
    ...more,
  };
}

/**
 * Bars of one day each, the states on top of each other.
 * @param {Figures} figures
 * @param {Looks} looks
 */
function stack(figures, looks) {
  return {
    type: "bar",
    data: {
      labels: figures.labels,
      datasets: figures.series.map(({ label, tone, values }, place) => ({
        label,
        data: values,
        backgroundColor: looks.fill(tone, place),
        borderColor: looks.ground,
        borderWidth: 1,
      })),
    },
    options: {
      ...common(looks, true),
      scales: {
        x: axis(looks, { stacked: true, grid: { display: false } }),
        y: axis(looks, { stacked: true, beginAtZero: true }),
      },
    },
  };
}

/**
 * Bars that lie, one a row.
 * @param {Figures} figures
 * @param {Looks} looks
 */
function bars(figures, looks) {
  return {
    type: "bar",
    data: {
      labels: figures.labels.map((label) => wrapped(label)),
      datasets: figures.series.map(({ label, tone, values }) => ({
        label,
        data: values,
        backgroundColor: looks.fill(tone, 0),
        maxBarThickness: 28,
      })),
    },
    options: {
      ...common(looks, false),
      indexAxis: "y",
      scales: {
        x: axis(looks, { beginAtZero: true }),
        y: axis(looks, {
          grid: { display: false },
          ticks: { color: looks.ink, font: { family: looks.font }, autoSkip: false },
        }),
      },
    },
  };
}

/**
 * Seconds along the days.
 * @param {Figures} figures
 * @param {Looks} looks
 */
function lines(figures, looks) {
  const shape = common(looks, true);
  return {
    type: "line",
    data: {
      labels: figures.labels,
      datasets: figures.series.map(({ label, tone, values }, place) => ({
        label,
        data: values,
        borderColor: looks.colour(tone),
        backgroundColor: looks.colour(tone),
        borderDash: DASHES[place % DASHES.length],
        pointStyle: POINTS[place % POINTS.length],
        pointRadius: 4,
        borderWidth: 2,
        spanGaps: true,
      })),
    },
    options: {
      ...shape,
      plugins: {
        legend: { ...shape.plugins.legend, labels: { ...shape.plugins.legend.labels, usePointStyle: true } },
        tooltip: {
          callbacks: {
            /** @param {{ dataset: { label: string }, parsed: { y: number } }} item */
            label: (item) => `${item.dataset.label}: ${duration(item.parsed.y)}`,
          },
        },
      },
      scales: {
        x: axis(looks, { grid: { display: false } }),
        y: axis(looks, {
          beginAtZero: true,
          ticks: {
            color: looks.soft,
            font: { family: looks.font },
            /** @param {number} value */
            callback: (value) => duration(value),
          },
        }),
      },
    },
  };
}

/** @type {Record<string, (figures: Figures, looks: Looks) => object>} */
export const SHAPES = { stack, bars, lines };
