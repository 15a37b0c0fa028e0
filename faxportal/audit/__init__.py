"""Who did what in the portal, outside a fax's own history. Every app above may write here."""
