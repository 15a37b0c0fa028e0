"""An office's faxes of several years, made up: for benchmarks and tests that need many rows."""
