"""The form of a new fax: its shape. Whether what it holds can be sent is for `submit`."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.models import Extension
from faxportal.documents.kinds import HEAD_BYTES, Kind
from faxportal.faxes.compose.attachments import Changes
from faxportal.faxes.compose.client_files import DeclaredFile
from faxportal.faxes.compose.confirmations.confirmation import Answer
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.drafts import typed_in
from faxportal.faxes.compose.validation import Problems
from faxportal.faxes.models import Fax
from faxportal.web.compose.cover_forms import CoverPart, cover_fields
from faxportal.web.compose.document_forms import CopyForm, Ids
from faxportal.web.compose.schedule_field import MomentField
from faxportal.web.compose.shown_names_field import ShownNamesField
from faxportal.web.site.files_field import Files, FilesField
from faxportal.web.site.text_field import Text

#: What a file chooser offers: names only, which prove nothing.
ENDINGS = [ending for kind in Kind for ending in kind.endings]
_SHA256 = re.compile(r"[0-9a-f]{64}")


class DeclaredField(forms.Field):
    """Files that stay in the browser, as JSON that its script writes: see `DeclaredFile`."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> list[DeclaredFile]:
        if not value:
            return []
        try:
            return [self._file(declared) for declared in json.loads(value)]
        except (ValueError, TypeError, KeyError, AttributeError):
            raise forms.ValidationError("The list of declared files can't be read.") from None

    @staticmethod
    def _file(declared: dict[str, Any]) -> DeclaredFile:
        sha256, size = str(declared["sha256"]), int(declared["size"])
        if not _SHA256.fullmatch(sha256) or size < 0:
            raise ValueError
        return DeclaredFile(
            name=str(declared["name"])[:255],
            size=size,
            sha256=sha256,
            head=base64.b64decode(declared["head"], validate=True)[:HEAD_BYTES],
            after=max(0, int(declared.get("after", 0))),
        )


class ComposeForm(CopyForm, CoverPart):
    """A new fax as typed. The hidden key says which fax it becomes, however often it is posted."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    declared = DeclaredField(required=False)
    #: What was answered: the button that sends all the same has it as its value.
    answered = Text(widget=forms.HiddenInput)
    typed_again = Text(
        label=_("Enter again"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Separate numbers with commas."),
    )
    #: Documents that the form lists, and buttons that act on one of them.
    attached = Ids(required=False)
    remove = Ids(required=False)
    up = Ids(required=False)
    down = Ids(required=False)
    #: Whom its page showed for names among the recipients.
    shown_names = ShownNamesField(required=False)
    #: Names of files that its page could not attach, one a line.
    unattached = Text(widget=forms.HiddenInput)
    extension = Text(
        label=_("Extension"),
        widget=forms.Select,
        help_text=_("The fax is sent from this number."),
    )
    recipients = Text(
        label=_("Recipients"),
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "autocomplete": "off",
                "spellcheck": "false",
                "aria-keyshortcuts": "Alt+Shift+R",
            }
        ),
        help_text=_(
            "Type fax numbers, extensions, contacts or groups. Separate them with commas or "
            "new lines."
        ),
    )
    documents = FilesField(
        label=_("Documents"),
        required=False,
        widget=Files(attrs={"accept": ",".join(ENDINGS), "aria-keyshortcuts": "Alt+Shift+D"}),
    )
    subject = Text(
        label=_("Subject"),
        widget=forms.TextInput(
            attrs={"maxlength": 200, "autocomplete": "off", "aria-keyshortcuts": "Alt+Shift+S"}
        ),
        help_text=_("Helps you find the fax. It isn't faxed."),
    )
    note = Text(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 2000}),
        help_text=_("For your own records. It isn't faxed."),
    )
    due_at = MomentField(label=_("Send at"), required=False)
    save_as = Text(
        label=_("Template name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Saves extension, recipients, subject and note for the next fax. Replaces your "
            "template with the same name, if there is one."
        ),
    )
    save_for_all = forms.BooleanField(label=_("Let everyone in the office use it"), required=False)

    #: As on the page; what is not named comes behind.
    field_order = ["key", "copy", "version", "declared", "extension", "recipients", "documents"]

    def __init__(self, *args: Any, extensions: Iterable[Extension], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_covers()
        picker = self.fields["extension"].widget
        assert isinstance(picker, forms.Select)
        picker.choices = [(extension.number, str(extension)) for extension in extensions]
        documents = self.fields["documents"]
        assert isinstance(documents, FilesField)
        documents.help_text = _(
            "PDF, plain text or a picture (JPEG, TIFF, PNG, GIF, WebP, BMP). At most "
            "%(files)d, up to %(size)d MB each."
        ) % {"files": settings.MAX_FILES, "size": documents.max_mb}
        documents.help_text += self.cover_counts()

        self.fields["due_at"].help_text = _("Your time (%(zone)s). Leave empty to send now.") % {
            "zone": timezone.get_current_timezone_name()
        }

    def typed(self) -> DraftContent:
        """What a cleaned form holds, less what can't be read."""
        return DraftContent(
            extension=self.cleaned_data["extension"],
            recipients=self.cleaned_data["recipients"],
            subject=self.cleaned_data["subject"],
            note=self.cleaned_data["note"],
            due_at=self.cleaned_data.get("due_at"),
            cover=self.cover_typed(),
        )

    def template(self) -> dict[str, Any]:
        """What a cleaned form says of the template that it is to be saved as."""
        return {
            "name": self.cleaned_data.get("save_as", ""),
            "is_shared": self.cleaned_data["save_for_all"],
        }

    def changes(self) -> Changes:
        """What a button asks for of the documents."""
        for name, by in (("up", -1), ("down", 1)):
            for pk in self.cleaned_data[name]:
                return Changes(move=(pk, by))
        return Changes(remove=self.cleaned_data["remove"])

    def answer(self) -> Answer:
        """What a cleaned form says to the questions about it."""
        return Answer(
            digest=self.cleaned_data["answered"], typed_again=self.cleaned_data["typed_again"]
        )

    @property
    def is_ours(self) -> bool:
        """Nobody tampered with what a person doesn't see."""
        ours = ("key", "copy", "version", "declared", "shown_names")
        return not any(self.has_error(name) for name in ours)

    def misread(self) -> Problems:
        """What can't be read, by field: of all that people type only a time can be like that."""
        return {name: [str(error) for error in errors] for name, errors in self.errors.items()}

    @property
    def max_recipients(self) -> int:
        """How many one fax may go to, for the page to say so before it is sent."""
        return settings.MAX_RECIPIENTS

    @property
    def direct_over(self) -> int:
        """Bytes from which on a file stays in the browser, in `auto`."""
        return settings.DIRECT_OVER_BYTES


def empty_form(extensions: Iterable[Extension], *, key: UUID | None = None) -> ComposeForm:
    """A form for a fax that nobody has begun; with the `key` of a page that asks for it anew."""
    initial = {"key": key or uuid4(), "copy": uuid4(), "version": 0}
    return ComposeForm(initial=initial, extensions=extensions)


def form_of(
    draft: Fax,
    *,
    extensions: Iterable[Extension],
    problems: Mapping[str, list[str]] | None = None,
    posted: ComposeForm | None = None,
    is_kept: bool = True,
) -> ComposeForm:
    """The form of a draft, as it was typed, with what is to be mended at each field.

    A time that can't be read is in no draft: it stays as it was `posted`, and so does all that was
    typed where it is not kept in the draft.
    """
    typed = posted.typed() if posted and not is_kept else typed_in(draft)
    form = ComposeForm(
        {
            "key": draft.submission_key,
            "copy": uuid4(),
            "version": draft.version,
            "extension": typed.extension,
            "recipients": typed.recipients,
            "subject": typed.subject,
            "note": typed.note,
            **cover_fields(typed.cover),
            "due_at": posted["due_at"].value() if posted else typed.due_at,
            "typed_again": posted["typed_again"].value() if posted else "",
            "save_as": posted["save_as"].value() if posted else "",
            "save_for_all": posted["save_for_all"].value() if posted else False,
        },
        extensions=extensions,
    )
    said_already = form.misread()
    for name, sentences in (problems or {}).items():
        for sentence in [] if name in said_already else sentences:
            form.add_error(name or None, sentence)
    return form
