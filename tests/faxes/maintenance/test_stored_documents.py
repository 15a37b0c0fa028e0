"""`checkdocuments` finds every document that is not as it was stored, and puts strays back."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from faxportal.documents import trash
from faxportal.faxes.maintenance.orphaned_files import remove_orphans
from faxportal.faxes.models import Document, Fax
from tests.faxes.conftest import PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fax(submit: Submit) -> Fax:
    return submit({"offer.pdf": PDF, "note.txt": b"a note"})


def check(*arguments: str) -> tuple[str, bool]:
    """What the command prints, and whether all is well."""
    printed = io.StringIO()
    try:
        call_command("checkdocuments", *arguments, stdout=printed)
    except CommandError:
        return printed.getvalue(), False
    return printed.getvalue(), True


def stored(fax: Fax, position: int = 1) -> Path:
    return Path(default_storage.path(fax.documents.get(position=position).stored_as))


def test_all_is_well_while_every_document_is_as_it_was_stored(fax: Fax) -> None:
    printed, is_well = check()
    assert is_well
    assert "Documents: 2 as they were stored, 0 missing or changed." in printed


@pytest.mark.parametrize("content", [b"", b"a n0te", b"a note and more"])
def test_a_changed_document_is_named_by_its_fax(fax: Fax, content: bytes) -> None:
    stored(fax, 2).write_bytes(content)
    printed, is_well = check()
    assert not is_well
    assert f"A document has changed: fax {fax.uuid}" in printed
    assert "Documents: 1 as they were stored, 1 missing or changed." in printed
    assert "note.txt" not in printed


def test_a_missing_document_is_named_by_its_fax(fax: Fax) -> None:
    stored(fax).unlink()
    printed, is_well = check("--put-back")
    assert not is_well
    assert f"A document is missing: fax {fax.uuid}" in printed


def test_a_document_that_was_removed_is_no_problem(fax: Fax) -> None:
    stored(fax).unlink()
    fax.documents.filter(position=1).update(stored_as="")
    assert check()[1]


def test_strays_are_counted_and_are_no_problem(fax: Fax, clock: HandClock) -> None:
    name = fax.documents.get(position=1).stored_as
    Document.objects.filter(stored_as=name).delete()
    clock.move(days=2)
    remove_orphans(clock)
    printed, is_well = check()
    assert is_well
    assert "Files that no fax names: 0, and 1 in the trash." in printed


def test_a_stray_that_gets_its_row_again_is_put_back(fax: Fax, clock: HandClock) -> None:
    """A start with another database found no row for it. Then the right database came back."""
    document = fax.documents.get(position=1)
    content = stored(fax).read_bytes()
    Document.objects.filter(pk=document.pk).delete()
    clock.move(days=2)
    remove_orphans(clock)
    document.save(force_insert=True)

    printed, is_well = check()
    assert not is_well
    assert "A document is missing, and --put-back finds it in the trash" in printed
    printed, is_well = check("--put-back")
    assert is_well
    assert "Put back from the trash: 1." in printed
    assert stored(fax).read_bytes() == content
    assert not trash.names_in_trash()


def test_a_file_of_the_trash_that_has_changed_is_not_put_back(fax: Fax, clock: HandClock) -> None:
    document = fax.documents.get(position=1)
    Document.objects.filter(pk=document.pk).delete()
    clock.move(days=2)
    remove_orphans(clock)
    document.save(force_insert=True)
    [kept_as] = trash.names_in_trash().values()
    Path(default_storage.path(kept_as)).write_bytes(b"other content")
    assert not check("--put-back")[1]
    assert not stored(fax).exists()
    assert len(trash.names_in_trash()) == 1


def test_documents_that_cannot_be_read_are_no_verdict(fax: Fax) -> None:
    stored(fax).unlink()
    stored(fax).mkdir()
    with pytest.raises(CommandError, match="can't be read"):
        call_command("checkdocuments", stdout=io.StringIO())
