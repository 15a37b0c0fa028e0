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
