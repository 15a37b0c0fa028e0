"""Binding what is known about each fax, so that a later change of the database shows."""
