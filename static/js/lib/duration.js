// Lengths of time as people read them. Knows nothing of the page.

/**
 * A length of time as people say it, in a language: "12 seconds", "3 minutes", "2 hours".
 * @param {number} seconds
 * @param {string} language
 */
export function readableDuration(seconds, language) {
  const [length, unit] =
    seconds < 60 ? [1, "second"] : seconds < 5400 ? [60, "minute"] : [3600, "hour"];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: 0,
  }).format(Math.max(1, Math.ceil(seconds / length)));
}
