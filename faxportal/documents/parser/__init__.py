"""What runs in child processes: parsers, which open one file each and then end, and the typesetter.

A file from outside may make a parser loop, take all memory or run code of its own. So this package
knows no Django, no settings and no names of files: it gets a descriptor and limits, and gives back
a line of JSON.
"""
