"""The lists of faxes as CSV: all faxes that match the filters, in the chosen columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from faxportal.accounts.permissions import Permission
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes.history.export import COLUMNS, read_faxes, selected_columns
from faxportal.faxes.history.filters import FaxMatches, find_matches
from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import FaxQuerySet
from faxportal.web.faxes.filter_forms import FaxFilterForm, ReviewFilterForm
from faxportal.web.site.csv_download import as_spreadsheet, local
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request


@require_safe
def faxes_export(request: Request) -> StreamingHttpResponse:
    """The person's own faxes."""
    mine = Fax.objects.sent_by(request.user)
    return _export(request, "faxes", FaxFilterForm(request.GET), mine)


@require_safe
@requires(Permission.REVIEW_FAXES)
def review_export(request: Request) -> StreamingHttpResponse:
    """Everyone's faxes."""
    everyones = Fax.objects.visible_to(request.user).submitted()
    return _export(request, "review", ReviewFilterForm(request.GET), everyones)


def _export(
    request: Request, name: str, form: FaxFilterForm, faxes: FaxQuerySet
) -> StreamingHttpResponse:
    columns = selected_columns(request.GET.getlist("columns"))
    matches = find_matches(faxes, form.fax_filter)
    filters = [name for name, _label, _text in form.in_use()]
    audit_log.write(Action.EXPORTED, by=request.user, list=name, filters=filters, columns=columns)
    zone = ZoneInfo(timezone.get_current_timezone_name())
    heads = [str(COLUMNS[column].label) for column in columns]
    file = f"{name}-{timezone.localdate():%Y-%m-%d}"
    return as_spreadsheet(file, heads, _rows(matches, columns, zone))


def _rows(matches: FaxMatches, columns: Sequence[str], zone: ZoneInfo) -> Iterator[list[str]]:
    values = [COLUMNS[column].value for column in columns]
    for fax in read_faxes(matches):
        yield [_written(value(fax), zone) for value in values]


def _written(value: object, zone: ZoneInfo) -> str:
    if value is None or isinstance(value, datetime):
        return local(value, zone)
    return str(value)
