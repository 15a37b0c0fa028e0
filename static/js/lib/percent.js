// Progress in percent.

/**
 * The share in whole percent; 100 only when `bytes` are all of `size`.
 * @param {number} bytes
 * @param {number} size
 */
export function percent(bytes, size) {
  return size === 0 ? 100 : Math.min(100, Math.floor((100 * bytes) / size));
}
