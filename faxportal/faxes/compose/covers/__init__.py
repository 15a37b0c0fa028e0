"""Cover pages: made by admins, filled in by senders, drawn when a fax is sent, its first page."""
