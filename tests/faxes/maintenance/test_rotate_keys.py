"""`rotatekeys` encrypts everything with the newest key, and says when older keys may go."""

from __future__ import annotations

import io

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from faxportal.accounts import encryption
from faxportal.accounts.models import Connection, User
from faxportal.faxes.delivery.sealed_targets import open_target
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.maintenance.rotate_keys import ENCRYPTED
from faxportal.faxes.models import Upload
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import Direct, OpenBrowser, Settle, Submit

pytestmark = pytest.mark.django_db(transaction=True)

KEEP, REMOVE = "Keep the older keys for now", "The older keys may be removed"


def rotate() -> str:
    printed = io.StringIO()
    call_command("rotatekeys", stdout=printed)
    return printed.getvalue()


def add_key(settings: Settings) -> str:
    """Put a new key before the others, and return it."""
    new = Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [new, *settings.CREDENTIAL_KEYS]
    return new


def test_after_rotating_the_newest_key_alone_opens_everything(
    direct: Direct, open_browser: OpenBrowser, settings: Settings
) -> None:
    """There is a sign-in, an access token and the upload targets of three files."""
    open_browser(direct()).request_targets()
    connection = Connection.objects.get()
    assert connection.encrypted_token
    before = connection.credentials()
    new = add_key(settings)
    said = rotate()
    assert "Secrets encrypted with the newest key: 5 now, 0 before." in said
    assert KEEP in said
    said = rotate()
    assert "Secrets encrypted with the newest key: 0 now, 5 before." in said
    assert REMOVE in said

    settings.CREDENTIAL_KEYS = [new]
    connection.refresh_from_db()
    assert connection.credentials() == before
    assert encryption.decrypt(connection.encrypted_token)
    assert all(open_target(upload.sealed_target).url for upload in Upload.objects.all())


def test_faxes_go_on_after_rotating(
    submit: Submit, worker: Worker, settle_down: Settle, settings: Settings, simulator: Simulator
) -> None:
    fax = submit()
    new = add_key(settings)
    rotate()
    settings.CREDENTIAL_KEYS = [new]
    assert settle_down(fax).state == FaxState.HANDED_OVER
    assert simulator.report().complete == 1


def test_a_secret_that_no_key_opens_stays_and_is_counted(sender: User, settings: Settings) -> None:
    before = Connection.objects.get().encrypted_secrets
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="No key opens 1 secrets"):
        rotate()
    assert Connection.objects.get().encrypted_secrets == before


def test_without_a_usable_key_nothing_is_changed(sender: User, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = ["no key"]
    with pytest.raises(CommandError, match="FAXPORTAL_CREDENTIAL_KEYS") as refused:
        rotate()
    assert "no key" not in str(refused.value)


def test_every_encrypted_field_is_rotated() -> None:
    encrypted = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.startswith(("encrypted_", "sealed_"))
    }
    assert encrypted == set(ENCRYPTED)
