"""Recipients from a CSV file: a person sees them before they become a draft.

The portal doesn't store the file: the form carries its text from one step to the next.
"""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from faxportal.accounts.permissions import Permission
from faxportal.faxes.compose.recipients_file import draft_to, recipients_of
from faxportal.text.csv_tables import Table, UnreadableTable, read_table
from faxportal.web.compose.recipients_file_forms import (
    ColumnsForm,
    RecipientsFileForm,
    first_columns,
)
from faxportal.web.site.htmx import page_or_fragment
from faxportal.web.site.page_urls import compose_address
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request

PAGE = "compose/recipients_file.html"
#: The most recipients, and the most lines without a number, that the page shows.
SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def recipients_file(request: Request) -> HttpResponse:
    """Choose a file, then its columns. The button `use` makes a draft with the recipients.

    In a dialog on the page of a new fax, a script handles the button instead: it adds the
    recipients to the form.
    """
    if request.method == "POST" and "text" in request.POST:
        return _show_recipients(
            request, ColumnsForm(request.POST, table=_table(request.POST["text"]))
        )
    posted = request.method == "POST"
    form = RecipientsFileForm(request.POST, request.FILES) if posted else RecipientsFileForm()
    if form.is_valid():
        text = form.cleaned_data["file"]
        table = read_table(text)
        return _show_recipients(request, ColumnsForm(first_columns(text, table), table=table))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if posted else HTTPStatus.OK
    return page_or_fragment(request, PAGE, {"file_form": form}, status=status)


def _show_recipients(request: Request, form: ColumnsForm) -> HttpResponse:
    if not form.is_valid():
        raise BadRequest("The file has no such column.")
    number, name = form.columns
    found = recipients_of(_table(form.cleaned_data["text"]), number=number, name=name)
    if "use" in request.POST:
        return redirect(compose_address(draft_to(found, by=request.user)))
    rows = {
        "shown": found.texts[:SHOWN],
        "more": len(found.texts[SHOWN:]),
        "lines_without_number": found.lines_without_number[:SHOWN],
    }
    return page_or_fragment(request, PAGE, {"form": form, "found": found, **rows})


def _table(text: str) -> Table:
    try:
        return read_table(text)
    except UnreadableTable:
        raise BadRequest("This is not the text of an accepted file.") from None
