"""Every field that the evidence sheet prints is bound, or follows from facts that are bound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.faxes.history.evidence.data import evidence_data
from faxportal.faxes.models import Fax
from faxportal.faxes.record.facts import FACTS

pytestmark = pytest.mark.django_db(transaction=True)

#: Field of the sheet → the facts, with other names, from which the field follows.
FOLLOWS_FROM = {
    "is_final": {"fax.state"},
    "fax.state_label": {"fax.state", "handovers.decided_by", "people"},
    "merged_pdf.documents": {"documents.number", "merged_pdf.sha256"},
    "handovers.state_label": {"handovers.state"},
    "handovers.reason": {"handovers.reason", "handovers.server_message"},
    "handovers.files.number": {"uploads.of", "documents.number"},
    "handovers.files.state": {"uploads.state"},
    "handovers.files.state_label": {"uploads.state", "attempts.of", "attempts.outcome"},
    "handovers.files.is_reported": {"attempts.of", "attempts.outcome"},
    "handovers.files.stored_at": {"uploads.stored_at"},
    "handovers.files.attempts": {"attempts.of"},
}
#: What the sheet says about itself, and the events, which are bound by hashes of their own.
OF_THE_SHEET = ("made_at", "made_for", "not_known", "record")


def fields(data: Any, path: str = "") -> Iterator[str]:
    """The paths of all fields in the sheet's JSON, e.g. `recipients.dialled`."""
    match data:
        case dict():
            for name, value in data.items():
                yield from fields(value, f"{path}.{name}" if path else name)
        case [dict(), *_]:
            for one in data:
                yield from fields(one, path)
        case _:
            yield path


def test_each_field_that_the_sheet_prints_is_bound(full_fax: Fax, sender: User) -> None:
    sheet = evidence_data(full_fax, by=sender, at=timezone.now())
    printed = {
        path for name in sheet if name not in OF_THE_SHEET for path in fields(sheet[name], name)
    }
    unbound = {
        path for path in printed if not FOLLOWS_FROM.get(path, {path}).issubset(FACTS.keys())
    }
    assert not unbound, "add a fact to faxes/record/facts.py"


def test_the_submit_binds_all_but_delivery(fax: Fax) -> None:
    event = fax.events.get(position=1)
    expected = {
        name for name, fact in FACTS.items() if not fact.is_of_delivery and name != "people"
    }
    assert set(event.data["facts"]) == expected


def test_equal_values_of_two_faxes_have_different_hashes(fax: Fax, full_fax: Fax) -> None:
    one, other = (each.events.get(position=1).data["facts"] for each in (fax, full_fax))
    assert one["fax.subject"] != other["fax.subject"]
