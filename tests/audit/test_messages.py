"""The sentences in which the audit says what was done."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from faxportal.accounts.models import User
from faxportal.audit.audit_log import Action
from faxportal.audit.messages import sentence
from faxportal.audit.models import AuditEntry

HEAD = "0f" * 32


def entry(action: Action, *, about: str = "", **data: Any) -> AuditEntry:
    person = User(username=about) if about else None
    return AuditEntry(action=action, fax=uuid4(), person=person, data=data)


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (entry(Action.SIGN_IN_FAILED, about="maria"), "Failed sign-in as maria"),
        (entry(Action.PASSWORD_CHANGED, about="maria"), "Changed the password of maria"),
        (entry(Action.PERSON_ADDED, about="ada"), "Added ada"),
        (entry(Action.PERSON_ADDED, about="root", role="superuser"), "Added root as superuser"),
        (
            entry(Action.ROLE_GIVEN, about="ada", role="record-reviewer"),
            "Gave ada the role “record reviewer”",
        ),
        (
            entry(Action.CONNECTION_CHANGED, sign_in_with="app_key", new_secrets=True),
            "Changed the app key",
        ),
        (
            entry(Action.CONNECTION_CHANGED, sign_in_with="app_key", new_secrets=False),
            "Changed the connection, but not its secrets",
        ),
        (
            entry(Action.FAX_DECIDED, batch=1, decision="went_out"),
            "Confirmed that batch 1 went out",
        ),
        (entry(Action.FAX_DECIDED, batch=2, decision="leave_open"), "Left batch 2 open"),
        (entry(Action.FAX_FORWARDED, documents=2), "Copied 2 documents to forward them"),
        (entry(Action.DOCUMENT_PREVIEWED, document=1, page=3), "Previewed page 3 of document 1"),
        (entry(Action.EVIDENCE_MADE, form="PDF"), "Created an evidence sheet as PDF"),
        (entry(Action.NUMBER_BLOCKED, beginning=True), "Blocked all numbers that start the same"),
        (entry(Action.NUMBER_UNBLOCKED, beginning=False), "Unblocked a number"),
        (
            entry(Action.EXPORTED, list="review", filters=["status"], columns=["sender", "note"]),
            "Exported Review; filters: status; columns: sender, note",
        ),
        (entry(Action.SHARED_CONTACTS_CHANGED, change="added", contact=5), "Added contact 5"),
        (entry(Action.SHARED_CONTACTS_CHANGED, change="changed", group=7), "Renamed group 7"),
        (
            entry(Action.SHARED_CONTACTS_CHANGED, change="members_changed", group=7, contacts=2),
            "Added or removed 2 contacts in group 7",
        ),
        (
            entry(Action.SHARED_CONTACTS_CHANGED, change="merged", contact=5, contacts=1),
            "Merged 1 contact into contact 5",
        ),
        (
            entry(Action.SHARED_CONTACTS_CHANGED, change="imported", contacts=20, changed=3),
            "Imported contacts: 20 added, 3 changed",
        ),
        (
            entry(Action.COVER_CHANGED, cover=3, use="prescribed"),
            "Changed cover page 3, required on every fax",
        ),
        (entry(Action.COVER_REMOVED, cover=3), "Removed cover page 3"),
        (
            entry(Action.RECORD_REMOVED, events=12, head=HEAD, whole=True),
            (
                "Removed a fax after its retention period. Its history was unchanged: 12 entries, "
                f"last hash {HEAD}"
            ),
        ),
        (
            entry(Action.RECORD_REMOVED, events=12, head=HEAD, whole=None),
            (
                "Removed a fax after its retention period. Its history could not be verified, "
                f"because the key for that was missing: 12 entries, last hash {HEAD}"
            ),
        ),
        (entry(Action.SENDING_PAUSED), "Paused all sending"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_entry_says_what_was_done(done: AuditEntry, said: str) -> None:
    assert sentence(done) == said


@pytest.mark.parametrize("action", Action)
def test_an_entry_without_details_says_its_action(action: Action) -> None:
    assert sentence(entry(action)) == str(action.label)


def test_an_unknown_code_is_left_out_of_the_sentence() -> None:
    unknown = entry(Action.FAX_DECIDED, batch=1, decision="other")
    assert sentence(unknown) == str(Action.FAX_DECIDED.label)
