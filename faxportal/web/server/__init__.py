"""The processes of `serve` and `demo`."""
