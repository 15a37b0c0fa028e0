"""The audit: who did what in the portal."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from faxportal.accounts.permissions import Permission
from faxportal.audit import audit_log, messages
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry, AuditQuerySet
from faxportal.web.admin.audit_forms import AuditFilter
from faxportal.web.admin.audit_rows import audit_rows
from faxportal.web.site.csv_download import as_spreadsheet, local
from faxportal.web.site.htmx import page_or_fragment
from faxportal.web.site.permissions import requires
from faxportal.web.site.posted_values import whole_number
from faxportal.web.site.typed_request import Request

PER_PAGE = 50
#: Entries that the export reads in one query.
CHUNK = 1000


@require_safe
@requires(Permission.SEE_AUDIT)
def audit(request: Request) -> HttpResponse:
    """One page of the entries, newest first.

    `behind` in the address is the id of the last entry of the previous page.
    """
    form = AuditFilter(request.GET)
    found = form.narrow(AuditEntry.objects.all())
    behind = whole_number(request.GET.get("behind", ""))
    last = AuditEntry.objects.filter(pk=behind).first() if behind else None
    following = found.older_than(last) if last else found
    entries = list(following.newest_first().with_people()[: PER_PAGE + 1])
    context = {
        "form": form,
        "rows": audit_rows(entries[:PER_PAGE]),
        "is_first": last is None,
        "next": entries[PER_PAGE - 1].pk if len(entries) > PER_PAGE else None,
    }
    return page_or_fragment(request, "admin/audit.html", context)


@require_safe
@requires(Permission.SEE_AUDIT)
def export(request: Request) -> StreamingHttpResponse:
    """All entries that match the filters, as CSV. First, the view adds an entry for the export."""
    form = AuditFilter(request.GET)
    found = form.narrow(AuditEntry.objects.all())
    filters = sorted(name for name in form.fields if request.GET.get(name))
    audit_log.write(Action.EXPORTED, by=request.user, list="audit", filters=filters)
    zone = ZoneInfo(timezone.get_current_timezone_name())
    heads = [_("When"), _("Who"), _("Action"), _("Fax"), _("Person"), _("Address"), _("Details")]
    return as_spreadsheet("audit", heads, _rows(found, zone))


def _rows(found: AuditQuerySet, zone: ZoneInfo) -> Iterator[list[str]]:
    for entry in _walk(found):
        yield [
            local(entry.at, zone),
            entry.actor.get_username() if entry.actor else "",
            str(Action(entry.action).label),
            str(entry.fax or ""),
            entry.person.get_username() if entry.person else "",
            entry.address or "",
            messages.sentence(entry),
        ]


def _walk(found: AuditQuerySet) -> Iterator[AuditEntry]:
    """All entries, newest first. Only one chunk at a time is in memory."""
    ahead = found
    while chunk := list(ahead.newest_first().with_people()[:CHUNK]):
        yield from chunk
        ahead = found.older_than(chunk[-1])
