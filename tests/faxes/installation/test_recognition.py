"""Recognising whether a database and a data directory are the original pair, or a copy."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from faxportal.faxes.installation.database_place import DatabasePlace
from faxportal.faxes.installation.marker import Marker
from faxportal.faxes.installation.recognition import Found, Recognised, recognise
from faxportal.faxes.models import Installation

OURS, ANOTHER = UUID(int=1), UUID(int=2)
HERE = DatabasePlace(place="postgresql 77 5", timeline="00000001")
MARKER = Marker(database_id=OURS, place="11/g5")


def known(database_id: UUID = OURS, **more: str) -> Installation:
    return Installation(database_id=database_id, place=HERE.place, timeline=HERE.timeline, **more)


ORIGINAL = Found(
    installation=known(),
    database=HERE,
    marker=MARKER,
    data_dir=MARKER.place,
    has_events=True,
    lacks_events=False,
)
PROMOTED = DatabasePlace(place=HERE.place, timeline="00000002")
ELSEWHERE = DatabasePlace(place="postgresql 78 5", timeline="00000001")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(ORIGINAL, Recognised.ORIGINAL, id="the original"),
        pytest.param(
            replace(ORIGINAL, installation=None, marker=None, has_events=False),
            Recognised.NEW,
            id="a new portal",
        ),
        pytest.param(
            replace(ORIGINAL, installation=None, marker=None), Recognised.NEW, id="an upgrade"
        ),
        pytest.param(
            replace(ORIGINAL, marker=None, has_events=False),
            Recognised.NEW,
            id="a first start that was killed before it wrote the marker",
        ),
        pytest.param(
            replace(ORIGINAL, installation=known(memory="7/g1"), marker=None, memory="7/g1"),
            Recognised.NEW,
            id="the same beside faxes of an earlier version",
        ),
        pytest.param(
            replace(
                ORIGINAL,
                installation=known(memory="7/g1"),
                marker=None,
                memory="7/g1",
                database=ELSEWHERE,
            ),
            Recognised.COPY,
            id="a copied database beside a data directory that has lost its marker",
        ),
        pytest.param(
            replace(
                ORIGINAL,
                installation=known(memory="7/g1", secured_for="a place"),
                marker=None,
                memory="7/g1",
            ),
            Recognised.COPY,
            id="a secured copy whose data directory has lost its marker",
        ),
        pytest.param(
            replace(ORIGINAL, installation=known(memory="7/g1"), marker=None, memory="8/g2"),
            Recognised.MISMATCH,
            id="a data directory without marker that has another memory",
        ),
        pytest.param(
            replace(ORIGINAL, database=ELSEWHERE), Recognised.COPY, id="the database was copied"
        ),
        pytest.param(
            replace(ORIGINAL, database=ELSEWHERE, marker=None),
            Recognised.COPY,
            id="a dump was restored beside a new data directory",
        ),
        pytest.param(
            replace(ORIGINAL, data_dir="12/g6"), Recognised.COPY, id="the data directory was copied"
        ),
        pytest.param(
            replace(ORIGINAL, lacks_events=True), Recognised.COPY, id="an older state came back"
        ),
        pytest.param(
            replace(ORIGINAL, database=PROMOTED),
            Recognised.FAILED_OVER,
            id="a standby that has everything took over",
        ),
        pytest.param(
            replace(ORIGINAL, database=PROMOTED, lacks_events=True),
            Recognised.COPY,
            id="a standby that lagged took over",
        ),
        pytest.param(
            replace(ORIGINAL, installation=known(secured_for="a place")),
            Recognised.COPY,
            id="a copy that was secured, whatever it looks like now",
        ),
        pytest.param(
            replace(ORIGINAL, installation=known(memory="7/g1"), memory="8/g2"),
            Recognised.COPY,
            id="the data directory was restored in place",
        ),
        pytest.param(
            replace(ORIGINAL, installation=known(memory="7/g1"), memory=""),
            Recognised.COPY,
            id="the data directory has forgotten everything",
        ),
        pytest.param(
            replace(ORIGINAL, data_dir="12/g6", has_worker=True),
            Recognised.MISMATCH,
            id="a copied data directory beside a portal that runs",
        ),
        pytest.param(
            replace(ORIGINAL, data_dir="11/"),
            Recognised.ORIGINAL,
            id="a process that may not ask the kernel for handles",
        ),
        pytest.param(
            replace(ORIGINAL, marker=None), Recognised.MISMATCH, id="the data directory is another"
        ),
        pytest.param(
            replace(ORIGINAL, marker=replace(MARKER, database_id=ANOTHER)),
            Recognised.MISMATCH,
            id="the data directory is another database's",
        ),
        pytest.param(
            replace(ORIGINAL, installation=None, has_events=False),
            Recognised.MISMATCH,
            id="an empty database beside the data directory of another one",
        ),
        pytest.param(
            replace(ORIGINAL, installation=known(ANOTHER), database=ELSEWHERE),
            Recognised.MISMATCH,
            id="a restored dump beside the data directory of another database",
        ),
    ],
)
def test_what_a_database_and_a_data_directory_are_to_each_other(
    found: Found, expected: Recognised
) -> None:
    assert recognise(found) == expected
