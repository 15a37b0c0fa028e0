"""Faxes and drafts. Recipients and documents have modules of their own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.permissions import Permission
from faxportal.faxes.models.constraints import known_states
from faxportal.faxes.models.document import Carrier, Document
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FAILURES, FaxState

if TYPE_CHECKING:
    from faxportal.accounts.models import User


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def list_key_at(moment: datetime) -> int:
    """The list key of a fax that is submitted at this moment: milliseconds since 1970, in UTC.

    If another fax has that key already, `save_with_list_key` takes the next free key.
    """
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _is_empty() -> models.Q:
    """Drafts with no text, no due time, nothing for a cover page, and no document.

    A draft with nothing but an extension is empty: the form preselects an extension.
    """
    nothing_typed = models.Q(recipients_typed="", subject="", note="", due_at=None, cover=None)
    attached = models.Exists(Document.objects.filter(fax=models.OuterRef("pk")))
    return nothing_typed & models.Q(~attached)


class StillADraft(Exception):
    """The fax is a draft, but the code needs a submitted fax: an error in the portal's own code."""


@dataclass(frozen=True, kw_only=True)
class FaxTimes:
    """The times that every submitted fax has; a constraint of the table ensures this."""

    submitted_at: datetime
    #: When the fax is to go out: at once, or as scheduled.
    due_at: datetime
    #: When the portal stops trying to hand the fax over.
    deadline_at: datetime


class FaxQuerySet(models.QuerySet["Fax"]):
    """Faxes and drafts by state, sender and time."""

    def locked(self, pk: int) -> Fax:
        """One fax, whose row stays locked until this transaction ends. Raises `Fax.DoesNotExist`.

        Writers of a fax and of its event log wait for each other at this lock.
        """
        return self.select_for_update().get(pk=pk)

    def sent_by(self, user: User) -> FaxQuerySet:
        """The faxes that a person submitted."""
        return self.submitted().filter(sender=user)

    def under_way(self) -> FaxQuerySet:
        """Faxes that are waiting or being handed over, and that nobody cancels or suspends."""
        return self.filter(
            state__in=[FaxState.WAITING, FaxState.HANDING_OVER],
            cancel_asked_at=None,
            suspended_at=None,
            sender__is_active=True,
        )

    def scheduled_before_restore(self) -> FaxQuerySet:
        """Faxes that were scheduled before a restore and that nobody has confirmed or cancelled.

        The fax with the earliest time comes first.
        """
        return self.filter(
            # The states are in the index; the reason alone would need a scan of all faxes.
            state__in=[FaxState.SCHEDULED, FaxState.WAITING],
            suspended_because=OwnReason.RESTORED,
            cancel_asked_at=None,
        ).order_by("due_at", "id")

    def drafts_of(self, user: User) -> FaxQuerySet:
        """A person's drafts, including empty drafts."""
        # `list_key=None` repeats the condition on the state, so that the index of the sender's
        # faxes finds the rows.
        return self.filter(sender=user, state=FaxState.DRAFT, list_key=None)

    def drafts_with_content_by(self, user: User) -> FaxQuerySet:
        """A person's drafts that are not empty, the last changed one first."""
        return self.drafts_of(user).exclude(_is_empty()).order_by("-changed_at", "-id")

    def empty_drafts(self) -> FaxQuerySet:
        """Drafts without content: no text, due time, cover page or document."""
        return self.filter(_is_empty(), state=FaxState.DRAFT)

    def visible_to(self, user: User) -> FaxQuerySet:
        """A person's own faxes and drafts and, with `REVIEW_FAXES`, everyone's submitted faxes."""
        own = models.Q(sender=user)
        if user.has_perm(Permission.REVIEW_FAXES):
            return self.filter(own | ~models.Q(state=FaxState.DRAFT))
        return self.filter(own)

    def submitted(self) -> FaxQuerySet:
        """Faxes that are no drafts."""
        # The filter uses the list key, not the state, so that a scan of the list key's index skips
        # drafts.
        return self.filter(list_key__isnull=False)

    def with_failures(self) -> FaxQuerySet:
        """Faxes that failed for all of their recipients or for some."""
        return self.filter(state__in=FAILURES)

    def submitted_between(self, start: datetime | None, end: datetime | None) -> FaxQuerySet:
        """Faxes submitted from `start` on and before `end`; None leaves a side open."""
        faxes = self if start is None else self.filter(list_key__gte=list_key_at(start))
        return faxes if end is None else faxes.filter(list_key__lt=list_key_at(end))

    def not_newer_than(self, list_key: int) -> FaxQuerySet:
        """The fax with this list key, and older ones."""
        return self.filter(list_key__lte=list_key)

    def newer_than(self, list_key: int) -> FaxQuerySet:
        """Faxes that were submitted after the fax with this list key."""
        return self.filter(list_key__gt=list_key)

    def newest_first(self) -> FaxQuerySet:
        """Faxes in the order of the lists: the fax that was submitted last comes first."""
        return self.order_by("-list_key")

    def oldest_first(self) -> FaxQuerySet:
        """Faxes in the reverse order of the lists."""
        return self.order_by("list_key")

    def with_parts(self) -> FaxQuerySet:
        """Read sender, recipients and documents too, in a fixed number of queries."""
        return self.select_related("sender").prefetch_related("recipients", "documents")


class Fax(models.Model):
    """What a person sends or sent. Before it is submitted it is a draft."""

    #: Public name of the fax, in URLs and logs.
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="faxes"
    )
    state = models.CharField(max_length=20, choices=FaxState, default=FaxState.DRAFT)
    #: Each form has a key of its own. One key makes one fax, however often the form is sent.
    submission_key = models.UUIDField()
    #: SHA-256 over all that was submitted (see `compose.content_hash`); empty for a draft.
    fingerprint = models.CharField(max_length=64, blank=True)
    #: SHA-256 over the documents alone (see `compose.content_hash`). Faxes with the same documents
    #: have the same hash, even if their senders and recipients differ. Empty for a draft.
    content_hash = models.CharField(max_length=64, blank=True)
    #: The earlier fax that the sender sends again as this fax. `confirmations.duplicates` doesn't
    #: count the earlier fax as a duplicate.
    resend_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    #: Number and label of the extension when the fax was submitted: the sender may change or remove
    #: the entry under *Connection* later.
    extension = models.CharField(_("extension"), max_length=50, blank=True)
    extension_label = models.CharField(max_length=100, blank=True)
    #: A draft's recipients as typed. A submitted fax has `Recipient` rows.
    recipients_typed = models.TextField(blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    #: BROWSER if the browser was to carry at least one document when the fax was submitted.
    carrier = models.CharField(max_length=10, choices=Carrier, default=Carrier.PORTAL)

    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    #: Orders the lists. It is `list_key_at` the moment of submitting or, if another fax has that
    #: number, the next free number. None for a draft.
    list_key = models.BigIntegerField(null=True, editable=False)
    #: When the fax is to go out: at once, or as scheduled.
    due_at = models.DateTimeField(null=True)
    #: When the portal stops trying: counted from `due_at`, or from a decision to send again, and
    #: moved by pauses.
    deadline_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    #: When the portal suspended the fax; None if it is not suspended. Faxes of closed accounts are
    #: suspended, and scheduled faxes after a restore.
    suspended_at = models.DateTimeField(null=True)
    #: Why the portal suspended the fax: a code of `reasons.OwnReason`; "" if it is not suspended.
    suspended_because = models.CharField(max_length=50, blank=True)
    #: How long the fax was paused or suspended since it was due. The deadline moves by this time.
    paused_for = models.DurationField(default=timedelta)
    #: Since when nothing more happens to the fax by itself: no batch is open. None for a fax that
    #: needs a decision about one batch while another batch is still tried.
    settled_at = models.DateTimeField(null=True)
    #: When the sender was last mailed about a batch in trouble; see `Handover.notified_at`.
    notified_at = models.DateTimeField(null=True)
    #: One `watch` process has claimed the mails to the sender until this time; see
    #: `maintenance.mail_claims`.
    notifying_until = models.DateTimeField(null=True)
    #: When the sender's browser, which carries documents, last asked or reported something.
    browser_heard_at = models.DateTimeField(null=True)
    #: When retention removed the documents, or found none to remove; see `maintenance.retention`.
    documents_removed_at = models.DateTimeField(null=True)
    #: When retention last kept the fax, which is due, because its record is not whole; None if it
    #: did not. See `maintenance.retention`.
    removal_refused_at = models.DateTimeField(null=True)
    #: When the row was last saved as a whole. For a draft this is when its form was last saved.
    changed_at = models.DateTimeField(auto_now=True)
    #: How often a draft was changed, and the id of the form that made the last change. The id is
    #: None if that form did not know all earlier changes; see `compose.draft_versions`.
    version = models.PositiveIntegerField(default=0)
    edited_in = models.UUIDField(null=True)

    objects = FaxQuerySet.as_manager()

    class Meta:
        permissions = [
            Permission.SEND_FAX.declaration,
            Permission.REVIEW_FAXES.declaration,
            Permission.MANAGE_SENDING.declaration,
            Permission.HOLD_FAXES.declaration,
            Permission.OPEN_DOCUMENTS.declaration,
            Permission.SEE_AUDIT.declaration,
        ]
        constraints = [
            known_states(FaxState, name="fax_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(carrier__in=Carrier.values), name="fax_carrier_is_known"
            ),
            models.UniqueConstraint(
                fields=["sender", "submission_key"], name="fax_once_for_each_submission_key"
            ),
            models.UniqueConstraint(fields=["list_key"], name="fax_list_key_once"),
            models.CheckConstraint(
                condition=models.Q(state=FaxState.DRAFT, submitted_at=None)
                | (
                    ~models.Q(state=FaxState.DRAFT)
                    & models.Q(
                        submitted_at__isnull=False, due_at__isnull=False, deadline_at__isnull=False
                    )
                    & ~models.Q(fingerprint="")
                ),
                name="fax_is_a_draft_or_was_submitted",
            ),
            models.CheckConstraint(
                condition=models.Q(submitted_at=None, list_key=None)
                | models.Q(submitted_at__isnull=False, list_key__isnull=False),
                name="fax_has_a_list_key_once_submitted",
            ),
        ]
        indexes = [
            # For "My faxes", and for Review filtered by sender. Review without a filter reads the
            # index of `list_key`.
            models.Index(fields=["sender", "-list_key"], name="fax_of_sender"),
            # For the same two lists filtered by status: without these indexes, a search for a rare
            # status scans all faxes. Each change of a fax's state writes both indexes, but a fax
            # changes its state only a few times.
            models.Index(fields=["sender", "state", "-list_key"], name="fax_of_sender_by_state"),
            models.Index(fields=["state", "-list_key"], name="fax_by_state"),
            # For Review filtered by extension.
            models.Index(fields=["extension", "-list_key"], name="fax_by_extension"),
            # For Review filtered by who carried the files.
            models.Index(fields=["carrier", "-list_key"], name="fax_by_carrier"),
            # Finds earlier faxes with the same documents.
            models.Index(fields=["content_hash", "-submitted_at"], name="fax_by_content_hash"),
            # Finds the faxes that sent a removed fax again: the removal sets their `resend_of` to
            # NULL. Most faxes are not in this index, because their `resend_of` is always NULL.
            models.Index(
                fields=["resend_of"],
                name="fax_resend_of",
                condition=models.Q(resend_of__isnull=False),
            ),
            # For retention: these find the faxes whose documents are to be removed, and the faxes
            # that are to be removed themselves.
            models.Index(fields=["documents_removed_at", "settled_at"], name="fax_with_documents"),
            models.Index(fields=["settled_at"], name="fax_by_settled_at"),
        ]

    def __str__(self) -> str:
        return f"fax {self.uuid}"

    @property
    def times(self) -> FaxTimes:
        """The times of a submitted fax. Raises `StillADraft` for a draft."""
        if self.submitted_at is None or self.due_at is None or self.deadline_at is None:
            raise StillADraft(str(self))
        return FaxTimes(
            submitted_at=self.submitted_at, due_at=self.due_at, deadline_at=self.deadline_at
        )

    @property
    def was_scheduled(self) -> bool:
        """Whether the sender chose when the fax is to go out."""
        return self.due_at != self.submitted_at

    @property
    def attached(self) -> list[Document]:
        """The documents that a person attached: all but the cover page, which the portal draws."""
        return [document for document in self.documents.all() if not document.is_cover]

    @property
    def is_settled(self) -> bool:
        """Whether nothing more happens to the fax by itself."""
        return self.state == FaxState.DRAFT or self.settled_at is not None
