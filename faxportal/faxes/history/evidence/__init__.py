"""The evidence sheet of a fax: what the portal knows and can prove, and what it does not know."""
