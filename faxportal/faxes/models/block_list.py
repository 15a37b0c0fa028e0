"""Numbers that nobody in this office may fax."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import models

from faxportal.text.folding import digits_of
from faxportal.text.phone_numbers import MAX_DIALLED, MAX_TYPED


class BlockedNumberQuerySet(models.QuerySet["BlockedNumber"]):
    """Entries of the block list."""

    def matching(self, text: str) -> BlockedNumberQuerySet:
        """Entries whose reason contains this text, or whose number contains the text's digits."""
        found = models.Q(reason__icontains=text)
        if digits := digits_of(text):
            found |= models.Q(phone__contains=digits)
        return self.filter(found)

    def blocking(self, phones: Collection[str]) -> dict[str, BlockedNumber]:
        """Canonical number → the entry that blocks it, for each blocked number in `phones`.

        If several entries block a number, the entry for the whole number wins over a prefix.
        """
        entries = list(self._may_block(phones).order_by("is_prefix", "pk"))
        found = {phone: [entry for entry in entries if entry.covers(phone)] for phone in phones}
        return {phone: covering[0] for phone, covering in found.items() if covering}

    def _may_block(self, phones: Collection[str]) -> BlockedNumberQuerySet:
        """The entries that block one of these complete numbers, and all entries with a prefix.

        All prefixes are read, because an office has only few of them.
        """
        return self.filter(models.Q(phone__in=phones, is_prefix=False) | models.Q(is_prefix=True))

    def newest_first(self) -> BlockedNumberQuerySet:
        """The entry that was added last comes first."""
        return self.order_by("-blocked_at", "-pk")


class BlockedNumber(models.Model):
    """A blocked number, or a prefix that blocks all numbers that begin with it.

    Only `actions.block_list` writes these rows.
    """

    #: A canonical number (see `text.phone_numbers.Number`). Or a prefix: +, the country code, and
    #: as many of the digits after it as the admin entered.
    phone = models.CharField(max_length=MAX_DIALLED)
    is_prefix = models.BooleanField(default=False)
    #: As the admin typed the number or prefix.
    typed = models.CharField(max_length=MAX_TYPED)
    #: Shown to people who try to fax the number.
    reason = models.CharField(max_length=300)
    blocked_at = models.DateTimeField()
    blocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = BlockedNumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phone", "is_prefix"], name="blocked_number_once"),
            models.CheckConstraint(
                condition=~models.Q(phone="") & ~models.Q(reason=""),
                name="blocked_number_has_its_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(is_prefix=False) | models.Q(phone__startswith="+"),
                name="blocked_prefix_has_a_country",
            ),
        ]

    def __str__(self) -> str:
        return f"blocked number {self.pk}"

    def covers(self, phone: str) -> bool:
        """Whether this entry blocks the phone with this canonical number."""
        return phone.startswith(self.phone) if self.is_prefix else phone == self.phone
