"""Finding faxes, and proving what happened to them."""
