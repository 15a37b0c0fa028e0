"""The child process that opens uploaded files: a new process for each task.

A file from outside may make a parser loop, take all memory or run code of its own. So this package
knows no Django, no settings and no file names. The process gets file descriptors, limits itself
(`process_limits`), and returns one line of JSON. `documents.parser_pool` starts the process.
"""
