"""Upkeep of the portal: retention, orphaned files, alerts, and taking up a restored backup."""
