"""Template tags and filters: they format what a view has read, and make no query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms, template
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import dateformat, timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from faxportal.faxes.delivery.browser.status import DocumentState
from faxportal.faxes.local_time import moment_text
from faxportal.faxes.models import Document
from faxportal.faxes.states import FaxState, HandoverState, UploadState

register = template.Library()

#: state → (tone, icon): `css/site/states.css` has the tones, `templates/icons/` the icons.
LOOKS: dict[str, tuple[str, str]] = {
    FaxState.DRAFT: ("quiet", "pencil"),
    FaxState.SCHEDULED: ("quiet", "clock"),
    FaxState.WAITING: ("busy", "clock"),
    FaxState.HANDING_OVER: ("busy", "busy"),
    FaxState.HANDED_OVER: ("good", "check"),
    FaxState.PARTLY_HANDED_OVER: ("warn", "partly"),
    FaxState.FAILED: ("bad", "cross"),
    FaxState.UNCERTAIN: ("warn", "question"),
    FaxState.CONFIRMED: ("good", "person"),
    FaxState.LEFT_OPEN: ("quiet", "question"),
    FaxState.CANCELLING: ("busy", "busy"),
    FaxState.CANCELLED: ("quiet", "stop"),
    HandoverState.PLANNED: ("quiet", "clock"),
    HandoverState.CREATING: ("busy", "busy"),
    HandoverState.UPLOADING: ("busy", "upload"),
    HandoverState.COMPLETE: ("good", "check"),
    HandoverState.REFUSED: ("bad", "cross"),
    HandoverState.ABANDONED: ("quiet", "stop"),
    UploadState.PUTTING: ("busy", "upload"),
    UploadState.STORED: ("good", "check"),
    UploadState.UNKNOWN: ("warn", "question"),
    DocumentState.MISSING: ("warn", "alert"),
    DocumentState.UPLOADING: ("busy", "upload"),
    DocumentState.RELAYED: ("busy", "busy"),
}


@register.simple_tag
def state(value: str, label: str, size: str = "") -> SafeString:
    """A state as icon, words and colour. People understand the state without the colour, too."""
    tone, icon = LOOKS[value]
    classes = f"state state-{tone}" + (f" state-{size}" if size else "")
    drawing = render_to_string(f"icons/{icon}.svg")
    return format_html('<span class="{}">{}{}</span>', classes, drawing, label)


@register.filter
def tone(value: str) -> str:
    """The tone of a state's colour: good, busy, warn, bad or quiet."""
    return LOOKS[value][0]


@register.filter
def duration(seconds: float | None) -> str:
    """A duration in about two digits, e.g. 1.4 s; empty for None."""
    if seconds is None:
        return ""
    for unit, length in ((_("h"), 3600), (_("min"), 60), (_("s"), 1)):
        if seconds >= length or length == 1:
            count = seconds / length
            return f"{number_format(count, 0 if count >= 10 else 1)} {unit}"
    raise AssertionError("seconds are the last unit")


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """A time in the person's zone, as hour and minute; with the date if it is not today."""
    if at is None:
        return ""
    local = timezone.localtime(at).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', local, moment_text(at))


@register.filter
def grouped(number: int) -> str:
    """A number with separators between thousands, e.g. 1,000."""
    if -1000 < number < 1000:
        return str(number)
    return number_format(number, force_grouping=True)


@register.filter
def second(at: datetime) -> SafeString:
    """A time in the person's zone with its date, to the second."""
    local = timezone.localtime(at)
    words = f"{dateformat.format(local.date(), 'j M Y')}, {local:%H:%M:%S}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), words)


_KINDS = {
    "application/pdf": _("PDF"),
    "image/jpeg": _("JPEG picture"),
    "image/tiff": _("TIFF picture"),
    "text/plain": _("Text"),
    "image/png": _("PNG picture"),
    "image/gif": _("GIF picture"),
    "image/webp": _("WebP picture"),
    "image/bmp": _("BMP picture"),
}


@register.filter
def about(document: Document) -> str:
    """A document in words: its kind, its number of pages if that is known, its size."""
    parts = [str(_KINDS.get(document.content_type, document.content_type))]
    if document.pages:
        pages = ngettext("%(count)d page", "%(count)d pages", document.pages)
        parts.append(pages % {"count": document.pages})
    if made_of := document.converted_from:
        parts.append(_("converted from a %(kind)s") % {"kind": _KINDS.get(made_of, made_of)})
    return ", ".join([*parts, filesizeformat(document.size)])


_LOOKS_OF_CONTROLS: dict[type[forms.Widget], str] = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
}


@register.simple_tag
def control(field: forms.BoundField, **attrs: Any) -> SafeString:
    """A field's input with the portal's CSS classes; `attrs` are attributes of the tag."""
    classes = [_LOOKS_OF_CONTROLS.get(type(field.field.widget), "form-control")]
    classes += [field.field.widget.attrs.get("class", ""), "is-invalid" if field.errors else ""]
    return field.as_widget(attrs=attrs | {"class": " ".join(filter(None, classes))})
