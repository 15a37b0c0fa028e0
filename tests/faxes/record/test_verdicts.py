"""The three verdicts: whole, changed, and can't be verified. A missing key proves no change."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.audit import record_keys, signatures
from faxportal.audit.models import RecordSeal
from faxportal.faxes.actions import legal_hold
from faxportal.faxes.history.evidence import sheet
from faxportal.faxes.history.evidence.data import evidence_data
from faxportal.faxes.maintenance import retention
from faxportal.faxes.models import Fax, FaxEvent
from faxportal.faxes.record.verification import Verdict
from faxportal.faxes.record.verifying import verify_fax
from faxportal.verify import main
from tests.faxes.conftest import HandClock
from tests.faxes.history.evidence.test_sheet import text_of

pytestmark = pytest.mark.django_db(transaction=True)

Seal = Callable[[], None]


def lose_the_key(settings: Settings) -> None:
    settings.RECORD_KEYS = [Fernet.generate_key().decode()]


def verified(*faxes: object) -> tuple[int, str]:
    """The exit status of `verifyrecords`, and all that it says."""
    output = io.StringIO()
    try:
        call_command("verifyrecords", *map(str, faxes), stdout=output)
    except CommandError as error:
        return error.returncode, f"{output.getvalue()}{error}"
    return 0, output.getvalue()


def change_subject(fax: Fax) -> None:
    Fax.objects.filter(pk=fax.pk).update(subject="another")


def sheet_of(fax: Fax, by: User) -> dict[str, Any]:
    return evidence_data(fax, by=by, at=timezone.now())


def test_without_the_key_a_record_that_nobody_changed_is_not_called_changed(
    fax: Fax, sender: User, seal: Seal, settings: Settings
) -> None:
    seal()
    assert verify_fax(fax).verdict == Verdict.WHOLE
    lose_the_key(settings)
    assert verify_fax(fax).verdict == Verdict.UNVERIFIABLE
    code, said = verified()
    assert code == 3
    assert "Histories: 0 unchanged, 0 changed, 1 can't be verified." in said
    assert said.endswith(
        "The record can't be verified completely. Nothing was found that was changed."
    )
    record = sheet_of(fax, sender)["record"]
    assert (record["is_whole"], record["verdict"]) == (False, "unverifiable")
    assert not record["compared"]["facts"]
    assert "fax.subject" in record["compared"]["facts_without_key"]
    assert "fax.subject" not in record["compared"]["facts_not_bound"]


def test_without_the_key_the_pdf_says_that_nothing_was_found_to_differ(
    fax: Fax, sender: User, seal: Seal, settings: Settings
) -> None:
    seal()
    lose_the_key(settings)
    said = text_of(sheet.as_pdf(sheet_of(fax, sender)))
    assert "This sheet could not be verified completely." in said
    assert "NOT what was recorded" not in said
    assert "CHANGED" not in said


def test_what_provably_differs_is_changed_even_if_a_key_is_missing(
    fax: Fax, sender: User, seal: Seal, settings: Settings
) -> None:
    seal()
    FaxEvent.objects.filter(fax=fax, position=2).update(position=70)
    lose_the_key(settings)
    assert verify_fax(fax).verdict == Verdict.CHANGED
    assert verified()[0] == 1


def test_an_event_of_a_known_key_is_verified_behind_one_of_an_unknown_key(
    fax: Fax, seal: Seal, settings: Settings
) -> None:
    FaxEvent.objects.filter(fax=fax, position=1).update(key_id="unknown")
    assert verify_fax(fax).verdict == Verdict.UNVERIFIABLE
    FaxEvent.objects.filter(fax=fax, position=3).update(data={"forged": True})
    verification = verify_fax(fax)
    assert (verification.verdict, verification.broken_at) == (Verdict.CHANGED, 3)


@pytest.mark.parametrize(
    ("verdict", "code", "says"),
    [
        ("unverifiable", 3, "could not be verified completely"),
        ("changed", 1, "NOT as it was written"),
    ],
)
def test_the_program_for_signed_sheets_tells_the_verdicts_apart(
    verdict: str, code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {"record": {"is_whole": False, "verdict": verdict}}
    signed = signatures.sign(data, record_keys.demand_newest().signing_seed)
    file = tmp_path / "sheet.json"
    file.write_bytes(signatures.as_bytes(signed))
    assert main([str(file)]) == code
    assert says in capsys.readouterr().err


#: What somebody may write over the data of a seal.
ODD = [{}, [], 7, "text", {"events": "many", "head": 1}, {"entries": [[1]], "digest": None}]


@pytest.mark.parametrize("data", ODD, ids=json.dumps)
@pytest.mark.parametrize(
    "kind", [RecordSeal.Kind.BEGINS, RecordSeal.Kind.FAX, RecordSeal.Kind.AUDIT]
)
def test_a_seal_with_odd_data_is_a_difference_and_sealing_goes_on(
    kind: str, data: object, fax: Fax, admin: User, seal: Seal
) -> None:
    seal()
    row = RecordSeal.objects.filter(kind=kind).order_by("position")[0]
    RecordSeal.objects.filter(pk=row.pk).update(data=data)
    seal()
    code, said = verified()
    assert (code, f"Seal {row.position} is not as it was written." in said) == (1, True)
    record = sheet_of(fax, admin)["record"]
    if kind != RecordSeal.Kind.AUDIT:
        assert ("seal_changed", row.position) in [
            (one["problem"], one["seal"]) for one in record["differences"]
        ]


def test_a_fax_whose_seal_has_odd_data_gets_its_next_seal(
    fax: Fax, admin: User, seal: Seal
) -> None:
    seal()
    RecordSeal.objects.filter(fax=fax.uuid).update(data={})
    legal_hold.put_on_hold(fax, reason="a lawsuit", by=admin)
    seal()
    verification = verify_fax(fax)
    assert verification.sealed_events == fax.events.count()
    assert verification.verdict == Verdict.CHANGED


@pytest.mark.parametrize("data", ODD, ids=json.dumps)
def test_an_event_with_odd_data_is_a_difference(data: object, fax: Fax, admin: User) -> None:
    FaxEvent.objects.filter(fax=fax, position=1).update(data=data)
    assert verify_fax(fax).broken_at == 1
    assert sheet_of(fax, admin)["record"]["verdict"] == "changed"


def test_a_named_fax_that_somebody_deleted_is_missing(fax: Fax, seal: Seal) -> None:
    seal()
    FaxEvent.objects.filter(fax=fax).delete()
    fax.delete()
    code, said = verified(fax.uuid)
    assert (code, f"{fax.uuid}: is missing, and retention did not remove it" in said) == (1, True)


def test_a_named_fax_that_retention_removed_is_no_fault(
    fax: Fax, seal: Seal, settings: Settings, clock: HandClock
) -> None:
    seal()
    settings.RETENTION_DAYS = settings.RECORD_DAYS = 1
    clock.move(days=2)
    retention.remove_due(clock, at_most=10)
    code, said = verified(fax.uuid)
    assert (code, f"{fax.uuid}: retention removed it." in said) == (0, True)
    removal = RecordSeal.objects.get(kind=RecordSeal.Kind.FAX_REMOVED)
    RecordSeal.objects.filter(pk=removal.pk).update(data={})
    code, said = verified(fax.uuid)
    sentence = f"Seal {removal.position} is not as it was written."
    assert (code, sentence in said) == (1, True), "somebody else may have removed it"


def test_a_fax_that_nobody_knows_is_an_error(fax: Fax) -> None:
    unknown = uuid.uuid4()
    code, said = verified(unknown)
    assert (code, said) == (1, f"{unknown}: there is no such fax, and the record knows none.")
    assert verified("no uuid")[0] == 1


def test_the_public_keys_of_older_sheets_are_printed_too(fax: Fax, settings: Settings) -> None:
    settings.RECORD_KEYS = [Fernet.generate_key().decode(), *settings.RECORD_KEYS]
    new, old = (signatures.public_key_of(one.signing_seed) for one in record_keys.all_known())
    _code, said = verified()
    assert f"Evidence sheets are signed by the key {new}\n" in said
    assert f"Evidence sheets were signed before by the key {old}\n" in said
