"""The evidence sheet of a fax: what the portal knows of it, can prove of it, and does not know."""
