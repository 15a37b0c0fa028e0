"""Pages for a person's own settings."""
