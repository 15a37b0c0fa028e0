"""Who may do what with a fax.

Each `check_can_x` raises `NotAllowedTo` with a sentence for the person. `can` and `why_not` call
such a check and return its answer, for buttons and their hints.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.faxes.models import Carrier, Fax
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FaxState


class NotAllowedTo(Exception):
    """A person may not do this. The text is a sentence for the person."""


def check_can_cancel(user: User, fax: Fax) -> None:
    """The sender and admins may cancel a fax while something can still be stopped."""
    _check_is_senders_or_admins(user, fax)
    if not fax.is_settled and fax.cancel_asked_at is not None:
        raise NotAllowedTo(_("It is already being cancelled."))
    if fax.is_settled:
        raise NotAllowedTo(_("It can't be cancelled any more. Status: %(state)s.") % _state(fax))


def check_can_decide(user: User, fax: Fax) -> None:
    """The sender and admins may decide about a fax that has an uncertain or a left open batch.

    The states of its other batches don't matter.
    """
    _check_is_senders_or_admins(user, fax)
    if not fax.handovers.undecided().exists():
        raise NotAllowedTo(_("There is nothing to decide. Status: %(state)s.") % _state(fax))


def check_can_confirm_scheduled(user: User, fax: Fax) -> None:
    """The sender and admins may confirm a fax that was scheduled before the portal was restored."""
    _check_is_senders_or_admins(user, fax)
    if fax.suspended_because != OwnReason.RESTORED or fax.cancel_asked_at is not None:
        raise NotAllowedTo(_("There is nothing to confirm. Status: %(state)s.") % _state(fax))


def check_can_send_again(user: User, fax: Fax) -> None:
    """The sender may send a fax again, unless the portal has removed all of its documents.

    A file that the browser carried does not count as removed: the sender can choose the file again.
    """
    _check_may_send(user)
    if fax.sender_id != user.pk:
        raise NotAllowedTo(_("Only its sender can send it again."))
    if not fax.documents.exclude(stored_as="", carrier=Carrier.PORTAL).exists():
        raise NotAllowedTo(
            _(
                "It can't be sent again because its documents are no longer kept. Attach them "
                "to a new fax."
            )
        )


def check_can_forward(user: User, fax: Fax) -> None:
    """People who may send faxes and open this fax's documents may forward the fax.

    They may do so while the portal keeps at least one of the documents.
    """
    _check_may_send(user)
    check_can_open(user, fax)
    if not fax.documents.exclude(stored_as="").exists():
        raise NotAllowedTo(
            _(
                "It can't be forwarded because the portal doesn't keep its documents. Attach "
                "them to a new fax."
            )
        )


def check_can_open(user: User, fax: Fax) -> None:
    """The sender may open the documents, and so may people with `OPEN_DOCUMENTS`.

    The caller checks that the person sees the fax at all (`Fax.objects.visible_to`).
    """
    if fax.sender_id != user.pk and not user.has_perm(Permission.OPEN_DOCUMENTS):
        raise NotAllowedTo(
            _("You can see everyone's faxes, but you can't open other people's documents.")
        )


def check_can_hold(user: User, fax: Fax) -> None:
    """Admins may put a submitted fax on legal hold, and lift the hold."""
    if not user.has_perm(Permission.HOLD_FAXES):
        raise NotAllowedTo(_("Only an administrator can place or lift a legal hold."))
    if fax.state == FaxState.DRAFT:
        raise NotAllowedTo(_("A draft has not been sent yet."))


def check_can_carry(user: User, fax: Fax) -> None:
    """Only the sender may carry the files, because upload targets are secret."""
    if fax.sender_id != user.pk:
        raise NotAllowedTo(_("Only its sender can upload its files."))


def can(check: Callable[[User, Fax], None], user: User, fax: Fax) -> bool:
    """Whether a check lets a person do this with a fax."""
    return not why_not(check, user, fax)


def why_not(check: Callable[[User, Fax], None], user: User, fax: Fax) -> str:
    """The sentence with which a check refuses a person; "" if it doesn't refuse."""
    try:
        check(user, fax)
    except NotAllowedTo as refused:
        return str(refused)
    return ""


def _check_may_send(user: User) -> None:
    if not user.has_perm(Permission.SEND_FAX):
        raise NotAllowedTo(
            _(
                "You don't have permission to send faxes. Ask your administrator "
                "for the Sender role."
            )
        )


def _check_is_senders_or_admins(user: User, fax: Fax) -> None:
    if fax.sender_id != user.pk and not user.has_perm(Permission.MANAGE_SENDING):
        raise NotAllowedTo(_("Only its sender or an administrator can do this."))


def _state(fax: Fax) -> dict[str, str]:
    return {"state": str(FaxState(fax.state).label)}
