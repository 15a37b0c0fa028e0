"""The forms of a connection to VoipNow and its extensions. Stored secrets are never shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.models import Connection, HandOverBy, SignInWith

#: Way of signing in → field of the form → name under which the secret is stored.
SECRETS: dict[str, dict[str, str]] = {
    SignInWith.APP_KEY: {"app_key": "key", "app_secret": "secret"},
    SignInWith.ACCESS_TOKEN: {"access_token": "token"},
    SignInWith.SESSION_COOKIE: {"cookies": "cookies", "xsrf_token": "xsrf_token"},
}

#: Field of a secret → the error if the secret is missing.
_ENTER: dict[str, str | Promise] = {
    "app_key": _("Enter the app key."),
    "app_secret": _("Enter the app secret."),
    "access_token": _("Enter the access token."),
    "cookies": _("Enter the cookies."),
    "xsrf_token": _("Enter the XSRF token."),
}


class Secret(forms.PasswordInput):
    """An input that is never rendered with its value.

    The type of the input is not `password`, because a browser would offer to store the secret as
    the person's password for the portal. `.secret` in the style sheet hides what is typed.
    """

    input_type = "text"


#: What a header of HTTP may hold. VoipNow gets these secrets in headers.
_FITS_HEADER = RegexValidator(
    r"\A[ -~]*\Z",
    _("Copy this again: it has a line break or a letter that no such value has."),
)


def _secret(
    label: Any, help_text: Any = "", validators: Sequence[RegexValidator] = ()
) -> forms.CharField:
    return forms.CharField(
        validators=validators,
        label=label,
        help_text=help_text,
        required=False,
        widget=Secret(
            attrs={
                "class": "secret",
                "autocomplete": "off",
                "autocapitalize": "off",
                "spellcheck": "false",
            }
        ),
    )


class ConnectionForm(forms.Form):
    """A connection.

    If all secrets of the chosen way of signing in are empty, the stored secrets stay.
    """

    server = forms.ChoiceField(label=_("Server"))
    sign_in_with = forms.ChoiceField(
        label=_("Sign in with"), choices=SignInWith.choices, initial=SignInWith.APP_KEY
    )
    app_key = _secret(_("App key"))
    app_secret = _secret(_("App secret"))
    access_token = _secret(_("Access token"), validators=[_FITS_HEADER])
    cookies = _secret(
        _("Cookies"), _("As the browser sends them: dev=…; xsrf-token=…; vn=…"), [_FITS_HEADER]
    )
    xsrf_token = _secret(_("XSRF token"), _("The value of the xsrf-token cookie."), [_FITS_HEADER])
    hand_over_by = forms.ChoiceField(
        label=_("Upload method"),
        required=False,
        choices=HandOverBy.choices,
        help_text=_("Leave on Automatic unless your provider says otherwise."),
    )
    voipnow_user = forms.CharField(
        label=_("VoipNow user"),
        max_length=100,
        required=False,
        initial="@me",
        help_text=_("Leave @me unless you fax for another VoipNow user."),
    )

    def __init__(self, *args: Any, stored: Connection | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored
        #: Whether no key opens the stored secrets.
        self.is_unreadable = stored is not None and not stored.is_readable
        self.fields["server"].choices = [  # type: ignore[attr-defined]
            (server, server) for server in settings.VOIPNOW_SERVERS
        ]
        if stored and stored.proven_form:
            self.fields["hand_over_by"].help_text = _("Your VoipNow accepts: %(form)s.") % {
                "form": HandOverBy(stored.proven_form).label
            }
        for name in SECRETS.get(stored.sign_in_with if stored else "", {}):
            self.fields[name].help_text = (
                _("Can't be read any more.")
                if self.is_unreadable
                else _("Saved. Leave empty to keep it.")
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a form that has some, but not all, secrets for the chosen way of signing in."""
        entered: dict[str, Any] = super().clean() or self.cleaned_data
        names = SECRETS.get(entered.get("sign_in_with", ""), {})
        missing = [name for name in names if not entered.get(name)]
        if 0 < len(missing) < len(names):
            for name in missing:
                self.add_error(name, str(_ENTER[name]))
        return entered

    def ask_for_secrets(self) -> None:
        """Add an error to each secret: none is stored for this server and way of signing in."""
        for name in SECRETS[self.cleaned_data["sign_in_with"]]:
            self.add_error(name, str(_ENTER[name]))

    def secrets(self) -> dict[str, str] | None:
        """Name → secret, for `save_connection`; None in a form that keeps the stored secrets."""
        names = SECRETS[self.cleaned_data["sign_in_with"]]
        entered = {key: self.cleaned_data[name] for name, key in names.items()}
        return entered if all(entered.values()) else None


def form_of(connection: Connection | None) -> ConnectionForm:
    """The form of a stored connection; an empty form for None."""
    if connection is None:
        return ConnectionForm(stored=None)
    initial = {
        "server": connection.server,
        "sign_in_with": connection.sign_in_with,
        "voipnow_user": connection.voipnow_user,
        "hand_over_by": connection.hand_over_by,
    }
    return ConnectionForm(initial=initial, stored=connection)


class ExtensionForm(forms.Form):
    """An extension to add by hand."""

    number = forms.CharField(
        label=_("Extension number"),
        max_length=50,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("For example 0003*210."),
    )
    label = forms.CharField(
        label=_("Label"),
        max_length=100,
        required=False,
        help_text=_("A name you'll recognise, for example “Front desk”."),
    )
