"""README.md, docs/dependencies.md and the ADRs agree with the repository."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from faxportal import environment

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_table_of_settings_is_the_one_that_the_code_reads() -> None:
    table = re.findall(r"^\| `(FAXPORTAL_\w+)` \| (.+?) \|", README, re.MULTILINE)

    assert table == [
        (name, in_words(default)) for name, (_, default) in environment.VARIABLES.items()
    ]


def in_words(default: Any) -> str:
    """A default value as an operator writes it."""
    value = ",".join(default) if isinstance(default, list) else default
    value = str(int(value)) if isinstance(value, bool) else str(value)
    return f"`{value}`" if value else "none"


@pytest.mark.parametrize(
    "page", ["README.md", "SECURITY.md", "CHANGELOG.md", "docs/dependencies.md"]
)
def test_links_to_files_of_the_repository_exist(page: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text()):
        assert (ROOT / page).parent.joinpath(target).exists(), target


def test_the_docs_have_a_line_for_each_dependency_and_no_other() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = declared["project"]
    requirements = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
        *(each for group in declared["dependency-groups"].values() for each in group),
    ]
    names = [re.split(r"[\[~>=<]", each)[0].lower() for each in requirements]

    text = (ROOT / "docs" / "dependencies.md").read_text()
    lines = re.findall(r"^- \*\*(.+?)\*\*: .+ Without it\b", text, re.MULTILINE)

    assert sorted(line.lower() for line in lines) == sorted(names)


def test_every_decision_has_its_number_and_a_title() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))

    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        assert record.read_text().startswith(f"# {int(record.name[:4])}. "), record.name
