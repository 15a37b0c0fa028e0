"""The child process that opens uploaded files: one process for one file and one task.

A file from outside may make a parser loop, take all memory or run code of its own. So this package
knows no Django, no settings and no file names. The process gets a file descriptor, limits itself
(`limits`), and returns one line of JSON. `documents.parser_pool` starts the process.
"""
