"""Importing contacts from a CSV file. People check the changes before the import makes them."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from faxportal.accounts.permissions import Permission
from faxportal.contacts.importing import (
    AlreadyImported,
    DuplicateRule,
    ImportPlan,
    ImportResult,
    InvalidRow,
    import_contacts,
    plan_import,
    store_file,
)
from faxportal.contacts.models import ContactImport
from faxportal.contacts.permissions import can_keep
from faxportal.faxes.compose import recipient_messages
from faxportal.faxes.compose.recipients import InvalidRecipient
from faxportal.text.csv_tables import read_table
from faxportal.web.contacts.import_forms import FileForm, ImportForm, first_guess
from faxportal.web.site.htmx import page_or_fragment, redirect_page
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request

#: The most rows that the page shows before the import: valid rows, and rows without a number.
SHOWN, NAMED = 8, 200


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def import_file(request: Request) -> HttpResponse:
    """The form for the file. The portal stores the file until it is imported or discarded."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_valid():
        store_file(form.cleaned_data["file"], by=request.user)
        return redirect("check_import")
    waiting = ContactImport.objects.filter(owner=request.user).first()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(
        request, "contacts/import_file.html", {"form": form, "waiting": waiting}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def check_import(request: Request) -> HttpResponse:
    """Show what an import with the chosen columns would change.

    The button `import` makes these changes. The button `discard` deletes the file.
    """
    kept = ContactImport.objects.filter(owner=request.user).first()
    if kept is None:
        return redirect_page(request, "import_contacts")
    if "discard" in request.POST:
        kept.delete()
        messages.success(request, _("Discarded the file. No contact was changed."))
        return redirect_page(request, "contacts")
    table = read_table(kept.text)
    entered = request.POST if request.method == "POST" else first_guess(table)
    form = ImportForm(entered, table=table, may_share=can_keep(request.user, is_shared=True))
    if not form.is_valid():
        context = {"form": form}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page_or_fragment(request, "contacts/check_import.html", context, status=status)
    plan = plan_import(table, form.columns, by=request.user, is_shared=form.shares)
    if "import" in request.POST:
        return _import(request, kept, plan, form)
    return page_or_fragment(request, "contacts/check_import.html", _shown(form, plan))


def _shown(form: ImportForm, plan: ImportPlan) -> dict[str, object]:
    """The template's context for a plan."""
    return {
        "form": form,
        "plan": plan,
        "rows": plan.rows[:SHOWN],
        "more_rows": len(plan.rows[SHOWN:]),
        "misread": [(row, _why(row)) for row in plan.invalid[:NAMED]],
        "more_misread": len(plan.invalid[NAMED:]),
    }


def _import(
    request: Request, kept: ContactImport, plan: ImportPlan, form: ImportForm
) -> HttpResponse:
    try:
        imported = import_contacts(
            kept,
            plan,
            on_duplicate=DuplicateRule(form.cleaned_data["known"]),
            by=request.user,
            is_shared=form.shares,
        )
    except AlreadyImported:
        messages.info(request, _("This file has already been imported."))
    else:
        messages.success(request, _imported_sentence(imported, plan))
    return redirect_page(request, "contacts")


def _imported_sentence(imported: ImportResult, plan: ImportPlan) -> str:
    said = [
        ngettext("Added %(count)d contact.", "Added %(count)d contacts.", imported.added)
        % {"count": imported.added}
    ]
    if imported.changed:
        changed = ngettext(
            "Changed %(count)d contact.", "Changed %(count)d contacts.", imported.changed
        )
        said.append(changed % {"count": imported.changed})
    if plan.invalid:
        left = ngettext(
            "Skipped %(count)d row without a readable number.",
            "Skipped %(count)d rows without a readable number.",
            len(plan.invalid),
        )
        said.append(left % {"count": len(plan.invalid)})
    return " ".join(said)


def _why(row: InvalidRow) -> str:
    if not row.number:
        return _("This row has no number.")
    return recipient_messages.invalid_recipient_sentence(
        InvalidRecipient(typed=row.number, problem=row.problem)
    )
