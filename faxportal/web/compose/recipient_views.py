"""JSON for the scripts of the recipients' field, while a person fills it in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from faxportal.accounts.permissions import Permission
from faxportal.contacts.name_lookup import NameLookup
from faxportal.faxes.compose import recipient_messages
from faxportal.faxes.compose.allowed_recipients import refusals_by_phone
from faxportal.faxes.compose.confirmations.first_time_numbers import first_time_numbers
from faxportal.faxes.compose.recipients import InvalidRecipient, RecipientPart, parse_lines
from faxportal.faxes.compose.suggestions import suggest
from faxportal.text.phone_numbers import DialAs, Number
from faxportal.text.recipient_grammar import format_recipient, lines_of
from faxportal.web.site.permissions import requires
from faxportal.web.site.posted_values import text_of
from faxportal.web.site.typed_request import Request

#: The most lines of one request.
MAX_LINES = 1000
#: The most characters of the text that suggestions are searched for.
MAX_TYPED = 100


@require_POST
@requires(Permission.SEND_FAX)
def read(request: Request) -> HttpResponse:
    """The parts of each line: the numbers that will be dialled, or why they can't be dialled.

    The type `Part` in compose/recipients/line_reader.js describes the JSON of a part.
    """
    lines = lines_of(text_of(request.POST, "lines"))
    if len(lines) > MAX_LINES:
        raise BadRequest("There are too many lines in one request.")
    parts = parse_lines(
        lines,
        region=settings.REGION,
        dial_as=DialAs(settings.DIAL_AS),
        book=NameLookup(request.user),
    )
    recipients = [one for line in parts for part in line for one in part.found]
    numbers = [one for one in recipients if isinstance(one, Number)]
    refused = refusals_by_phone(numbers, by=request.user)
    new = first_time_numbers({number.canonical for number in numbers} - {*refused})
    lines_read = [[_part(part, refused, new) for part in line] for line in parts]
    return JsonResponse({"lines": lines_read})


@require_POST
@requires(Permission.SEND_FAX)
def suggestions(request: Request) -> HttpResponse:
    """Suggestions for a text. The request is a POST, so that no address and no log has the text."""
    typed = text_of(request.POST, "typed").strip()[:MAX_TYPED]
    found = [
        {"kind": one.kind, "name": one.name, "number": one.number, "text": one.text}
        | {"members": recipient_messages.members_of_group(one.members) if one.members else ""}
        for one in suggest(request.user, typed)
    ]
    return JsonResponse({"suggestions": found})


def _part(part: RecipientPart, refused: Mapping[str, str], new: Collection[str]) -> dict[str, Any]:
    found = [_found(one, refused, new) for one in part.found]
    names = {"group": part.group, "looked_up": part.looked_up}
    return {"text": part.text, "found": found, **names}


def _found(
    one: Number | InvalidRecipient, refused: Mapping[str, str], new: Collection[str]
) -> dict[str, str]:
    if isinstance(one, InvalidRecipient):
        return {"text": one.typed, "wrong": recipient_messages.invalid_recipient_sentence(one)}
    if why := refused.get(one.canonical):
        return {"text": format_recipient(one.name, one.typed), "name": one.name, "wrong": why}
    return {
        "text": format_recipient(one.name, one.typed),
        "name": one.name,
        "dialled": one.dialled,
        "canonical": one.canonical,
        "region": one.region,
        "warning": "" if one.looks_valid else recipient_messages.looks_invalid_sentence(),
        "note": recipient_messages.new_number_note() if one.canonical in new else "",
    }
