"""What keeps the portal well: retention, orphaned files, alerts, restoring."""
