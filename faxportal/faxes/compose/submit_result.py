"""What submitting a form comes to.

A fax that is sent is `Submitted`. In every other case nothing was sent and the draft keeps what was
entered and attached, as far as the case doesn't say otherwise.
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

    The fax is found again where its key was submitted before with the same content: pressing
    “Send fax” twice makes one fax.
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
    """The sender has to confirm something; the same form with a `Confirmation` is sent."""

    draft: Fax
    request: ConfirmationRequest


@dataclass(frozen=True, kw_only=True)
class NeedsFiles:
    """The portal has to carry this fax: the form has to post its client files themselves."""

    draft: Fax


@dataclass(frozen=True, kw_only=True)
class AlreadySubmitted:
    """The key's fax was submitted before with other content: the sender decides if it is another.

    A second fax is neither sent nor lost: the new content is in a draft with a key of its own.
    """

    first: Fax
    #: Has the new content, but for the files that `problems` name.
    draft: Fax
    problems: Problems = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Another form changed the draft, and this form doesn't know: the sender decides which counts.

    The draft keeps the other form's texts. It has the files of this form, but for those that
    `problems` name.
    """

    draft: Fax
    changed_at: datetime
    problems: Problems = field(default_factory=dict)


#: All but `Submitted`, `AlreadySubmitted`: what the check of a draft comes to.
NotReady = NeedsCorrection | NeedsConfirmation | NeedsFiles | Conflict
SubmitResult = Submitted | AlreadySubmitted | NotReady
