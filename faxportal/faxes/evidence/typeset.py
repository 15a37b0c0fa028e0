"""A child process that sets one sheet: JSON on its standard input, a PDF on its standard output.

Knows no Django and no database. It limits itself before it reads.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

TEMPLATE = Path(__file__).with_name("sheet.typ")
#: Bytes of address space, and seconds of work.
MEMORY, SECONDS = 2 * 1024**3, 50


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pdf_of({name: json.dumps(value) for name, value in asked.items()}))


def pdf_of(inputs: dict[str, str]) -> bytes:
    """The sheet as an archive takes it; where no font here has a letter of it, a plain tagged PDF
    that says so."""
    import typst  # takes its memory within the limits

    def compiled(has_all_letters: bool, standards: list[typst.PDFStandard]) -> bytes:
        pdf = typst.compile(
            TEMPLATE,
            root=TEMPLATE.parent,
            format="pdf",
            sys_inputs=inputs | {"has_all_letters": json.dumps(has_all_letters)},
            pdf_standards=standards,
        )
        assert isinstance(pdf, bytes)
        return pdf

    try:
        return compiled(True, ["a-2a", "ua-1"])
    except typst.TypstError:
        return compiled(False, [])


if __name__ == "__main__":
    main()
