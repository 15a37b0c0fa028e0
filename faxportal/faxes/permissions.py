"""Who may do what with a fax: `check_can_x` raises a sentence, `can_x` answers.

The sentence is for people: it is what a button's hint says, and what a refused request answers.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.faxes.models import Carrier, Fax
from faxportal.faxes.states import FaxState

CANCELLABLE = frozenset({FaxState.SCHEDULED, FaxState.WAITING, FaxState.HANDING_OVER})
DECIDABLE = frozenset({FaxState.UNCERTAIN, FaxState.LEFT_OPEN})


class NotAllowedTo(Exception):
    """A person may not do this; the text is a sentence for them."""


def check_can_cancel(user: User, fax: Fax) -> None:
    """The sender or an admin, while something can still be stopped."""
    _check_is_senders_or_admins(user, fax)
    if fax.state == FaxState.CANCELLING:
        raise NotAllowedTo(_("It is being cancelled already."))
    if fax.state not in CANCELLABLE:
        raise NotAllowedTo(_("There is nothing left to cancel: %(state)s.") % _state(fax))


def check_can_decide(user: User, fax: Fax) -> None:
    """The sender or an admin, while it isn't known what became of it."""
    _check_is_senders_or_admins(user, fax)
    if fax.state not in DECIDABLE:
        raise NotAllowedTo(_("There is nothing to decide: %(state)s.") % _state(fax))


def check_can_send_again(user: User, fax: Fax) -> None:
    """Its sender, while its documents are kept, or were never here: then they are chosen anew."""
    _check_may_send(user)
    if fax.sender_id != user.pk:
        raise NotAllowedTo(_("Only its sender can send it again."))
    if not fax.documents.exclude(stored_as="", carrier=Carrier.PORTAL).exists():
        raise NotAllowedTo(
            _(
                "It can't be sent again: its documents are not kept any more. "
                "Attach them to a new fax."
            )
        )


def check_can_forward(user: User, fax: Fax) -> None:
    """Who may open its documents and send faxes, while the portal keeps any of them."""
    _check_may_send(user)
    check_can_open(user, fax)
    if not fax.documents.exclude(stored_as="").exists():
        raise NotAllowedTo(
            _(
                "It can't be forwarded: the portal keeps none of its documents. "
                "Attach them to a new fax."
            )
        )


def check_can_open(user: User, fax: Fax) -> None:
    """Its sender, and of those who see the fax who has the right to open documents."""
    if fax.sender_id != user.pk and not user.has_perm(Permission.OPEN_DOCUMENTS):
        raise NotAllowedTo(_("You read everyone's records. Documents of others are not opened."))


def check_can_hold(user: User, fax: Fax) -> None:
    """An admin, once it is sent."""
    if not user.has_perm(Permission.HOLD_FAXES):
        raise NotAllowedTo(_("Only an admin can put a fax on legal hold, or lift it."))
    if fax.state == FaxState.DRAFT:
        raise NotAllowedTo(_("A draft is no fax yet."))


def check_can_carry(user: User, fax: Fax) -> None:
    """Its sender alone: the targets are a secret of the sender's page, and the files are theirs."""
    if fax.sender_id != user.pk:
        raise NotAllowedTo(_("Only its sender can bring its files."))


def can(check: Callable[[User, Fax], None], user: User, fax: Fax) -> bool:
    """Whether a check lets a person do it."""
    return not why_not(check, user, fax)


def why_not(check: Callable[[User, Fax], None], user: User, fax: Fax) -> str:
    """The sentence with which a check refuses; empty where it lets the person do it."""
    try:
        check(user, fax)
    except NotAllowedTo as refused:
        return str(refused)
    return ""


def _check_may_send(user: User) -> None:
    if not user.has_perm(Permission.SEND_FAX):
        raise NotAllowedTo(_("You may not send faxes. Ask your admin for the role Sender."))


def _check_is_senders_or_admins(user: User, fax: Fax) -> None:
    if fax.sender_id != user.pk and not user.has_perm(Permission.MANAGE_SENDING):
        raise NotAllowedTo(_("Only its sender or an admin can do this."))


def _state(fax: Fax) -> dict[str, str]:
    return {"state": str(FaxState(fax.state).label)}
