"""The audit's table: one row for each thing that somebody did in the portal."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Audit entries for the page that lists them."""

    def newest_first(self) -> AuditQuerySet:
        """By time, then by id, the newest entry first. Pages of a list rely on this total order."""
        return self.order_by("-at", "-id")

    def older_than(self, entry: AuditEntry) -> AuditQuerySet:
        """The entries that follow this one in the order of `newest_first`."""
        # The second condition alone gives the same entries. With the first, the database can use
        # the index on `at`.
        return self.filter(at__lte=entry.at).filter(
            models.Q(at__lt=entry.at) | models.Q(pk__lt=entry.pk)
        )

    def with_people(self) -> AuditQuerySet:
        """Read who acted (`actor`) and to whom it was done (`person`) in the same query."""
        return self.select_related("actor", "person")


class AuditEntry(models.Model):
    """One thing that somebody did. Rows are added by `audit_log.write` and never changed."""

    at = models.DateTimeField()
    #: None if nobody was signed in, or if the portal itself did it.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: An `audit_log.Action`.
    action = models.CharField(max_length=40)
    #: The fax to which somebody did this. It is no foreign key, because the entry outlives the fax.
    fax = models.UUIDField(null=True)
    #: The person to whom somebody did this.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: The IP address that the request came from; None for a command.
    address = models.GenericIPAddressField(null=True)
    #: Counts, ids, hashes and fixed words; never a secret, a phone number or a name.
    data = models.JSONField(default=dict)
    #: The keyed hash of the entry in hex, and the id of its key; see `audit_log`. Both are "" for
    #: an entry of version 0.1.0, and for an entry that was written without a key.
    hash = models.CharField(max_length=64, default="", db_default="", editable=False)
    key_id = models.CharField(max_length=8, default="", db_default="", editable=False)
    #: The seal that covers the entry; None until the next run of the watch.
    seal = models.ForeignKey(
        "audit.RecordSeal", on_delete=models.PROTECT, null=True, related_name="entries"
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_of_actor"),
            models.Index(fields=["action", "-at", "-id"], name="audit_of_action"),
            models.Index(fields=["fax"], name="audit_of_fax"),
        ]

    def __str__(self) -> str:
        return f"audit entry {self.pk}"


class RecordSeal(models.Model):
    """One link of the chain over all faxes and the whole audit. Rows are only added.

    A seal says what the record was at a moment, for example how many events a fax had, and the hash
    of the last one. `audit.seal_chain` writes and verifies the chain.
    """

    class Kind(models.TextChoices):
        """What a seal says."""

        BEGINS = "begins", "The chain begins. What is older may have no keyed hashes"
        OLD_SEALED = "old_sealed", "All faxes that are older than the chain have seals"
        FAX = "fax", "A fax's events and facts"
        FAX_REMOVED = "fax_removed", "A fax was removed after its retention period"
        AUDIT = "audit", "Entries of the audit"

    #: Number of the seal, from 1, without gaps.
    position = models.PositiveBigIntegerField(unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    #: The fax that the seal is about. It is no foreign key, because the seal outlives the fax.
    fax = models.UUIDField(null=True)
    #: The highest id among the events or audit entries that the seal covers.
    up_to = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    #: Counts, ids and hashes.
    data = models.JSONField(default=dict)
    #: The keyed hash over the seal and over the hash of the seal before it, in hex.
    hash = models.CharField(max_length=64)
    key_id = models.CharField(max_length=8)

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(fields=["fax", "position"], name="seal_of_fax"),
            models.Index(fields=["kind", "position"], name="seal_by_kind"),
        ]

    def __str__(self) -> str:
        return f"seal {self.position}"
