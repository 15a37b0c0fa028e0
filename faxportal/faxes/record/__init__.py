"""Binding the facts about each fax by keyed hashes, so that a later change of them is found."""
