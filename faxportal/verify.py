"""`python -m faxportal.verify FILE`: verifies the JSON of an evidence sheet by its signature.

It needs no database, no settings and no network.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from faxportal.audit.signatures import NotSigned, verify

#: The status if nothing was found that was changed, but not all could be verified.
_UNVERIFIABLE = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one file.

    Returns 0 if the signature, the key and the sheet's record are all right, 3 if the record could
    not be verified completely when the sheet was made, and 1 if anything is wrong.
    """
    parser = argparse.ArgumentParser(
        prog="python -m faxportal.verify",
        description="Verifies the JSON of an evidence sheet by its signature.",
    )
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        help="a public key of the office, as `manage.py verifyrecords` prints it; may be repeated",
    )
    given = parser.parse_args(arguments)
    try:
        public_key, data = verify(given.file.read_bytes())
    except NotSigned as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"The file can't be read: {error.strerror}.")
    if given.key and public_key not in map(str.lower, given.key):
        return _refuse(f"The file is signed by another key: {public_key}")
    _say(f"The file is as it was signed, by the key {public_key}")
    if not given.key:
        _say("Compare that key with the one that the office names: anybody can sign with a key.")
    record = data.get("record", {})
    if record.get("is_whole"):
        return 0
    if record.get("verdict") == "unverifiable":
        _refuse(
            "The sheet itself says that its record could not be verified completely when it was "
            "created. Nothing was found that was changed."
        )
        return _UNVERIFIABLE
    return _refuse("The sheet itself says that its record was NOT as it was written.")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
