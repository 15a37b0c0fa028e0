"""The address book: contacts and groups, own and shared. Knows nothing of faxes."""
