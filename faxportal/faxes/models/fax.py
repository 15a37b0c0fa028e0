"""What a person sends: a fax, its recipients and its documents."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.models.constraints import known_states
from faxportal.faxes.states import FAILURES, SETTLED_FAXES, TROUBLES, FaxState

if TYPE_CHECKING:
    from faxportal.accounts.models import User


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def list_key_at(moment: datetime) -> int:
    """The list key in the lists of a fax that is submitted then: in milliseconds, since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _is_empty() -> models.Q:
    """Nothing was typed, for a cover page either, and nothing is attached; an extension alone is
    only a choice."""
    nothing_typed = models.Q(recipients_typed="", subject="", note="", due_at=None, cover=None)
    attached = models.Exists(Document.objects.filter(fax=models.OuterRef("pk")))
    return nothing_typed & models.Q(~attached)


class Carrier(models.TextChoices):
    """Who carries bytes to VoipNow's storage."""

    PORTAL = "portal", _("The portal")
    BROWSER = "browser", _("The sender's browser")


class FaxQuerySet(models.QuerySet["Fax"]):
    def locked(self, pk: int) -> Fax:
        """One fax, whose row this transaction locks: writers of a fax take turns at that row."""
        return self.select_for_update().get(pk=pk)

    def sent_by(self, user: User) -> FaxQuerySet:
        """Faxes of one person that are no drafts."""
        return self.submitted().filter(sender=user)

    def needing_notification(self) -> FaxQuerySet:
        """Those in trouble whose senders were not told yet, the longest first."""
        return self.filter(state__in=TROUBLES, notified_at=None).order_by("settled_at")

    def drafts_of(self, user: User) -> FaxQuerySet:
        # The second condition is the first's, put so that the sender's index finds it.
        return self.filter(sender=user, state=FaxState.DRAFT, list_key=None)

    def drafts_with_content_by(self, user: User) -> FaxQuerySet:
        """A person's drafts that hold something, the one worked on last first."""
        return self.drafts_of(user).exclude(_is_empty()).order_by("-changed_at", "-id")

    def empty_drafts(self) -> FaxQuerySet:
        """Drafts that nobody typed into or attached anything to, or all of it is gone again."""
        return self.filter(_is_empty(), state=FaxState.DRAFT)

    def visible_to(self, user: User) -> FaxQuerySet:
        """What a person may read: their own, and everyone's sent ones with the permission."""
        own = models.Q(sender=user)
        if user.has_perm("faxes.review_faxes"):
            return self.filter(own | ~models.Q(state=FaxState.DRAFT))
        return self.filter(own)

    def submitted(self) -> FaxQuerySet:
        """Those that are no drafts."""
        # By the list_key, not by the state: so an index by it begins behind the drafts.
        return self.filter(list_key__isnull=False)

    def that_failed(self) -> FaxQuerySet:
        """Those that failed, if only for some of their recipients."""
        return self.filter(state__in=FAILURES)

    def submitted_between(self, first: datetime | None, end: datetime | None) -> FaxQuerySet:
        """From one moment on, and before another; None: open."""
        found = self if first is None else self.filter(list_key__gte=list_key_at(first))
        return found if end is None else found.filter(list_key__lt=list_key_at(end))

    def down_from(self, list_key: int) -> FaxQuerySet:
        """The fax at a list key and those behind it in the order of `newest_first`."""
        return self.filter(list_key__lte=list_key)

    def newer_than(self, list_key: int) -> FaxQuerySet:
        """Those before a list key in the order of `newest_first`."""
        return self.filter(list_key__gt=list_key)

    def newest_first(self) -> FaxQuerySet:
        return self.order_by("-list_key")

    def oldest_first(self) -> FaxQuerySet:
        return self.order_by("list_key")

    def with_parts(self) -> FaxQuerySet:
        """Sender, recipients and documents, in a fixed number of queries."""
        return self.select_related("sender").prefetch_related("recipients", "documents")


class Fax(models.Model):
    """What a person sends or sent, or, not yet sent, a draft of it."""

    #: Public name of the fax, in URLs and logs.
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="faxes"
    )
    state = models.CharField(max_length=20, choices=FaxState, default=FaxState.DRAFT)
    #: Made by the form that the fax comes from: one key, one fax, however often it is sent.
    submission_key = models.UUIDField()
    #: SHA-256 over what was submitted (see `submit.fingerprint`); empty for a draft.
    fingerprint = models.CharField(max_length=64, blank=True)
    #: SHA-256 over its documents (see `asking.content.content_of`): the same for the same
    #: content, whoever sent it and to whom; empty for a draft.
    content = models.CharField(max_length=64, blank=True)
    #: The fax that a person took up to send it once more: this much they need not be asked.
    again_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    #: The extension by number and label, as they were: the record outlives the picker's entry.
    extension = models.CharField(_("extension"), max_length=50, blank=True)
    extension_label = models.CharField(max_length=100, blank=True)
    #: A draft's recipients as typed; once sent, `Recipient` rows tell.
    recipients_typed = models.TextField(blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    #: Direct where the browser was to carry a document or more when it was submitted.
    carrier = models.CharField(max_length=10, choices=Carrier, default=Carrier.PORTAL)

    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    #: Where it stands in the lists, which go by this alone: when it was submitted (see
    #: `list_key_at`), or the next one that is free, so that no two share one. None: a draft.
    list_key = models.BigIntegerField(null=True, editable=False)
    #: When it is to go out: at once, or as scheduled.
    due_at = models.DateTimeField(null=True)
    #: Tried until then; counted from when it is due.
    deadline_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    #: Since when it is held, because its sender's account is closed.
    suspended_at = models.DateTimeField(null=True)
    #: How long it was paused and held since it was due: time that doesn't count.
    paused_for = models.DurationField(default=timedelta)
    #: When it came to rest: handed over, failed, cancelled, …
    settled_at = models.DateTimeField(null=True)
    #: When its sender was told of the trouble that it rests in.
    notified_at = models.DateTimeField(null=True)
    #: Until then somebody is telling them, or died at it.
    notifying_until = models.DateTimeField(null=True)
    #: When retention was done with its documents; see `faxes/maintenance/retention.py`.
    cleared_at = models.DateTimeField(null=True)
    #: When it was last saved as a whole: of a draft, when its form was last kept.
    changed_at = models.DateTimeField(auto_now=True)
    #: How often a draft was changed, and the copy of its form that did so last, if it knew all
    #: changes before; see `faxes/compose/draft_versions.py`.
    version = models.PositiveIntegerField(default=0)
    edited_in = models.UUIDField(null=True)

    objects = FaxQuerySet.as_manager()

    class Meta:
        permissions = [
            ("send_fax", "May send faxes"),
            ("review_faxes", "May read everyone's faxes"),
            ("manage_sending", "May decide for others and pause sending"),
            ("hold_faxes", "May put faxes on legal hold"),
            ("open_documents", "May open everyone's documents"),
            ("see_audit", "May read what everyone did in the portal"),
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
            # My faxes, and a sender's in Review; all in Review by `list_key` itself.
            models.Index(fields=["sender", "-list_key"], name="fax_of_sender"),
            # The same two by status: else a rare one among many faxes is a scan. Each of the few
            # changes of a fax's state writes both.
            models.Index(fields=["sender", "state", "-list_key"], name="fax_of_sender_by_state"),
            models.Index(fields=["state", "-list_key"], name="fax_by_state"),
            # An extension's in Review.
            models.Index(fields=["extension", "-list_key"], name="fax_by_extension"),
            # By who carried the files, in Review.
            models.Index(fields=["carrier", "-list_key"], name="fax_by_carrier"),
            # Whether the same was sent before.
            models.Index(fields=["content", "-submitted_at"], name="fax_by_content"),
            # What a fax that is removed was the source of; most faxes have none.
            models.Index(
                fields=["again_of"],
                name="fax_again_of",
                condition=models.Q(again_of__isnull=False),
            ),
            # Whom to tell of trouble.
            models.Index(fields=["state", "notified_at"], name="fax_needing_notification"),
            models.Index(fields=["cleared_at", "settled_at"], name="fax_to_clear"),
            models.Index(fields=["settled_at"], name="fax_at_rest"),
        ]

    def __str__(self) -> str:
        return f"fax {self.uuid}"

    @property
    def was_scheduled(self) -> bool:
        """Its sender chose when it is to go out."""
        return self.due_at != self.submitted_at

    @property
    def attached(self) -> list[Document]:
        """Its documents but for a cover page, which the portal draws."""
        return [document for document in self.documents.all() if not document.is_cover]

    @property
    def is_settled(self) -> bool:
        """Nothing happens to it by itself any more."""
        return self.state in SETTLED_FAXES


class Recipient(models.Model):
    """One number of a fax, as typed and as dialled."""

    fax = models.ForeignKey(Fax, on_delete=models.CASCADE, related_name="recipients")
    position = models.PositiveSmallIntegerField()
    typed = models.CharField(max_length=200)
    dialled = models.CharField(max_length=50)
    #: Whose number it is, as typed or as the sender's address book had it; or "".
    name = models.CharField(max_length=100, blank=True)
    #: The same for all ways to write one phone, as `numbers.Number` says.
    canonical = models.CharField(max_length=50)
    #: Number of the batch that carries it: recipients of one batch go out as one fax resource.
    batch = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["fax", "position"], name="recipient_position_once"),
            models.UniqueConstraint(fields=["fax", "dialled"], name="recipient_once"),
        ]
        # Whether, and when last, anything was faxed to a phone.
        indexes = [models.Index(fields=["canonical", "fax"], name="recipient_by_phone")]

    def __str__(self) -> str:
        return f"recipient {self.position} of {self.fax_id}"


class Document(models.Model):
    """One file of a fax."""

    fax = models.ForeignKey(Fax, on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    #: Bytes.
    size = models.PositiveBigIntegerField()
    #: Media type by content, not by name.
    content_type = models.CharField(max_length=50)
    sha256 = models.CharField(max_length=64)
    #: None: not known, as for a text, whose layout is VoipNow's.
    pages = models.PositiveSmallIntegerField(null=True)
    #: Least and most seconds that it takes on the line, for one recipient, once that is estimated.
    line_least = models.PositiveIntegerField(null=True)
    line_most = models.PositiveIntegerField(null=True)
    #: Media type of the picture that it was made of, as VoipNow takes none of that kind; or "".
    converted_from = models.CharField(max_length=50, blank=True)
    #: Where `file_store` keeps the bytes; empty once retention has removed them, and while
    #: they are in the sender's browser.
    stored_as = models.CharField(max_length=100, blank=True)
    #: The cover page, which the portal made; of the others a person attached each.
    is_cover = models.BooleanField(default=False)
    #: Direct: the portal never had its bytes. What the browser hands over to be relayed is relay.
    carrier = models.CharField(max_length=10, choices=Carrier, default=Carrier.PORTAL)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["fax", "position"], name="document_position_once"),
            models.UniqueConstraint(fields=["fax", "sha256"], name="document_once"),
            models.UniqueConstraint(
                fields=["fax"], condition=models.Q(is_cover=True), name="document_is_cover_once"
            ),
            models.CheckConstraint(
                condition=models.Q(carrier=Carrier.PORTAL)
                | models.Q(carrier=Carrier.BROWSER, stored_as=""),
                name="document_is_here_or_direct",
            ),
        ]
        indexes = [models.Index(fields=["stored_as"], name="document_by_bytes")]

    def __str__(self) -> str:
        return f"document {self.position} of {self.fax_id}"
