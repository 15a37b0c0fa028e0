"""Composing a fax: the form, its drafts and its confirmations."""
