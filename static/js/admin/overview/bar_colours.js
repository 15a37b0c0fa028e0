/* Fills that differ by more than their colour: each a tile that a canvas repeats. */

const SIZE = 8;

/** What is drawn on a tile of a colour, in the colour of the ground. The first stays plain. */
const PATTERNS = [
  () => {},
  slanted(0, SIZE, SIZE, 0),
  (/** @type {CanvasRenderingContext2D} */ on) => on.fillRect(2, 2, 3, 3),
  slanted(0, 0, SIZE, SIZE),
  (/** @type {CanvasRenderingContext2D} */ on) => on.fillRect(0, 3, SIZE, 2),
  (/** @type {CanvasRenderingContext2D} */ on) => on.fillRect(3, 0, 2, SIZE),
  (/** @type {CanvasRenderingContext2D} */ on) => {
    on.fillRect(0, 3, SIZE, 1);
    on.fillRect(3, 0, 1, SIZE);
  },
];

/**
 * A line over the tile, and what of it comes in from the tiles beside it.
 * @param {number} fromX
 * @param {number} fromY
 * @param {number} toX
 * @param {number} toY
 */
function slanted(fromX, fromY, toX, toY) {
  return (/** @type {CanvasRenderingContext2D} */ on) => {
    on.beginPath();
    for (const aside of [-SIZE, 0, SIZE]) {
      on.moveTo(fromX + aside, fromY);
      on.lineTo(toX + aside, toY);
    }
    on.stroke();
  };
}

/**
 * @param {string} colour
 * @param {string} ground
 * @param {number} place of the series: each has a pattern of its own
 * @returns {CanvasPattern | string}
 */
export function fill(colour, ground, place) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = SIZE;
  const on = tile.getContext("2d");
  if (!on) return colour;
  on.fillStyle = colour;
  on.fillRect(0, 0, SIZE, SIZE);
  on.fillStyle = on.strokeStyle = ground;
  on.lineWidth = 2;
  PATTERNS[place % PATTERNS.length](on);
  return on.createPattern(tile, "repeat") ?? colour;
}
