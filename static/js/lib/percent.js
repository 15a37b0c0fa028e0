// Progress in percent.

/**
 * Whole percent; 100 only when every byte is counted.
 * @param {number} bytes
 * @param {number} size
 */
export function percent(bytes, size) {
  return size === 0 ? 100 : Math.min(100, Math.floor((100 * bytes) / size));
}
