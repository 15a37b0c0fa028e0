"""A history as an office makes it over years: for benchmarks, and for what only many rows show."""
