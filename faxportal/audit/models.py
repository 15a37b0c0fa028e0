"""What people did in the portal: one row for each thing, only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def newest_first(self) -> AuditQuerySet:
        return self.order_by("-at", "-id")

    def older_than(self, entry: AuditEntry) -> AuditQuerySet:
        """Those behind an entry in the order of `newest_first`."""
        # The first condition is implied; it is what the databases look up in an index.
        return self.filter(at__lte=entry.at).filter(
            models.Q(at__lt=entry.at) | models.Q(pk__lt=entry.pk)
        )

    def with_people(self) -> AuditQuerySet:
        return self.select_related("actor", "person")


class AuditEntry(models.Model):
    """One thing that somebody did in the portal. Rows are only ever added; see `audit_log`.

    `data` holds counts, hashes and words of ours; never a secret, a number or a name.
    """

    at = models.DateTimeField()
    #: None: nobody who was signed in, or the portal itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: An `audit_log.Action`.
    action = models.CharField(max_length=40)
    #: What it was done to: a fax by its uuid, which outlives the fax, or a person.
    fax = models.UUIDField(null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: Where the request came from; none for a command.
    address = models.GenericIPAddressField(null=True)
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
