"""The forms that the sender's browser posts while it carries files."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.delivery.browser.attempts import UploadReport, UploadResult
from faxportal.faxes.delivery.browser.relay_fallback import RelayReason
from faxportal.web.site.form_fields import Files, FilesField

#: The most characters of the storage's response body. The error code is at its start.
_ANSWER = 1000


class AttemptForm(forms.Form):
    """A PUT that is about to begin."""

    #: The id of the upload to which the browser's target belongs.
    upload = forms.IntegerField()


class AliveForm(forms.Form):
    """A PUT that is under way, with the number of bytes that it has sent."""

    bytes = forms.IntegerField(min_value=0)


class ReportForm(forms.Form):
    """How a PUT ended."""

    what = forms.ChoiceField(choices=[(result, result) for result in UploadResult])
    status = forms.IntegerField(min_value=100, max_value=599, required=False)
    etag = forms.CharField(max_length=200, required=False)
    answer = forms.CharField(max_length=_ANSWER, required=False, strip=False)

    def report(self) -> UploadReport:
        """The report of a valid form."""
        data = self.cleaned_data
        return UploadReport(
            result=UploadResult(data["what"]),
            status=data["status"],
            answer=data["answer"],
            etag=data["etag"].strip('"'),
        )


class HandOverForm(forms.Form):
    """A file that the portal is to relay, and the reason."""

    file = forms.FileField(allow_empty_file=True)
    why = forms.ChoiceField(choices=[(reason, reason) for reason in RelayReason])


class FilesForm(forms.Form):
    """The missing files of a fax, in a browser without JavaScript."""

    missing = FilesField(label=_("Missing files"), required=False, widget=Files)
