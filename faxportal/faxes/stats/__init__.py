"""Figures: counts, the overview, and how sending goes now."""
