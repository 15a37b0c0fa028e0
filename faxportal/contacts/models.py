"""The address book's tables: contacts, groups, and files that are being imported.

A contact or group belongs to one person, or it is shared. A shared contact or group has no owner,
and everyone who sends faxes sees it.
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

#: The most characters of a name or an organisation, and of a note.
MAX_NAME = 100
MAX_NOTE = 500

#: A search text that consists of digits and the punctuation of phone numbers.
_NUMBER = re.compile(r"[\d\s+()\-./*]*\d[\d\s+()\-./*]*")


class ContactQuerySet(models.QuerySet["Contact"]):
    """Queries for contacts: which a person sees, which match a text, and in which order."""

    def visible_to(self, user: AbstractUser) -> ContactQuerySet:
        """A person's own contacts and the shared contacts, but no contacts of other people."""
        return self.filter(models.Q(owner=user.pk) | models.Q(owner=None))

    def owned_by(self, user: AbstractUser) -> ContactQuerySet:
        """A person's own contacts, without the shared contacts."""
        return self.filter(owner=user.pk)

    def shared(self) -> ContactQuerySet:
        """Contacts that everyone sees."""
        return self.filter(owner=None)

    def own_or_shared(self, user: AbstractUser, *, is_shared: bool) -> ContactQuerySet:
        """The shared contacts if `is_shared`, else the person's own contacts."""
        return self.shared() if is_shared else self.owned_by(user)

    def matching(self, text: str) -> ContactQuerySet:
        """Contacts that have every word of the text in their name, organisation or number.

        If the text is a number, contacts with the same digits match, too, whatever the punctuation.
        """
        folded = fold(text)
        if _NUMBER.fullmatch(folded):
            as_number = models.Q(folded__contains=digits_of(folded))
            return self.filter(models.Q(folded__contains=folded) | as_number)
        for word in dict.fromkeys(folded.split()):
            self = self.filter(folded__contains=word)
        return self

    def recent_first(self) -> ContactQuerySet:
        """The contact that was faxed last comes first. Contacts never faxed come last, by name."""
        last_used = models.F("last_used_at").desc(nulls_last=True)
        return self.order_by(last_used, "folded", "pk")

    def by_name(self) -> ContactQuerySet:
        """Contacts in the order of their folded names."""
        return self.order_by("folded", "pk")

    def with_groups_for(self, user: AbstractUser) -> ContactQuerySet:
        """Prefetch the groups that a person may see: `groups.all()` then has only these groups."""
        groups = ContactGroup.objects.visible_to(user).by_name()
        return self.prefetch_related(models.Prefetch("groups", groups))


class Contact(models.Model):
    """A fax number with a name. Only `contacts.address_book.set_details` writes its details."""

    #: None for a shared contact.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="contacts"
    )
    name = models.CharField(_("name"), max_length=MAX_NAME)
    organisation = models.CharField(_("organisation"), max_length=MAX_NAME, blank=True)
    #: As typed.
    number = models.CharField(_("number"), max_length=MAX_TYPED)
    #: The form that all spellings of one number share: see `text.phone_numbers.Number.canonical`.
    canonical = models.CharField(max_length=MAX_DIALLED)
    note = models.CharField(_("note"), max_length=MAX_NOTE, blank=True)
    #: The folded name, the folded organisation and the spellings of the number, each on a line of
    #: its own. Searching and sorting use this text.
    folded = models.TextField(editable=False)
    #: When a fax to this number was last submitted: by the owner or, for a shared contact, by
    #: anyone.
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
        """Whether everyone sees the contact."""
        return self.owner_id is None


class ContactGroupQuerySet(models.QuerySet["ContactGroup"]):
    """Queries for groups: which a person sees, which match a text, and in which order."""

    def visible_to(self, user: AbstractUser) -> ContactGroupQuerySet:
        """A person's own groups and the shared groups, but no groups of other people."""
        return self.filter(models.Q(owner=user.pk) | models.Q(owner=None))

    def owned_by(self, user: AbstractUser) -> ContactGroupQuerySet:
        """A person's own groups, without the shared groups."""
        return self.filter(owner=user.pk)

    def shared(self) -> ContactGroupQuerySet:
        """Groups that everyone sees."""
        return self.filter(owner=None)

    def matching(self, text: str) -> ContactGroupQuerySet:
        """Groups that have every word of the text in their name."""
        for word in dict.fromkeys(fold(text).split()):
            self = self.filter(folded__contains=word)
        return self

    def by_name(self) -> ContactGroupQuerySet:
        """Groups in the order of their folded names."""
        return self.order_by("folded", "pk")


class ContactGroup(models.Model):
    """Contacts that faxes are sent to together. A shared group has shared members only."""

    #: None for a shared group.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="contact_groups"
    )
    name = models.CharField(_("name"), max_length=MAX_NAME)
    #: The folded name (`groups.folded_name`). Searching, sorting and comparing use this text.
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
        """Whether everyone sees the group."""
        return self.owner_id is None


class ContactImport(models.Model):
    """A CSV file's text while its owner decides how to import it; see `contacts.importing`."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contact_import"
    )
    text = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"contact import {self.pk}"
