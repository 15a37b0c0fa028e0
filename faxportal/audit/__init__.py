"""Who did what in the portal, outside a fax's own event log. The portal's other apps write here."""
