"""The child process of `typesetting`: reads a request as JSON, and writes a PDF.

Standard input holds the request: a JSON object with the arguments of `answer`. Standard output gets
the PDF or, if the standards can't be met, one line of JSON with `missing_letters`. The process
knows no Django and no database, and limits itself before it reads anything.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parents[1] / "fonts"
#: Bytes of address space, and seconds of processor time.
MEMORY, SECONDS = 2 * 1024**3, 50
#: Typst's message for a text with a character that no font has. PDF/A forbids such texts.
_NO_LETTER = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed with')


def main() -> None:
    """Limit this process, read the request and write the result."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(answer(**request))


def answer(template: str, data: dict[str, Any], standards: list[Any]) -> bytes:
    """The PDF of these standards (`typst.PDFStandard`), or JSON with `missing_letters`."""
    import typst  # imported here, so that the limits are set before Typst takes memory

    try:
        pdf = typst.compile(
            template,
            root=str(Path(template).parent),
            font_paths=[str(FONTS)],
            format="pdf",
            sys_inputs={name: json.dumps(value) for name, value in data.items()},
            pdf_standards=standards,
            timestamp=0,  # so that the same data makes the same bytes
        )
    except typst.TypstError as error:
        if not standards:
            raise  # without a standard, Typst reports no missing letter
        return json.dumps({"missing_letters": missing_letters(error.diagnostic)}).encode()
    assert isinstance(pdf, bytes)
    return pdf


def missing_letters(diagnostic: str) -> list[str]:
    """The characters that no font has, from Typst's message: each once, in the text's order."""
    texts = [_unescaped(text) for text in _NO_LETTER.findall(diagnostic)]
    return list(dict.fromkeys("".join(texts)))


def _unescaped(text: str) -> str:
    """The text before Rust's debug format escaped characters in it, such as `\\u{7}` and `\\"`."""
    plain = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\(.)", r"\1", plain)


if __name__ == "__main__":
    main()
