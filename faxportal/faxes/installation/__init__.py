"""Whether this database and this data directory are the original pair, or a copy of it.

A copy has the same rows as the original and would send the same faxes a second time. So both parts
say that they belong together: the database in its row `Installation`, and the data directory in a
marker file. Both hold the same id. The row also holds the place of the database, and the marker the
place of the data directory. A copy is in another place.
"""
