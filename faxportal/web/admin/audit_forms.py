"""The form that filters the audit. The page's address holds the filters."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditQuerySet
from faxportal.faxes.local_time import bounds_of_days
from faxportal.web.faxes.filter_forms import day


class AuditFilter(forms.Form):
    """The filters of the audit. The page shows the entries that match all filters.

    A filter that can't be read is left out; its field says why.
    """

    who = forms.CharField(label=_("Who"), required=False, max_length=150)
    action = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("Any")), *Action.choices]
    )
    fax = forms.UUIDField(label=_("Fax id"), required=False)
    since = day(_("From"))
    until = day(_("To"))

    def narrow(self, entries: AuditQuerySet) -> AuditQuerySet:
        """The entries that match the filters."""
        self.full_clean()
        wanted = self.cleaned_data
        if who := wanted.get("who"):
            by = entries.filter(actor__username__iexact=who)
            entries = by | entries.filter(person__username__iexact=who)
        if action := wanted.get("action"):
            entries = entries.filter(action=action)
        if fax := wanted.get("fax"):
            entries = entries.filter(fax=fax)
        begin, end = bounds_of_days(wanted.get("since"), wanted.get("until"))
        entries = entries.filter(at__gte=begin) if begin else entries
        return entries.filter(at__lt=end) if end else entries

    @property
    def is_narrowing(self) -> bool:
        """Whether any filter is set. If so, an empty list says that nothing matches."""
        return any(self.data.get(name) for name in self.fields)
