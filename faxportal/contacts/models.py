"""The address book: contacts and the groups that they are put into.

Each is somebody's own, or shared: then it has no owner, and everyone who sends faxes reads it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.permissions import Permission
from faxportal.text.folding import digits_of, fold
from faxportal.text.phone_numbers import MAX_DIALLED, MAX_TYPED

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

MAX_NAME = 100
MAX_NOTE = 500

#: A text that is a number, however it is written.
_NUMBER = re.compile(r"[\d\s+()\-./*]*\d[\d\s+()\-./*]*")


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: AbstractUser) -> ContactQuerySet:
        """What a person reads: their own and the shared ones, never another person's."""
        return self.filter(models.Q(owner=user.pk) | models.Q(owner=None))

    def owned_by(self, user: AbstractUser) -> ContactQuerySet:
        return self.filter(owner=user.pk)

    def shared(self) -> ContactQuerySet:
        return self.filter(owner=None)

    def of_book(self, user: AbstractUser, *, is_shared: bool) -> ContactQuerySet:
        """The shared ones, or a person's own."""
        return self.shared() if is_shared else self.owned_by(user)

    def matching(self, text: str) -> ContactQuerySet:
        """Those that hold each of the words in name, organisation or number.

        A number fits however it is written: by its digits, in a row.
        """
        folded = fold(text)
        if _NUMBER.fullmatch(folded):
            as_number = models.Q(folded__contains=digits_of(folded))
            return self.filter(models.Q(folded__contains=folded) | as_number)
        for word in dict.fromkeys(folded.split()):
            self = self.filter(folded__contains=word)
        return self

    def recent_first(self) -> ContactQuerySet:
        """Those that a fax was sent to last before the others; then by name."""
        last_used = models.F("last_used_at").desc(nulls_last=True)
        return self.order_by(last_used, "folded", "pk")

    def by_name(self) -> ContactQuerySet:
        return self.order_by("folded", "pk")

    def with_groups_for(self, user: AbstractUser) -> ContactQuerySet:
        """With the groups that a person sees them in: `groups.all()` has those alone then."""
        groups = ContactGroup.objects.visible_to(user).by_name()
        return self.prefetch_related(models.Prefetch("groups", groups))


class Contact(models.Model):
    """A number with the name of who is there. Written by `contacts.address_book` alone."""

    #: None: shared.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="contacts"
    )
    name = models.CharField(_("name"), max_length=MAX_NAME)
    organisation = models.CharField(_("organisation"), max_length=MAX_NAME, blank=True)
    #: As typed.
    number = models.CharField(_("number"), max_length=MAX_TYPED)
    #: The same for all ways to write one phone: see `Number.canonical`.
    canonical = models.CharField(max_length=MAX_DIALLED)
    note = models.CharField(_("note"), max_length=MAX_NOTE, blank=True)
    #: Name, organisation and the number's writings, folded: found and sorted by, never shown.
    folded = models.TextField(editable=False)
    #: When a fax to this number was submitted last: by its owner, or by anyone where it is shared.
    last_used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        permissions = [Permission.MANAGE_SHARED_CONTACTS.declaration]
        indexes = [models.Index(fields=["canonical"], name="contact_by_canonical")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="contact_has_a_name"),
            models.CheckConstraint(
                condition=~models.Q(canonical=""), name="contact_number_is_readable"
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def is_shared(self) -> bool:
        return self.owner_id is None


class ContactGroupQuerySet(models.QuerySet["ContactGroup"]):
    def visible_to(self, user: AbstractUser) -> ContactGroupQuerySet:
        """What a person reads: their own and the shared ones, never another person's."""
        return self.filter(models.Q(owner=user.pk) | models.Q(owner=None))

    def owned_by(self, user: AbstractUser) -> ContactGroupQuerySet:
        return self.filter(owner=user.pk)

    def shared(self) -> ContactGroupQuerySet:
        return self.filter(owner=None)

    def matching(self, text: str) -> ContactGroupQuerySet:
        """Those that hold each of the words in their name."""
        for word in dict.fromkeys(fold(text).split()):
            self = self.filter(folded__contains=word)
        return self

    def by_name(self) -> ContactGroupQuerySet:
        return self.order_by("folded", "pk")


class ContactGroup(models.Model):
    """Contacts that faxes are sent to together. A shared group has shared members only."""

    #: None: shared.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="contact_groups"
    )
    name = models.CharField(_("name"), max_length=MAX_NAME)
    #: The name, folded: found, sorted and told apart by.
    folded = models.CharField(max_length=MAX_NAME, editable=False)
    members = models.ManyToManyField(Contact, related_name="groups")

    objects = ContactGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="contact_group_has_a_name"),
            models.UniqueConstraint(fields=["owner", "folded"], name="contact_group_name_once"),
            models.UniqueConstraint(
                fields=["folded"],
                condition=models.Q(owner=None),
                name="contact_group_shared_name_once",
            ),
        ]

    def __str__(self) -> str:
        return f"contact group {self.pk}"

    @property
    def is_shared(self) -> bool:
        return self.owner_id is None


class ContactImport(models.Model):
    """The text of a file that its owner looks at before they import it; see `importing`."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contact_import"
    )
    text = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"contact import {self.pk}"
