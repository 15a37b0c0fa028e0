// The options of each kind of chart, as Chart.js takes them. Knows nothing of the page.

/**
 * @typedef {import("./table_figures.js").Figures} Figures
 *
 * @typedef {object} Style
 * @property {string} ink the colour of text
 * @property {string} soft the colour of text that matters less
 * @property {string} line the colour of lines
 * @property {string} ground the colour behind the bars
 * @property {string} font
 * @property {(tone: string, series: number) => CanvasPattern | string} barColour
 * @property {(tone: string) => string} colour
 */

/** Units with their seconds, the longest first. */
const UNITS = /** @type {const} */ ([["h", 3600], ["min", 60], ["s", 1]]);
/** The dashes and points of lines, so that people can tell lines apart without the colour. */
const DASHES = [[], [6, 4]];
const POINTS = ["circle", "triangle"];

/**
 * A duration, as the page writes it.
 * @param {number} seconds
 */
export function duration(seconds) {
  const [unit, length] = UNITS.find(([, least]) => seconds >= least) ?? UNITS[2];
  const count = seconds / length;
  return `${count.toFixed(count >= 10 || count === 0 ? 0 : 1)} ${unit}`;
}

/**
 * A label in lines that fit beside a bar. A text that is too long ends with “…”.
 * @param {string} text
 * @param {number} width characters in a line
 * @param {number} most the most lines
 * @returns {string[]}
 */
export function wrapped(text, width = 22, most = 2) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else if (lines.length < most) lines.push(word);
    else return [...lines.slice(0, -1), `${line}…`];
  }
  return lines;
}

/**
 * @param {Style} style
 * @param {{hasLegend?: boolean, hasPoints?: boolean}} options hasPoints: the legend shows the
 *   points of lines
 */
function common(style, { hasLegend = false, hasPoints = false }) {
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: "nearest", intersect: true },
    plugins: {
      legend: {
        display: hasLegend,
        position: "bottom",
        labels: {
          color: style.ink,
          font: { family: style.font },
          boxWidth: 22,
          usePointStyle: hasPoints,
        },
      },
    },
  };
}

/**
 * @param {Style} style
 * @param {object} more
 */
function axis(style, more = {}) {
  return {
    border: { color: style.line },
    grid: { color: style.line },
    ticks: { color: style.soft, font: { family: style.font }, precision: 0 },
    ...more,
  };
}

/**
 * A bar for each day, with the states on top of each other.
 * @param {Figures} figures
 * @param {Style} style
 * @returns {ChartConfig}
 */
function stack(figures, style) {
  return {
    type: "bar",
    data: {
      labels: figures.labels,
      datasets: figures.series.map(({ label, tone, values }, series) => ({
        label,
        data: values,
        backgroundColor: style.barColour(tone, series),
        borderColor: style.ground,
        borderWidth: 1,
      })),
    },
    options: {
      ...common(style, { hasLegend: true }),
      scales: {
        x: axis(style, { stacked: true, grid: { display: false } }),
        y: axis(style, { stacked: true, beginAtZero: true }),
      },
    },
  };
}

/**
 * A horizontal bar for each row.
 * @param {Figures} figures
 * @param {Style} style
 * @returns {ChartConfig}
 */
function bars(figures, style) {
  return {
    type: "bar",
    data: {
      labels: figures.labels.map((label) => wrapped(label)),
      datasets: figures.series.map(({ label, tone, values }) => ({
        label,
        data: values,
        backgroundColor: style.barColour(tone, 0),
        maxBarThickness: 28,
      })),
    },
    options: {
      ...common(style, {}),
      indexAxis: "y",
      scales: {
        x: axis(style, { beginAtZero: true }),
        y: axis(style, {
          grid: { display: false },
          ticks: { color: style.ink, font: { family: style.font }, autoSkip: false },
        }),
      },
    },
  };
}

/**
 * A line of durations for each series.
 * @param {Figures} figures
 * @param {Style} style
 * @returns {ChartConfig}
 */
function lines(figures, style) {
  const { plugins, ...options } = common(style, { hasLegend: true, hasPoints: true });
  const ticks = {
    color: style.soft,
    font: { family: style.font },
    /** @param {number} value */
    callback: (value) => duration(value),
  };
  /** @param {{ dataset: { label: string }, parsed: { y: number } }} item */
  const label = ({ dataset, parsed }) => `${dataset.label}: ${duration(parsed.y)}`;
  return {
    type: "line",
    data: { labels: figures.labels, datasets: lineDatasets(figures, style) },
    options: {
      ...options,
      plugins: { ...plugins, tooltip: { callbacks: { label } } },
      scales: {
        x: axis(style, { grid: { display: false } }),
        y: axis(style, { beginAtZero: true, ticks }),
      },
    },
  };
}

/**
 * @param {Figures} figures
 * @param {Style} style
 */
function lineDatasets(figures, style) {
  return figures.series.map(({ label, tone, values }, series) => ({
    label,
    data: values,
    borderColor: style.colour(tone),
    backgroundColor: style.colour(tone),
    borderDash: DASHES[series % DASHES.length],
    pointStyle: POINTS[series % POINTS.length],
    pointRadius: 4,
    borderWidth: 2,
    spanGaps: true,
  }));
}

/**
 * The functions that make the options, by the kind of chart that `data-chart` names.
 * @type {Record<string, (figures: Figures, style: Style) => ChartConfig>}
 */
export const CHART_OPTIONS = { stack, bars, lines };
