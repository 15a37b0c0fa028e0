"""Deployment checks (`manage.py check --deploy`) of the settings that an office needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from faxportal.accounts import demo_people
from faxportal.accounts.encryption import encrypt
from faxportal.audit import record_keys


@register(Tags.security, deploy=True)
def credential_keys_are_usable(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """E001: FAXPORTAL_CREDENTIAL_KEYS has no key, or something that is not a key."""
    try:
        encrypt("")
    except ImproperlyConfigured as error:
        return [Error(str(error), id="faxportal.E001")]
    return []


@register(Tags.security, deploy=True)
def voipnow_servers_are_named(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """E002: the list of VoipNow servers or of storage origins is empty, so no fax can be sent."""
    return [
        Error(f"FAXPORTAL_{name} is empty.", id="faxportal.E002")
        for name in ("VOIPNOW_SERVERS", "STORAGE_ORIGINS")
        if not getattr(settings, name)
    ]


@register(Tags.security, deploy=True)
def record_keys_are_usable(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E003: FAXPORTAL_RECORD_KEY has no key, or something that is not a key."""
    try:
        record_keys.demand_newest()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="faxportal.E003")]
    return []


@register(Tags.security, deploy=True)
def no_password_is_known(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E004: somebody can sign in with a password of the demo. Needs a migrated database."""
    try:
        names = demo_people.names_with_known_password()
    except DatabaseError:
        return []
    return [Error(demo_people.why_refused(names), id="faxportal.E004")] if names else []
