"""An invented office with faxes of several years, for benchmarks and tests that need many rows."""
