"""What each request and each response goes through, in the order of the settings."""
