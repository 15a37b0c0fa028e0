// The fill of bars: a colour with a pattern, so that people can tell bars apart without the colour.
// A pattern is a tile that a canvas repeats.

/** @typedef {(canvas: CanvasRenderingContext2D) => void} Draw */

const SIZE = 8;

/**
 * Functions that draw a pattern on a tile, in the colour behind the bars. The first draws nothing.
 * @type {Draw[]}
 */
const PATTERNS = [
  () => {},
  slanted(0, SIZE, SIZE, 0),
  (canvas) => canvas.fillRect(2, 2, 3, 3),
  slanted(0, 0, SIZE, SIZE),
  (canvas) => canvas.fillRect(0, 3, SIZE, 2),
  (canvas) => canvas.fillRect(3, 0, 2, SIZE),
  (canvas) => {
    canvas.fillRect(0, 3, SIZE, 1);
    canvas.fillRect(3, 0, 1, SIZE);
  },
];

/**
 * Draws a line over the tile, and the ends of the same line that reach in from the tiles beside it.
 * @param {number} fromX
 * @param {number} fromY
 * @param {number} toX
 * @param {number} toY
 * @returns {Draw}
 */
function slanted(fromX, fromY, toX, toY) {
  return (canvas) => {
    canvas.beginPath();
    for (const aside of [-SIZE, 0, SIZE]) {
      canvas.moveTo(fromX + aside, fromY);
      canvas.lineTo(toX + aside, toY);
    }
    canvas.stroke();
  };
}

/**
 * The fill of the bars of a series. It is the plain colour if the browser can't draw a pattern.
 * @param {string} colour
 * @param {string} ground the colour behind the bars
 * @param {number} series the place of the series, which decides its pattern
 * @returns {CanvasPattern | string}
 */
export function barColour(colour, ground, series) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = SIZE;
  const canvas = tile.getContext("2d");
  if (!canvas) return colour;
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, SIZE, SIZE);
  canvas.fillStyle = canvas.strokeStyle = ground;
  canvas.lineWidth = 2;
  PATTERNS[series % PATTERNS.length](canvas);
  return canvas.createPattern(tile, "repeat") ?? colour;
}
