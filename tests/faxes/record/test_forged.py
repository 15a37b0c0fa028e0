"""Somebody who can change the database, but has no key, changes what an evidence sheet says."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.audit.models import AuditEntry, RecordSeal
from faxportal.faxes.actions import legal_hold
from faxportal.faxes.history.evidence.data import evidence_data
from faxportal.faxes.models import (
    Attempt,
    CoverPage,
    Document,
    Fax,
    FaxEvent,
    Handover,
    LegalHold,
    MergedPdf,
    Recipient,
    SealingProgress,
    Upload,
)
from faxportal.faxes.record.verifying import verify_fax
from tests.faxes.conftest import Submit
from tests.faxes.test_event_log import hash_anew

pytestmark = pytest.mark.django_db(transaction=True)

Seal = Callable[[], None]
Deliver = Callable[[Fax], Fax]

TABLES: tuple[type[models.Model], ...] = (
    Fax,
    Recipient,
    Document,
    CoverPage,
    MergedPdf,
    LegalHold,
    Handover,
    Upload,
    Attempt,
    FaxEvent,
)

#: Columns that a sheet neither prints nor depends on: they steer delivery, order lists, or show
#: progress. `id` and the foreign key to the fax are tried by the tests that delete rows.
NO_FACTS = {
    "Fax": {
        "submission_key",
        "resend_of",
        "recipients_typed",
        "created_at",
        "list_key",
        "deadline_at",
        "suspended_at",
        "suspended_because",
        "paused_for",
        "notified_at",
        "notifying_until",
        "removal_refused_at",
        "browser_heard_at",
        "changed_at",
        "version",
        "edited_in",
    },
    "Document": {"line_seconds_min", "line_seconds_max", "stored_as"},
    "CoverPage": {"template"},
    "MergedPdf": {"stored_as"},
    "Handover": {
        "due_at",
        "queue_position",
        "browser_until",
        "failures_in_a_row",
        "renewals",
        "earlier_in_doubt",
        "counter",
        "lease",
        "lease_until",
        "created_at",
        "notified_at",
    },
    "Upload": {"sealed_target", "target_expires_at", "bytes_sent"},
}


def columns(table: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns of a table that are facts, or that facts depend on."""
    skipped = {"fax"} | NO_FACTS.get(table.__name__, set())
    return [
        field
        for field in table._meta.concrete_fields
        if not field.primary_key and field.name not in skipped
    ]


def other_value(field: models.Field[Any, Any], old: Any) -> Any:
    """A value of the column that differs from `old`, and that the table accepts."""
    match field:
        case models.OneToOneField() | models.ForeignKey():
            others = field.related_model._default_manager.exclude(pk=old).order_by("-pk")
            return others.values_list("pk", flat=True)[0]
        case models.BooleanField():
            return not old
        case models.DateTimeField():
            return (old or timezone.now()) - timedelta(hours=1)
        case models.IntegerField():
            return (old or 0) + 70
        case models.JSONField():
            return {**old, "forged": True}
        case models.UUIDField():
            return "00000000-0000-0000-0000-000000000001"
        case models.CharField() if field.choices:
            return next(value for value, _label in field.choices if value not in (old, "draft"))
        case _:
            return "7" if old != "7" else "8"


def forge(table: type[models.Model], pk: int, column: str | None, value: Any) -> None:
    """Change one value with SQL, without the portal and without the table's check constraints."""
    name = table._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            for constraint in table._meta.constraints:
                if isinstance(constraint, models.CheckConstraint):
                    cursor.execute(
                        f'ALTER TABLE "{name}" DROP CONSTRAINT IF EXISTS "{constraint.name}"'
                    )
        cursor.execute(f'UPDATE "{name}" SET "{column}" = %s WHERE id = %s', [value, pk])


class _Undone(Exception):
    pass


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo everything that the block does to the database, also that it drops constraints."""
    try:
        with suppress(_Undone), transaction.atomic():
            with connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    cursor.execute("PRAGMA defer_foreign_keys = ON")
            yield
            raise _Undone
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def verified() -> str:
    """What `verifyrecords` prints about a record that is not whole."""
    output = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verifyrecords", stdout=output)
    return output.getvalue()


def assert_whole() -> None:
    call_command("verifyrecords", stdout=io.StringIO())


def sheet_of(fax: Fax) -> dict[str, Any]:
    by = User.objects.order_by("pk")[0]
    return evidence_data(Fax.objects.get(pk=fax.pk), by=by, at=timezone.now())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_each_value_that_is_changed_in_the_database_is_found_and_its_fax_named(
    table: type[models.Model], full_fax: Fax, submit: Submit, deliver: Deliver, seal: Seal
) -> None:
    deliver(submit(to="1234567890"))
    seal()
    assert_whole()
    paths = {Fax: "pk", Upload: "handover__fax", Attempt: "handover__fax"}
    path = paths.get(table, "fax")
    row = table._default_manager.filter(**{path: full_fax.pk}).order_by("-pk")[0]
    for field in columns(table):
        old = field.value_from_object(row)
        new = field.get_db_prep_save(other_value(field, old), connection)
        with rolled_back():
            forge(table, row.pk, field.column, new)
            said = verified()
            assert str(full_fax.uuid) in said, (field.name, said)
            record = sheet_of(full_fax)["record"]
            assert not record["is_whole"], f"the sheet says nothing of {field.name}"
            assert record["differences"]
    assert_whole()


@pytest.mark.parametrize(
    ("table", "column", "fact"),
    [
        (Recipient, "dialled", "recipients.dialled"),
        (Fax, "subject", "fax.subject"),
        (Fax, "sender", "fax.sender"),
        (Document, "sha256", "documents.sha256"),
        (Handover, "voipnow_uid", "handovers.voipnow_uid"),
    ],
)
def test_the_field_and_both_hashes_are_named_and_no_value(
    table: type[models.Model], column: str, fact: str, full_fax: Fax, admin: User, seal: Seal
) -> None:
    seal()
    row = table._default_manager.order_by("pk")[0]
    field = table._meta.get_field(column)
    assert isinstance(field, models.Field)
    new = other_value(field, field.value_from_object(row))
    with rolled_back():
        forge(table, row.pk, field.column, new)
        [difference] = [one for one in verify_fax(full_fax).differences if one.fact == fact]
        said = verified()
    assert difference.recorded != difference.found
    line = f"{full_fax.uuid}: {fact} was changed: its hash was {difference.recorded} and is"
    assert f"{line} {difference.found}" in said
    assert str(field.value_from_object(row)) not in said.replace(str(full_fax.uuid), "") or (
        column == "sender"
    )


def test_facts_of_the_submit_are_bound_before_the_watch_seals_them(submit: Submit) -> None:
    fax = submit()
    Fax.objects.filter(pk=fax.pk).update(subject="another")
    Recipient.objects.filter(fax=fax).update(dialled="7778889")
    found = {one.fact for one in verify_fax(fax).differences}
    assert found == {"fax.subject", "recipients.dialled"}


def test_a_fact_that_was_forged_stays_found_whatever_happens_to_the_fax_then(
    fax: Fax, seal: Seal, admin: User
) -> None:
    seal()
    Fax.objects.filter(pk=fax.pk).update(subject="another")
    Handover.objects.filter(fax=fax).update(voipnow_id="7")
    legal_hold.put_on_hold(fax, reason="a lawsuit", by=admin)
    seal()
    found = {one.fact for one in verify_fax(fax).differences}
    assert found == {"fax.subject", "handovers.voipnow_id"}


def test_a_row_that_is_added_or_deleted_is_found(full_fax: Fax, seal: Seal) -> None:
    seal()
    for table in (Recipient, Document, CoverPage, MergedPdf, LegalHold, Upload, Attempt):
        with rolled_back():
            row = table._default_manager.order_by("-pk")[0]
            row.delete()
            assert str(full_fax.uuid) in verified(), table
    with rolled_back():
        Recipient.objects.create(
            fax=full_fax, position=3, typed="1", dialled="1", canonical="1", batch=1
        )
        assert str(full_fax.uuid) in verified()


@pytest.mark.parametrize("position", [1, 2, "last"])
def test_an_event_that_is_deleted_is_found(position: int | str, fax: Fax, seal: Seal) -> None:
    seal()
    event = fax.events.last() if position == "last" else fax.events.get(position=position)
    assert event is not None
    event.delete()
    assert str(fax.uuid) in verified()
    assert not sheet_of(fax)["record"]["is_whole"]


def test_events_that_are_cut_off_are_found(fax: Fax, seal: Seal) -> None:
    seal()
    fax.events.filter(position__gt=3).delete()
    said = verified()
    assert f"{fax.uuid}: events are missing at the end" in said


def test_all_events_cut_off_are_found(fax: Fax, seal: Seal) -> None:
    seal()
    fax.events.all().delete()
    assert f"{fax.uuid}: has no history" in verified()


@pytest.mark.parametrize("is_sealed", [True, False])
def test_hashes_that_are_computed_anew_with_plain_sha256_are_found(
    is_sealed: bool, fax: Fax, submit: Submit, seal: Seal
) -> None:
    seal()
    forged = fax if is_sealed else submit(to="1234567890")
    FaxEvent.objects.filter(fax=forged, position=1).update(at=timezone.now() - timedelta(days=1))
    hash_anew(forged, key_id="")
    assert f"{forged.uuid}: event 1 was written without the portal's key" in verified()


def delete_fax(fax: Fax) -> None:
    LegalHold.objects.filter(fax=fax).delete()
    FaxEvent.objects.filter(fax=fax).delete()
    fax.delete()


def test_a_fax_that_is_deleted_with_all_its_rows_is_found(
    fax: Fax, submit: Submit, seal: Seal
) -> None:
    other = submit(to="1234567890")
    seal()
    delete_fax(fax)
    said = verified()
    assert f"{fax.uuid}: is missing, and retention did not remove it" in said
    assert str(other.uuid) not in said


def test_a_fax_that_is_deleted_with_its_seals_is_found(
    fax: Fax, submit: Submit, seal: Seal
) -> None:
    seal()
    submit(to="1234567890")
    seal()
    delete_fax(fax)
    RecordSeal.objects.filter(fax=fax.uuid).delete()
    assert "is missing." in verified()


def test_a_chain_that_is_cut_off_is_found(fax: Fax, submit: Submit, seal: Seal) -> None:
    seal()
    new = submit(to="1234567890")
    seal()
    delete_fax(new)
    AuditEntry.objects.update(seal=None)
    RecordSeal.objects.filter(position__gte=RecordSeal.objects.get(fax=new.uuid).position).delete()
    assert "The data directory remembers seal" in verified()
    seal()
    assert "The data directory remembers seal" in verified(), "sealing on hides nothing"


def test_a_fax_that_is_inserted_is_found(fax: Fax, submit: Submit, seal: Seal) -> None:
    seal()
    inserted = submit(to="1234567890")
    hash_anew(inserted, key_id="")
    # As if it were as old as the first version, and had been passed over.
    event = inserted.events.get(position=1)
    FaxEvent.objects.filter(pk=event.pk).update(id=-5)
    SealingProgress.objects.update(last_event_id=-1000)
    seal()
    assert f"{inserted.uuid}: event 1 was written without the portal's key" in verified()


@pytest.mark.parametrize(
    "field", RecordSeal._meta.concrete_fields, ids=lambda field: str(field.name)
)
def test_each_value_of_a_seal_that_is_changed_is_found(
    field: models.Field[Any, Any], fax: Fax, seal: Seal
) -> None:
    seal()
    if field.primary_key:
        return
    row = RecordSeal.objects.get(fax=fax.uuid)
    old = field.value_from_object(row)
    with rolled_back():
        new = field.get_db_prep_save(other_value(field, old), connection)
        forge(RecordSeal, row.pk, field.column, new)
        said = verified()
        position = new if field.name == "position" else row.position
        missing = f"Seal {old} is missing."
        changed = f"Seal {position} is not as it was written."
        unknown = f"Seal {position} can't be verified: FAXPORTAL_RECORD_KEY lacks the key 7."
        expected = {"position": missing, "key_id": unknown}.get(field.name, changed)
        assert expected in said.splitlines()


@pytest.mark.parametrize(
    "field",
    [field for field in AuditEntry._meta.concrete_fields if field.name not in ("id", "seal")],
    ids=lambda field: str(field.name),
)
@pytest.mark.parametrize("is_sealed", [True, False])
def test_each_value_of_an_audit_entry_that_is_changed_is_found(
    is_sealed: bool, field: models.Field[Any, Any], full_fax: Fax, seal: Seal
) -> None:
    if is_sealed:
        seal()
    entry = AuditEntry.objects.order_by("-pk")[0]
    with rolled_back():
        value = other_value(field, field.value_from_object(entry))
        value = "192.0.2.7" if field.name == "address" else value
        forge(AuditEntry, entry.pk, field.column, field.get_db_prep_save(value, connection))
        assert f"Audit entry {entry.pk} is not as it was written" in verified() or (
            f"Audit entry {entry.pk} can't be verified" in verified()
        )


def test_an_audit_entry_that_is_deleted_is_found(full_fax: Fax, seal: Seal) -> None:
    seal()
    entry = AuditEntry.objects.order_by("pk")[0]
    pk = entry.pk
    entry.delete()
    assert f"Audit entry {pk} is missing." in verified()


def test_an_audit_entry_that_is_inserted_is_found(full_fax: Fax, seal: Seal) -> None:
    seal()
    entry = AuditEntry.objects.create(at=timezone.now(), action="signed_in", data={})
    seal()
    assert f"Audit entry {entry.pk} was written without the portal's key." in verified()
