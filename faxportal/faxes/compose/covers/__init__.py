"""Cover pages: admins make templates, senders fill them in, the portal draws the page."""
