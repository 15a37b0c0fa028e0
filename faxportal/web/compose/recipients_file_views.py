"""Recipients from a CSV file: what is in it is seen before it is taken.

The file is nowhere kept: its text travels with the form, as the recipients themselves do.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from faxportal.faxes.compose.recipients_file import draft_to, recipients_of
from faxportal.text.csv_tables import NotATable, Table, read_table
from faxportal.web.compose.recipients_file_forms import (
    ColumnsForm,
    RecipientsFileForm,
    first_columns,
)
from faxportal.web.site.requests import Request
from faxportal.web.site.responses import compose_address, page_or_fragment

PAGE = "compose/recipients_file.html"
#: Recipients that are shown, and lines that are named, before the file is taken.
SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("faxes.send_fax", raise_exception=True)
def recipients_file(request: Request) -> HttpResponse:
    """Choose a file, then its columns; `use` makes a draft, where no script takes it over."""
    if request.method == "POST" and "text" in request.POST:
        return _look(request, ColumnsForm(request.POST, table=_table(request.POST["text"])))
    posted = request.method == "POST"
    form = RecipientsFileForm(request.POST, request.FILES) if posted else RecipientsFileForm()
    if form.is_valid():
        text = form.cleaned_data["file"]
        table = read_table(text)
        return _look(request, ColumnsForm(first_columns(text, table), table=table))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if posted else HTTPStatus.OK
    return page_or_fragment(request, PAGE, {"file_form": form}, status=status)


def _look(request: Request, form: ColumnsForm) -> HttpResponse:
    if not form.is_valid():
        raise BadRequest("The file has no such column.")
    number, name = form.places
    found = recipients_of(_table(form.cleaned_data["text"]), number=number, name=name)
    if "use" in request.POST:
        return redirect(compose_address(draft_to(found, by=request.user)))
    shown = {
        "shown": found.texts[:SHOWN],
        "more": len(found.texts[SHOWN:]),
        "without": found.without[:SHOWN],
    }
    return page_or_fragment(request, PAGE, {"form": form, "found": found, **shown})


def _table(text: str) -> Table:
    try:
        return read_table(text)
    except NotATable:
        raise BadRequest("This is not the text of an accepted file.") from None
