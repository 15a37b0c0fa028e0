"""A person's connection to VoipNow and extensions."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from faxportal.accounts import connections
from faxportal.accounts.encryption import KeyLost
from faxportal.accounts.extensions import (
    ExtensionRefused,
    add_extension,
    make_default,
    remove_extension,
    rename_extension,
)
from faxportal.accounts.models import Connection, Extension, HandOverBy, SignInWith
from faxportal.accounts.permissions import Permission
from faxportal.accounts.voipnow_network import shared_network
from faxportal.faxes import reason_messages
from faxportal.faxes.reasons import OwnReason
from faxportal.voipnow.errors import VoipNowError
from faxportal.web.people.connection_forms import ConnectionForm, ExtensionForm, form_of
from faxportal.web.site.permissions import requires
from faxportal.web.site.posted_values import text_of
from faxportal.web.site.typed_request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def connection(request: Request) -> HttpResponse:
    """How the person signs in to VoipNow. *Test connection* also saves the connection.

    The page never shows secrets again. If a test saved nothing, the person would have to enter the
    secrets a second time.
    """
    stored = _stored(request)
    if request.method != "POST":
        return _show(request, form_of(stored))
    form = ConnectionForm(request.POST, stored=stored)
    if not (form.is_valid() and (saved := _save(request, form))):
        return _show(request, form)
    messages.success(request, _("Saved the connection."))
    if "test" in request.POST:
        _test(request, saved)
    return redirect("connection")


@require_POST
@requires(Permission.SEND_FAX)
def extensions(request: Request) -> HttpResponse:
    """Add an extension by hand."""
    stored = get_object_or_404(Connection, user=request.user)
    form = ExtensionForm(request.POST)
    if form.is_valid():
        try:
            add_extension(stored, **form.cleaned_data)
            return redirect("connection")
        except ExtensionRefused as refused:
            form.add_error("number", str(refused))
    return _show(request, form_of(stored), extension_form=form)


@require_POST
@requires(Permission.SEND_FAX)
def extension(request: Request, pk: int) -> HttpResponse:
    """What the buttons beside an extension do."""
    mine = get_object_or_404(Extension, pk=pk, connection__user=request.user)
    if "make_default" in request.POST:
        make_default(mine)
    elif "remove" in request.POST:
        remove_extension(mine)
    elif "rename" in request.POST:
        rename_extension(mine, text_of(request.POST, "label")[:100])
    return redirect("connection")


def _stored(request: Request) -> Connection | None:
    return Connection.objects.filter(user=request.user).first()


def _save(request: Request, form: ConnectionForm) -> Connection | None:
    """Save a valid form, and return the connection.

    None if secrets are missing. Then the form has errors about them.
    """
    entered = form.cleaned_data
    try:
        return connections.save_connection(
            request.user,
            server=entered["server"],
            sign_in_with=SignInWith(entered["sign_in_with"]),
            secrets=form.secrets(),
            voipnow_user=entered["voipnow_user"] or "@me",
            hand_over_by=HandOverBy(entered["hand_over_by"] or HandOverBy.AUTOMATIC),
        )
    except connections.NewSecretsNeeded:
        form.ask_for_secrets()
        return None


def _test(request: Request, saved: Connection) -> None:
    """Sign in, and say in one sentence what worked or why the test failed."""
    try:
        checked = connections.check_connection(saved, shared_network())
    except VoipNowError as error:
        messages.error(request, _("The test failed. %(why)s") % {"why": _why(error)})
    except KeyLost:
        messages.error(request, reason_messages.reason_sentence(OwnReason.KEY_LOST))
    else:
        messages.success(request, _tested_sentence(checked))


def _why(error: VoipNowError) -> str:
    """Why a test failed, and what to do. The portal doesn't repeat the test: the person has to."""
    if not error.temporary:
        return reason_messages.reason_sentence(error.reason, error.message)
    again = _("Your connection is saved. Test it again in a moment.")
    return f"{reason_messages.what_happened(error.reason)} {again}"


def _tested_sentence(checked: connections.ConnectionCheck) -> str:
    if not checked.extensions_found:
        return _("Connected. VoipNow lists no extensions, so add yours below.")
    return ngettext(
        "Connected. %(found)d extension found.",
        "Connected. %(found)d extensions found.",
        checked.extensions_found,
    ) % {"found": checked.extensions_found}


def _show(
    request: Request, form: ConnectionForm, *, extension_form: ExtensionForm | None = None
) -> HttpResponse:
    extension_form = extension_form or ExtensionForm()
    context = {
        "form": form,
        "extension_form": extension_form,
        "extensions": list(Extension.objects.filter(connection__user=request.user)),
    }
    wrong = form.errors or extension_form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "people/connection.html", context, status=status)
