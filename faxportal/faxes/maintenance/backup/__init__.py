"""Backups: writing one while the portal runs, restoring one, and rehearsing a restore.

A backup is a folder: a dump of the database, the documents that the dumped rows name, and a
manifest. It has no keys. The manifest is written last, so a folder without one is no backup.

The data directory's marker and remembered events don't belong into a backup: they say which
database is the original, and a restored database never is.
"""
