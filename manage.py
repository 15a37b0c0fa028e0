#!/usr/bin/env python
"""Django's command line for faxportal."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faxportal.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("faxportal's packages are not installed here: run `make demo` or `make serve`.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
