"""Whether this database and this data directory are the original pair, or a copy of it.

A copy has the same rows as the original, so it would send the same faxes a second time. The pair
is written down in both: the row `Installation` in the database, and a marker file in the data
directory. Each names the other, and the place where it was itself. A copy is in another place.
"""
