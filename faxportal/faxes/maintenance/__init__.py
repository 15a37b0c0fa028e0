"""Upkeep of the portal: retention, orphaned files, alerts, and starting from a restored backup."""
