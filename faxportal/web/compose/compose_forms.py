"""The compose form. It only reads values; `submit` decides whether the content can be sent."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.models import Extension, User
from faxportal.documents.kinds import HEAD_BYTES, Kind
from faxportal.faxes.compose.attachments import DocumentChanges
from faxportal.faxes.compose.client_files import ClientFile
from faxportal.faxes.compose.confirmations.confirmation import Confirmation
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.drafts import draft_content_of
from faxportal.faxes.compose.problems_by_field import Problems
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.models import Fax
from faxportal.web.compose.cover_forms import CoverFields, cover_data
from faxportal.web.compose.document_forms import Ids, VersionForm
from faxportal.web.compose.schedule_field import ScheduleField
from faxportal.web.compose.shown_numbers_field import ShownNumbersField
from faxportal.web.site.form_fields import Files, FilesField, Text
from faxportal.web.site.posted_values import read_json

#: File name endings that a file chooser offers. A file's content decides what the file is.
ENDINGS = [ending for kind in Kind for ending in kind.endings]
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ClientFilesField(forms.Field):
    """`ClientFile` values, from JSON that the browser's script writes."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> list[ClientFile]:
        if not value:
            return []
        try:
            return [self._file(declared) for declared in read_json(value)]
        except (ValueError, TypeError, KeyError, AttributeError):
            raise forms.ValidationError("The list of declared files can't be read.") from None

    @staticmethod
    def _file(declared: dict[str, Any]) -> ClientFile:
        sha256, size = str(declared["sha256"]), int(declared["size"])
        if not _SHA256.fullmatch(sha256) or size < 0:
            raise ValueError
        return ClientFile(
            name=str(declared["name"])[:255],
            size=size,
            sha256=sha256,
            head=base64.b64decode(declared["head"], validate=True)[:HEAD_BYTES],
            after=max(0, int(declared.get("after", 0))),
        )


class ComposeForm(VersionForm, CoverFields):
    """A fax as entered. Its submission key ensures that a form posted twice makes only one fax."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    #: Files that stay in the browser.
    declared = ClientFilesField(required=False)
    #: Digest of the `ConfirmationRequest` that the sender confirmed: the value of the button that
    #: the sender pressed.
    answered = Text(widget=forms.HiddenInput)
    numbers_again = Text(
        label=_("Enter again"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Separate numbers with commas."),
    )
    #: Ids of the documents that the form lists. The next three fields are buttons. Each button
    #: changes one document.
    attached = Ids(required=False)
    remove = Ids(required=False)
    up = Ids(required=False)
    down = Ids(required=False)
    #: The numbers that the browser showed for names among the recipients.
    shown_names = ShownNumbersField(required=False)
    #: Names of files that the browser could not attach, one name a line.
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
    due_at = ScheduleField(label=_("Send at"), required=False)
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

    #: The order in which the page lists the errors. Other fields follow.
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

    def content(self) -> DraftContent:
        """The content of a cleaned form. `due_at` is None if it is empty or can't be read."""
        return DraftContent(
            extension=self.cleaned_data["extension"],
            recipients=self.cleaned_data["recipients"],
            subject=self.cleaned_data["subject"],
            note=self.cleaned_data["note"],
            due_at=self.cleaned_data.get("due_at"),
            cover=self.cover_content(),
        )

    def submit_request(self, by: User) -> SubmitRequest:
        """What a cleaned form asks `submit_fax` to send."""
        return SubmitRequest(
            by=by,
            key=self.cleaned_data["key"],
            content=self.content(),
            files=self.cleaned_data["documents"],
            client_files=self.cleaned_data["declared"],
            form_errors=self.errors_by_field(),
            version=self.draft_version(),
            confirmation=self.confirmation(),
            listed_documents=self.cleaned_data["attached"],
            shown_numbers=self.cleaned_data["shown_names"],
            failed_files=self.cleaned_data["unattached"].splitlines(),
        )

    def template(self) -> dict[str, Any]:
        """The arguments of `save_template` in a cleaned form, except the content."""
        return {
            "name": self.cleaned_data.get("save_as", ""),
            "is_shared": self.cleaned_data["save_for_all"],
        }

    def changes(self) -> DocumentChanges:
        """The change of documents that the pressed button asks for, in a cleaned form."""
        for name, by in (("up", -1), ("down", 1)):
            for pk in self.cleaned_data[name]:
                return DocumentChanges(move=(pk, by))
        return DocumentChanges(remove=self.cleaned_data["remove"])

    def confirmation(self) -> Confirmation:
        """What the sender confirmed in a cleaned form."""
        return Confirmation(
            digest=self.cleaned_data["answered"],
            numbers_again=self.cleaned_data["numbers_again"],
        )

    @property
    def is_ours(self) -> bool:
        """Whether the hidden fields can be read. If not, neither portal nor scripts wrote them."""
        ours = ("key", "copy", "version", "declared", "shown_names")
        return not any(self.has_error(name) for name in ours)

    def errors_by_field(self) -> Problems:
        """Field → its errors, as sentences."""
        return {name: [str(error) for error in errors] for name, errors in self.errors.items()}

    @property
    def max_recipients(self) -> int:
        """The most recipients of one fax. The page shows the limit before the form is sent."""
        return settings.MAX_RECIPIENTS

    @property
    def direct_over(self) -> int:
        """A size in bytes. With FAXPORTAL_DELIVERY `auto`, a larger file stays in the browser."""
        return settings.DIRECT_OVER_BYTES


def empty_form(extensions: Iterable[Extension], *, key: UUID | None = None) -> ComposeForm:
    """An empty form. `key` is the key in the page's address, if no draft has this key."""
    initial = {"key": key or uuid4(), "copy": uuid4(), "version": 0}
    return ComposeForm(initial=initial, extensions=extensions)


def form_of(
    draft: Fax,
    *,
    extensions: Iterable[Extension],
    problems: Mapping[str, list[str]] | None = None,
    posted: ComposeForm | None = None,
    is_saved: bool = True,
) -> ComposeForm:
    """The form of a draft, with `problems` (field → sentences) at their fields.

    A draft can't hold some texts, such as a time that can't be read. Such texts come from the form
    `posted`. If `is_saved` is false, the draft has the texts of another form. Then all texts come
    from `posted`.
    """
    content = posted.content() if posted and not is_saved else draft_content_of(draft)
    form = ComposeForm(
        {
            "key": draft.submission_key,
            "copy": uuid4(),
            "version": draft.version,
            "extension": content.extension,
            "recipients": content.recipients,
            "subject": content.subject,
            "note": content.note,
            **cover_data(content.cover),
            "due_at": posted["due_at"].value() if posted else content.due_at,
            "numbers_again": posted["numbers_again"].value() if posted else "",
            "save_as": posted["save_as"].value() if posted else "",
            "save_for_all": posted["save_for_all"].value() if posted else False,
        },
        extensions=extensions,
    )
    said_already = form.errors_by_field()
    for name, sentences in (problems or {}).items():
        for sentence in [] if name in said_already else sentences:
            form.add_error(name or None, sentence)
    return form
