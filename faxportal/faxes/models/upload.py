"""The uploads of a handover's documents. Only the code in `faxes/delivery/` changes the rows."""

from __future__ import annotations

from django.db import models

from faxportal.faxes.models.attempt import Attempt
from faxportal.faxes.models.constraints import known_states
from faxportal.faxes.models.document import Document
from faxportal.faxes.states import UploadState
from faxportal.voipnow.errors import Outcome


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads by what is known about them."""

    def reported_by_browser(self) -> UploadQuerySet:
        """Uploads that the browser reports as done, and that no attempt of the portal confirms."""
        done = Attempt.objects.filter(upload=models.OuterRef("pk"), outcome=Outcome.DONE)
        return self.filter(
            models.Exists(done.exclude(browser_until=None)),
            ~models.Exists(done.filter(browser_until=None)),
        )

    def with_attempts(self) -> UploadQuerySet:
        """Annotate how many attempts there were, and what they tell.

        `attempts_made` is the number of attempts. `is_reported` is true if only the browser says
        that the document is stored. `may_have_arrived` is true if at least one attempt did not end
        as *not done*.
        """
        reported = Upload.objects.reported_by_browser().filter(pk=models.OuterRef("pk"))
        attempts = Attempt.objects.filter(upload=models.OuterRef("pk"))
        return self.annotate(
            attempts_made=models.Count("attempts"),
            is_reported=models.Exists(reported),
            may_have_arrived=models.Exists(attempts.exclude(outcome=Outcome.NOT_DONE)),
        )


class Upload(models.Model):
    """One document of one handover, and the target that it is uploaded to."""

    handover = models.ForeignKey("faxes.Handover", on_delete=models.CASCADE, related_name="uploads")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="uploads")
    state = models.CharField(max_length=20, choices=UploadState, default=UploadState.WAITING)
    reason = models.CharField(max_length=50, blank=True)
    #: The target, encrypted (see `delivery/sealed_targets.py`): a signed URL is a secret until it
    #: expires. Erased when the document is stored or the handover ends.
    sealed_target = models.TextField(blank=True, editable=False)
    #: The time at which the target expires, minus `next_step.TARGET_MARGIN`. None if the target's
    #: URL doesn't say when the target expires.
    target_expires_at = models.DateTimeField(null=True)
    #: Bytes that the last attempt has sent. They show progress and prove nothing.
    bytes_sent = models.PositiveBigIntegerField(default=0)
    stored_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["document__position"]
        constraints = [
            known_states(UploadState, name="upload_state_is_known"),
            models.UniqueConstraint(fields=["handover", "document"], name="upload_once"),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"
