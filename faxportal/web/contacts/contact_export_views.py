"""Export of contacts to a CSV file."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from faxportal.accounts.permissions import Permission
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.contacts.exporting import cells_of
from faxportal.web.contacts.contact_forms import ContactFilter
from faxportal.web.site.csv_download import as_spreadsheet
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request

#: Contacts that the export reads in one query.
CHUNK = 500


@require_safe
@requires(Permission.SEND_FAX)
def export(request: Request) -> StreamingHttpResponse:
    """All contacts that match the filters of the list, as CSV that can be imported again."""
    found = ContactFilter(request.GET).narrow(request.user).with_groups_for(request.user)
    audit_log.write(Action.EXPORTED, by=request.user, list="contacts")
    rows = (
        cells_of(contact, [group.name for group in contact.groups.all()])
        for contact in found.iterator(chunk_size=CHUNK)
    )
    heads = [_("Name"), _("Organisation"), _("Fax number"), _("Note"), _("Groups")]
    return as_spreadsheet("contacts", heads, rows)
