"""Decisions about a batch by a person who sees what is known now."""

from __future__ import annotations

from django.test import Client

from faxportal.accounts.models import User
from faxportal.faxes.actions.resolve_uncertain import Decision, decide
from faxportal.faxes.clock import Clock
from faxportal.faxes.history.shown_state import shown_batch
from faxportal.faxes.models import Fax


def decide_now(
    fax: Fax, batch: int, decision: Decision, *, by: User, clock: Clock | None = None
) -> Fax:
    """Decide about the newest handover of a batch, whatever is known about it."""
    return decide(fax, batch, decision, shown=_shown(fax, batch), by=by, clock=clock)


def post_decision(browser: Client, fax: Fax, batch: int, decision: str) -> str:
    """Press a button on the fax's page as it is now, and return the page that follows."""
    form = {"decision": decision, "shown": _shown(fax, batch)}
    response = browser.post(f"/faxes/{fax.uuid}/batches/{batch}/", form, follow=True)
    return response.content.decode()


def _shown(fax: Fax, batch: int) -> str:
    return shown_batch(fax.handovers.filter(batch=batch).latest("pk"))
