"""Who did what in the portal, outside a fax's own event log. Every app above writes here."""
