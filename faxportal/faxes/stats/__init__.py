"""Figures for the office: counts by day, the overview, and the state of sending now."""
