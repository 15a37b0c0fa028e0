"""Finding submitted faxes, and showing and proving what happened to them."""
