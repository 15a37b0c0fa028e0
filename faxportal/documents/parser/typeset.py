"""A child process that sets one page or more: JSON on its standard input, a PDF on its output.

Knows no Django and no database. It limits itself before it reads. What cannot be set it says as a
line of JSON: the letters that no font here has, if it is for them.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parents[2] / "fonts"
#: Bytes of address space, and seconds of work.
MEMORY, SECONDS = 2 * 1024**3, 50
#: What Typst says of a text in a PDF for archives, which must have a letter for each character.
_NO_LETTER = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed with')


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(answer(**asked))


def answer(template: str, data: dict[str, Any], standards: list[Any]) -> bytes:
    """The PDF, of these standards (`typst.PDFStandard`), or why there is none."""
    import typst  # takes its memory within the limits

    try:
        pdf = typst.compile(
            template,
            root=str(Path(template).parent),
            font_paths=[str(FONTS)],
            format="pdf",
            sys_inputs={name: json.dumps(value) for name, value in data.items()},
            pdf_standards=standards,
            timestamp=0,  # the same page is the same bytes; a template may say another date
        )
    except typst.TypstError as error:
        if not standards:
            raise  # it can't be for a letter
        return json.dumps({"missing": missing_letters(error.diagnostic)}).encode()
    assert isinstance(pdf, bytes)
    return pdf


def missing_letters(diagnostic: str) -> list[str]:
    """The letters that no font has, each once, in their order."""
    texts = [_unescaped(text) for text in _NO_LETTER.findall(diagnostic)]
    return list(dict.fromkeys("".join(texts)))


def _unescaped(text: str) -> str:
    """A text as Rust writes it for programmers: `\\u{7}`, `\\"`."""
    plain = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\(.)", r"\1", plain)


if __name__ == "__main__":
    main()
