"""Backups: writing one while the portal runs, restoring one, and rehearsing a restore.

A backup is a folder: a dump of the database, the documents that the dumped rows name, and a
manifest. It has no keys. The manifest is written last, so a folder without one is no backup.

A backup does not have the data directory's marker and remembered events. They say which database is
the original, and a restored database never is the original.
"""
