"""Numbers that nobody here may fax."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import models

from faxportal.text.folding import digits_of
from faxportal.text.phone_numbers import MAX_DIALLED, MAX_TYPED


class BlockedNumberQuerySet(models.QuerySet["BlockedNumber"]):
    def matching(self, text: str) -> BlockedNumberQuerySet:
        """Those with this in their reason, or with its digits in their number."""
        found = models.Q(reason__icontains=text)
        if digits := digits_of(text):
            found |= models.Q(phone__contains=digits)
        return self.filter(found)

    def blocking(self, phones: Collection[str]) -> dict[str, BlockedNumber]:
        """phone → the entry that blocks it, for each of these canonical numbers that is blocked.

        Of several entries, a whole number goes before a beginning.
        """
        entries = list(self._may_block(phones).order_by("is_beginning", "pk"))
        found = {phone: [entry for entry in entries if entry.covers(phone)] for phone in phones}
        return {phone: covering[0] for phone, covering in found.items() if covering}

    def _may_block(self, phones: Collection[str]) -> BlockedNumberQuerySet:
        """Those of these phones, and all beginnings of numbers: an office has few of those."""
        return self.filter(
            models.Q(phone__in=phones, is_beginning=False) | models.Q(is_beginning=True)
        )

    def newest_first(self) -> BlockedNumberQuerySet:
        return self.order_by("-blocked_at", "-pk")


class BlockedNumber(models.Model):
    """One number, or all that begin alike, with why. Written by `actions.block_list` alone."""

    #: Canonical, as `numbers.Number` says; of a beginning, the country's code and what follows.
    phone = models.CharField(max_length=MAX_DIALLED)
    is_beginning = models.BooleanField(default=False)
    typed = models.CharField(max_length=MAX_TYPED)
    #: Who may not fax it reads this.
    reason = models.CharField(max_length=300)
    blocked_at = models.DateTimeField()
    blocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = BlockedNumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phone", "is_beginning"], name="blocked_number_once"),
            models.CheckConstraint(
                condition=~models.Q(phone="") & ~models.Q(reason=""),
                name="blocked_number_has_its_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(is_beginning=False) | models.Q(phone__startswith="+"),
                name="blocked_beginning_has_a_country",
            ),
        ]

    def __str__(self) -> str:
        return f"blocked number {self.pk}"

    def covers(self, phone: str) -> bool:
        """Whether a phone, by its canonical number, is blocked by this."""
        return phone.startswith(self.phone) if self.is_beginning else phone == self.phone
