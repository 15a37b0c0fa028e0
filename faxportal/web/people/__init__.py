"""Pages of a person's own settings: connection and time zone."""
