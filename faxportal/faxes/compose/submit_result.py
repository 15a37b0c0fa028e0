"""The results of submitting a form.

With `Submitted` the fax is on its way. With every other result nothing is sent, and the draft keeps
what was entered and attached, unless the result says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from faxportal.faxes.compose.confirmations.confirmation import ConfirmationRequest
from faxportal.faxes.compose.problems_by_field import Problems
from faxportal.faxes.models import Fax


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """The fax is on its way.

    If the key was submitted before with the same content, `fax` is the fax that was made then. So
    pressing “Send fax” twice makes one fax.
    """

    fax: Fax
    #: Sentences about the fax that its sender should read.
    notices: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class NeedsCorrection:
    """The form has problems."""

    draft: Fax
    problems: Problems


@dataclass(frozen=True, kw_only=True)
class NeedsConfirmation:
    """The sender has to confirm something, and submits the form again with a `Confirmation`."""

    draft: Fax
    request: ConfirmationRequest


@dataclass(frozen=True, kw_only=True)
class NeedsFiles:
    """The portal has to carry this fax, so the browser has to post the client files to it."""

    draft: Fax


@dataclass(frozen=True, kw_only=True)
class AlreadySubmitted:
    """The key's fax was submitted before, with other content.

    The new content is in a draft with a key of its own. The sender decides whether to send that
    draft too.
    """

    first: Fax
    #: Has the new content, without the files that `problems` name.
    draft: Fax
    problems: Problems = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Another form has changed the draft, and this form doesn't know the change.

    The draft keeps the other form's texts, and the sender decides which texts to send. The draft
    also has this form's files, except the files that `problems` name.
    """

    draft: Fax
    changed_at: datetime
    problems: Problems = field(default_factory=dict)


#: The results of checking a draft that can't be sent as it is.
NotReady = NeedsCorrection | NeedsConfirmation | NeedsFiles | Conflict
SubmitResult = Submitted | AlreadySubmitted | NotReady
