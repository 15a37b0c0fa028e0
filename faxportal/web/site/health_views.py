"""Health checks for load balancers and operators: is the process alive, is the portal ready."""

from __future__ import annotations

import os
import shutil
from datetime import UTC
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from faxportal.accounts import encryption
from faxportal.accounts.key_check import check_keys
from faxportal.audit import record_keys
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import heartbeat
from faxportal.faxes.installation.messages import why_nothing_is_sent
from faxportal.faxes.installation.pair import recognise_pair
from faxportal.faxes.maintenance.duties import OverdueDuty, overdue_duties

PLAIN_TEXT = "text/plain; charset=utf-8"


@require_safe
@login_not_required
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Whether this process answers. If it doesn't, a restart helps."""
    return HttpResponse("alive\n", content_type=PLAIN_TEXT)


@require_safe
@login_not_required
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 if the portal can accept a fax, hand it over, and say what happened to it.

    Else 503, with one line for each reason.
    """
    reasons = [reason for reason in (_keys(), _room()) if reason]
    reasons += _database_and_processes()
    return HttpResponse(
        "\n".join(reasons or ["ready"]) + "\n",
        content_type=PLAIN_TEXT,
        status=HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK,
    )


def _keys() -> str | None:
    """Why the portal can't encrypt secrets or hash its records with a key; None if it can."""
    try:
        encryption.encrypt("")
        record_keys.demand_newest()
    except ImproperlyConfigured as error:
        return str(error)
    return None


def _room() -> str | None:
    """Why the portal can't store documents; None if it can."""
    if not os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return "The data directory can't be written."
    # For a moment the disk holds an upload three times: the web server's buffer, the form's file
    # and the stored document.
    needed = 3 * settings.MAX_FILES * settings.MAX_FILE_BYTES
    if shutil.disk_usage(settings.DATA_DIR).free < needed:
        return f"The data directory's disk has less than {needed // 2**20} MB left."
    return None


def _database_and_processes() -> list[str]:
    """The reasons why the portal can't store faxes, hand them over, or tell people about them."""
    clock = Clock()
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["The database has not been migrated to this version."]
        reasons = [reason for reason in (_pair(clock), _sign_ins()) if reason]
        if not heartbeat.is_any_worker_alive(clock):
            reasons.append("No worker has been running for a minute, so faxes wait.")
        return reasons + [_overdue(one) for one in overdue_duties(clock)]
    except DatabaseError:
        return ["The database can't be reached."]


def _sign_ins() -> str | None:
    """Why the portal can sign in to VoipNow for nobody; None if it can for somebody."""
    if _keys():
        return None  # that is a reason of its own
    checked = check_keys()
    return None if checked.readable else checked.sentence or None


def _pair(clock: Clock) -> str | None:
    """Why nothing is sent with this database and data directory; None if they are the original."""
    try:
        return why_nothing_is_sent(recognise_pair(clock.now()))
    except OSError:
        return None  # `_room` says that the data directory is away


def _overdue(one: OverdueDuty) -> str:
    """E.g. "The watch has not been able to send mail since 2026-11-30 09:14 UTC."."""
    done_at = one.done_at
    since = f" since {done_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if done_at else ""
    return f"The watch has not {one.duty.label}{since}."
