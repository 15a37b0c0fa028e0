"""The crash matrix: one row for each point at which a process of the portal is killed.

`test_points.py` compares the table with the code: each function that opens a transaction, takes a
lease, renames, flushes or removes a file, or calls VoipNow or storage has a row here.
`python -m tests.crash.table` prints the table for `docs/crash-matrix.md`.

The fax of a row goes to one recipient and has two documents: `offer.pdf`, and the smaller
`note.txt`, which goes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from faxportal.accounts.models import HandOverBy
from faxportal.faxes.states import FaxState
from tests.crash.rows import (
    TO,
    Asking,
    Delivering,
    InCode,
    OnTheWire,
    Removing,
    Step,
    Submitting,
    Uploading,
)

save = "documents.storage_backend:DurableFileSystemStorage._save"
flush = Step("documents.storage_backend:_flush")
store = Step("documents.file_store:_save")
keep = Step("documents.file_store:_store")
forget = Step("documents.file_store:delete")
save_draft = Step("faxes.compose.drafts:save_draft")
discard_draft = Step("faxes.compose.drafts:discard_draft")
submit_fax = Step("faxes.compose.submit:submit_fax")
save_with_list_key = Step("faxes.list_key:_is_saved")
already_submitted = Step("faxes.compose.already_submitted:resolve_already_submitted")
claim = Step("faxes.delivery.claim_handovers:claim")
give_turns = Step("faxes.queue:give_turns")
note_fault = Step("faxes.delivery.portal_faults:_note")
end_at_fault = Step("faxes.delivery.portal_faults:_end")
release = Step("faxes.delivery.lease:release")
take_next_step = Step("faxes.delivery.take_step:take_next_step")
merge = Step("faxes.delivery.merge_documents:MergeCall.run")
record_merge = Step("faxes.delivery.merge_documents:record_merge")
sign_in = Step("faxes.delivery.network_calls:SignInCall.run")
create = Step("faxes.delivery.network_calls:CreateCall.run")
put = Step("faxes.delivery.network_calls:PutCall.run")
acquire = Step("faxes.delivery.lease:acquire")
request_targets = Step("faxes.delivery.browser.targets:request_targets")
take_step = Step("faxes.delivery.browser.targets:_take_step")
start_browser_attempt = Step("faxes.delivery.browser.attempts:start_browser_attempt")
record_report = Step("faxes.delivery.browser.attempts:record_report")
accept_file = Step("faxes.delivery.browser.relay_fallback:accept_file")
record_outcome = Step("faxes.delivery.outcomes:record_outcome")
record_sign_in = Step("faxes.delivery.outcomes:_record_sign_in")
beat = Step("faxes.delivery.heartbeat:Heartbeat.beat")
leave = Step("faxes.delivery.heartbeat:Heartbeat.leave")
cancel_fax = Step("faxes.actions.cancel:cancel_fax")
decide = Step("faxes.actions.resolve_uncertain:decide")
pause_sending = Step("faxes.actions.pause:pause_sending")
resume_sending = Step("faxes.actions.pause:resume_sending")
confirm_scheduled = Step("faxes.actions.confirm_scheduled:confirm_scheduled")
suspend = Step("faxes.delivery.closed_accounts:_suspend")
resume = Step("faxes.delivery.closed_accounts:_resume")
draft_again = Step("faxes.compose.resend:draft_again")
prepare_cover = Step("faxes.compose.covers.cover_document:prepare_cover")
save_cover = Step("faxes.compose.covers.templates:save_template")
remove_cover = Step("faxes.compose.covers.templates:remove_template")
preview_cover = Step("faxes.compose.covers.preview:preview_cover")
draft_to_forward = Step("faxes.compose.resend:draft_to_forward")
put_on_hold = Step("faxes.actions.legal_hold:put_on_hold")
lift_hold = Step("faxes.actions.legal_hold:lift_hold")
remove_documents = Step("faxes.maintenance.retention:remove_documents")
remove_fax = Step("faxes.maintenance.retention:remove_fax")
forget_arrivals = Step("documents.file_store:delete_stale_uploads")
pause_copy = Step("faxes.delivery.after_restore:_pause")
secure_after_restore = Step("faxes.delivery.after_restore:secure_after_restore")

UNCERTAIN, CANCELLED = FaxState.UNCERTAIN, FaxState.CANCELLED
PARTLY = FaxState.PARTLY_HANDED_OVER

SUBMITTING = (
    Submitting("nothing is stored yet", keep.before()),
    Submitting("a file is written beside its place", InCode(save, "rename")),
    Submitting("a file has its name; no folder is flushed", InCode(save, "renamed")),
    Submitting("one of its two folders is flushed", flush.after()),
    Submitting("one of two files is kept", keep.after()),
    Submitting("both files are kept", keep.after(2)),
    Submitting("the draft is written, not committed", save_draft.after()),
    Submitting("the fax has its place, but no recipients yet", save_with_list_key.after()),
    Submitting("the fax is written, not committed", submit_fax.commit()),
    Submitting("the fax is committed; nobody has read so", submit_fax.after(), is_sent=True),
    Submitting("its cover page is kept", prepare_cover.after(), with_cover=True),
    Submitting(
        "the fax and its cover page are written, not committed",
        submit_fax.commit(),
        with_cover=True,
    ),
)

_BEFORE_THE_CREATE = (
    Delivering("the fax is claimed", claim.after()),
    Delivering("the create is written down, not committed", take_next_step.commit()),
)
_A_TOKEN_IS_ASKED_FOR = (
    Delivering("a token has been asked for", OnTheWire("token", "received")),
    Delivering("a token is given out, not answered", OnTheWire("token", "done")),
)
_BEFORE_IT_GOES_OUT = (
    Delivering("the create is written down", take_next_step.after()),
    Delivering("the create is about to be made", create.before()),
    *_A_TOKEN_IS_ASKED_FOR,
)


def _it_may_have_arrived(*, recorded: int, committed: int = 1) -> Iterator[Delivering]:
    """The rows of a create request, from its first byte on.

    The worker records the outcome of the create request in call number `recorded` of
    `record_outcome`, and in commit number `committed` of that function. Both count from 1.
    """
    yield Delivering("the head of the create has arrived", OnTheWire("create", "before"))
    yield Delivering("half of the create has arrived", OnTheWire("create", "middle"))
    yield Delivering("the create has arrived, without effect yet", OnTheWire("create", "received"))
    yield Delivering("the create has taken effect", OnTheWire("create", "done"))
    yield Delivering("half of its answer is written", OnTheWire("create", "answering"))
    yield Delivering("its answer is read", create.after())
    yield Delivering("its answer is about to be written down", record_outcome.before(recorded))
    yield Delivering("its answer is written down, not committed", record_outcome.commit(committed))


def _putting(file: str, nth: int) -> Iterator[Delivering]:
    """The rows of the crash matrix for the PUT of `file`, which is the nth PUT of the fax."""
    yield Delivering(
        f"the PUT of {file} is written down, not committed", take_next_step.commit(nth + 1)
    )
    yield Delivering(f"the PUT of {file} is written down", take_next_step.after(nth + 1))
    yield Delivering(f"the PUT of {file} is about to be made", put.before(nth))
    for says, kill in (
        ("the head of the PUT of {} has arrived", OnTheWire("upload", "before", file)),
        ("{} has arrived, without effect yet", OnTheWire("upload", "received", file)),
        ("{} is stored", OnTheWire("upload", "done", file)),
        ("{} is stored, half of the answer is written", OnTheWire("upload", "answering", file)),
        ("{} is stored, the answer is read", put.after(nth)),
        ("{} is stored, that is about to be written down", record_outcome.before(nth + 1)),
        ("{} is stored, that is written down, not committed", record_outcome.commit(nth + 1)),
    ):
        yield Delivering(says.format(file), kill, again=1)
    yield Delivering(f"{file} is stored, that is written down", record_outcome.after(nth + 1))


_OFFER_STORED = OnTheWire("upload", "done", "offer.pdf")
_NOTE_ARRIVED = OnTheWire("upload", "received", "note.txt")
_CREATE_ARRIVED = OnTheWire("create", "received")

_TWICE = (
    Delivering(
        "a create has arrived; a second worker's, too", (_CREATE_ARRIVED, _CREATE_ARRIVED), empty=2
    ),
    Delivering(
        "note.txt has arrived; that the worker is lost is not committed",
        (_NOTE_ARRIVED, take_next_step.commit()),
        again=1,
    ),
    Delivering(
        "note.txt is stored twice, that is not committed",
        (_NOTE_ARRIVED, record_outcome.commit()),
        again=2,
    ),
)
_LATE = (
    Delivering("the create has arrived", _CREATE_ARRIVED, "takes effect late", empty=1),
    Delivering("note.txt has arrived", _NOTE_ARRIVED, "takes effect late", again=1),
)
#: The targets expire. If the fax surely isn't complete, the portal renews the targets. Otherwise
#: the fax becomes uncertain.
_EXPIRED = (
    Delivering("its answer is written down", record_outcome.after(), empty=1),
    Delivering("offer.pdf is stored", _OFFER_STORED, empty=1),
    Delivering("offer.pdf is stored, that is written down", record_outcome.after(2), empty=1),
    Delivering(
        "its targets are dead, renewing is not committed",
        (_OFFER_STORED, take_next_step.commit(2)),
        empty=1,
    ),
    Delivering(
        "its targets are dead, renewing is committed",
        (_OFFER_STORED, take_next_step.after(2)),
        empty=1,
    ),
    Delivering(
        "the PUT of note.txt is written down", take_next_step.after(3), ends=UNCERTAIN, empty=1
    ),
    Delivering("note.txt has arrived", _NOTE_ARRIVED, ends=UNCERTAIN),
    Delivering("note.txt is stored, the answer is read", put.after(2), ends=UNCERTAIN),
    Delivering(
        "note.txt has arrived; the next 403 is not committed",
        (_NOTE_ARRIVED, record_outcome.commit()),
        ends=UNCERTAIN,
    ),
    Delivering(
        "note.txt has arrived; giving up is not committed",
        (_NOTE_ARRIVED, take_next_step.commit(2)),
        ends=UNCERTAIN,
    ),
)
_CANCELLED = (
    Delivering("the create has arrived", _CREATE_ARRIVED, ends=CANCELLED, empty=1),
    Delivering("offer.pdf is stored", _OFFER_STORED, ends=CANCELLED, empty=1),
    Delivering("note.txt has arrived", _NOTE_ARRIVED, ends=UNCERTAIN),
    Delivering(
        "note.txt has arrived; giving up is not committed",
        (_NOTE_ARRIVED, take_next_step.commit()),
        ends=UNCERTAIN,
    ),
)
#: VoipNow or its storage answers the first call with 503 and "Retry-After: 1".
_BUSY = (
    Delivering("that the server rests is not committed", record_outcome.commit(), busy="create"),
    Delivering("the server rests", record_outcome.after(), busy="create"),
    Delivering("the probe is written down", take_next_step.after(2), busy="create"),
    Delivering("the probe is answered, not committed", record_outcome.commit(2), busy="create"),
    Delivering("that the storage rests is not committed", record_outcome.commit(2), busy="upload"),
    Delivering("the storage rests", record_outcome.after(2), busy="upload"),
    Delivering("the probe of the storage is written down", take_next_step.after(3), busy="upload"),
)
#: The clock jumps 20 minutes ahead. Every target has expired then.
_CLOCK = (
    Delivering("its answer is written down", record_outcome.after(), empty=1),
    Delivering("offer.pdf is stored", _OFFER_STORED, empty=1),
    Delivering("note.txt has arrived", _NOTE_ARRIVED, ends=UNCERTAIN),
)
_REFUSED = f"{TO}, 2025550100"  # the simulator refuses the second number

RELAY = (
    *_BEFORE_THE_CREATE,
    *_BEFORE_IT_GOES_OUT,
    *(replace(row, empty=1) for row in _it_may_have_arrived(recorded=1)),
    Delivering("its answer is committed", record_outcome.after()),
    *_putting("offer.pdf", 1),
    Delivering("half of a large file", OnTheWire("upload", "middle", "offer.pdf"), size=24_000_000),
    *_putting("note.txt", 2),
    Delivering("the end is written down, not committed", take_next_step.commit(4)),
    Delivering("the end is written down", take_next_step.after(4)),
    Delivering("the lease is about to be given back", release.before()),
    Delivering("the worker was told to stop, and its heartbeat is still there", leave.before()),
    Delivering("the worker has just written its heartbeat", beat.after()),
    *_TWICE,
    *_LATE,
    *(replace(row, meanwhile="targets expire") for row in _EXPIRED),
    *(replace(row, meanwhile="cancelled") for row in _CANCELLED),
    *(replace(row, empty=1) if row.kill == record_outcome.commit(2) else row for row in _BUSY),
    *(replace(row, meanwhile="clock jumps") for row in _CLOCK),
    Delivering("halving is not committed", record_outcome.commit(), to=_REFUSED, ends=PARTLY),
    Delivering("halving is committed", record_outcome.after(), to=_REFUSED, ends=PARTLY),
)

#: The older wire form. The worker first merges the documents and signs in. It records no attempts
#: for these two steps, and nothing is in doubt until it has recorded the create request.
_OLDER: Sequence[Delivering] = (
    Delivering("the fax is claimed", claim.after()),
    Delivering("its documents are about to be merged", merge.before()),
    Delivering("the merged PDF is written beside its place", InCode(save, "rename")),
    Delivering("the merged PDF has its name; no folder is flushed", InCode(save, "renamed")),
    Delivering("the merged PDF is kept", merge.after()),
    Delivering("the merged PDF is about to be written down", record_merge.before()),
    Delivering("the merged PDF is written down, not committed", record_merge.commit()),
    Delivering("the merged PDF is written down", record_merge.after()),
    Delivering("it is about to sign in", sign_in.before()),
    *_A_TOKEN_IS_ASKED_FOR,
    Delivering("that signing in failed is not committed", record_sign_in.commit(), busy="token"),
    Delivering("that signing in failed is committed", record_sign_in.after(), busy="token"),
    Delivering("the token is kept", sign_in.after()),
    Delivering("the create is written down, not committed", take_next_step.commit(3)),
    *(
        replace(row, ends=UNCERTAIN)
        for row in (
            Delivering("the create is written down", take_next_step.after(3)),
            Delivering("the create is about to be made", create.before()),
            # The outcomes are of merging, signing in and creating. A sign-in that succeeds needs no
            # commit, so the third outcome is the second commit.
            *_it_may_have_arrived(recorded=3, committed=2),
        )
    ),
    Delivering("its answer is committed", record_outcome.after(3)),
    Delivering(
        "the create has arrived; giving up is not committed",
        (_CREATE_ARRIVED, take_next_step.commit()),
        ends=UNCERTAIN,
    ),
    Delivering("the create has arrived", _CREATE_ARRIVED, "takes effect late", ends=UNCERTAIN),
    Delivering("the create has arrived", _CREATE_ARRIVED, "cancelled", ends=UNCERTAIN),
)
ONE_REQUEST = (
    *(replace(row, form=HandOverBy.ONE_REQUEST) for row in _OLDER),
    # A connection with automatic choice begins with the newer form, which this server refuses.
    Delivering(
        "the other form is not committed", record_outcome.commit(), form=HandOverBy.AUTOMATIC
    ),
    Delivering("the other form is committed", record_outcome.after(), form=HandOverBy.AUTOMATIC),
)


def _uploading(file: str, nth: int) -> Iterator[Uploading]:
    """The rows of the crash matrix for a browser's upload of `file`, the nth upload of the fax."""
    yield Uploading(f"the attempt of {file} is not committed", start_browser_attempt.commit(nth))
    yield Uploading(f"the attempt of {file} is committed", start_browser_attempt.after(nth))
    for says, kill in (
        ("the head of the PUT of {} has arrived", OnTheWire("upload", "before", file)),
        ("{} has arrived, without effect yet", OnTheWire("upload", "received", file)),
        ("{} is stored", OnTheWire("upload", "done", file)),
        ("{} is stored, half of the answer is written", OnTheWire("upload", "answering", file)),
    ):
        yield Uploading(says.format(file), kill, again=1)
    yield Uploading(
        f"{file} is stored, the report is not committed", record_report.commit(nth), again=1
    )
    yield Uploading(f"{file} is stored, the report is committed", record_report.after(nth))


BROWSER = (
    Uploading("the lease is about to be acquired", acquire.before()),
    Uploading("the lease is acquired", acquire.after()),
    Uploading("the create is written down, not committed", take_next_step.commit()),
    Uploading("the create is written down", take_next_step.after()),
    Uploading("the head of the create has arrived", OnTheWire("create", "before")),
    Uploading(
        "the create has arrived, without effect yet", OnTheWire("create", "received"), empty=1
    ),
    Uploading("the create has taken effect", OnTheWire("create", "done"), empty=1),
    Uploading("half of its answer is written", OnTheWire("create", "answering"), empty=1),
    Uploading("its answer is read", create.after(), empty=1),
    Uploading("its answer is written down, not committed", record_outcome.commit(), empty=1),
    Uploading("its answer is committed", record_outcome.after()),
    Uploading("the step is taken", take_step.after()),
    Uploading("the targets are not committed", request_targets.commit()),
    Uploading("the targets are about to be answered", request_targets.after()),
    *_uploading("offer.pdf", 1),
    *_uploading("note.txt", 2),
    Uploading("a file is about to be kept for the portal", store.before(), "hand_over"),
    Uploading("a file for the portal is kept", store.after(), "hand_over"),
    Uploading("a file for the portal is not committed", accept_file.commit(), "hand_over"),
    Uploading("a file for the portal is committed", accept_file.after(), "hand_over"),
    *(
        replace(row, meanwhile="targets expire")
        for row in (
            Uploading(
                "offer.pdf is stored, the report is not committed", record_report.commit(), empty=1
            ),
            Uploading(
                "offer.pdf is stored, the report is committed", record_report.after(), empty=1
            ),
            Uploading(
                "the attempt of note.txt is not committed", start_browser_attempt.commit(2), empty=1
            ),
            Uploading(
                "the attempt of note.txt is committed",
                start_browser_attempt.after(2),
                ends=UNCERTAIN,
                empty=1,
            ),
            Uploading("note.txt has arrived", _NOTE_ARRIVED, ends=UNCERTAIN),
            Uploading(
                "note.txt is stored, the report is not committed",
                record_report.commit(2),
                ends=UNCERTAIN,
            ),
            Uploading("note.txt is stored, the report is committed", record_report.after(2)),
        )
    ),
)

ASKING = (
    Asking("cancelling is not committed", "cancel", cancel_fax.commit()),
    Asking("cancelling is committed", "cancel", cancel_fax.after(), leaves=CANCELLED),
    Asking("“Send again” is not committed", "send_again", decide.commit(), UNCERTAIN, UNCERTAIN),
    Asking(
        "“Send again” is committed", "send_again", decide.after(), UNCERTAIN, FaxState.HANDING_OVER
    ),
    Asking("“It went out” is not committed", "it_went_out", decide.commit(), UNCERTAIN, UNCERTAIN),
    Asking(
        "“It went out” is committed", "it_went_out", decide.after(), UNCERTAIN, FaxState.CONFIRMED
    ),
    Asking("a pause is not committed", "pause_sending", pause_sending.commit()),
    Asking("a pause is committed", "pause_sending", pause_sending.after()),
    Asking("ending the pause is not committed", "resume_sending", resume_sending.commit()),
    Asking("ending the pause is committed", "resume_sending", resume_sending.after()),
    Asking("suspending it is not committed", "close_account", suspend.commit()),
    Asking("suspending it is committed", "close_account", suspend.after()),
    Asking("resuming it is not committed", "open_account", resume.commit()),
    Asking("resuming it is committed", "open_account", resume.after()),
    Asking("confirming it is not committed", "confirm_scheduled", confirm_scheduled.commit()),
    Asking("confirming it is committed", "confirm_scheduled", confirm_scheduled.after()),
    Asking("a turn is not committed", "take_turn", give_turns.commit()),
    Asking("a turn is committed", "take_turn", give_turns.after()),
    Asking("a fault of the portal is not committed", "meet_fault", note_fault.commit()),
    Asking("a fault of the portal is committed", "meet_fault", note_fault.after()),
    Asking("the end after a fault is not committed", "end_at_fault", end_at_fault.commit()),
    Asking(
        "the end after a fault is committed",
        "end_at_fault",
        end_at_fault.after(),
        leaves=FaxState.FAILED,
    ),
    Asking("a draft of a fax is not committed", "draft_again", draft_again.commit()),
    Asking("a draft of a fax is committed", "draft_again", draft_again.after(), drafts=1),
    Asking("a draft to forward is not committed", "draft_to_forward", draft_to_forward.commit()),
    Asking(
        "a draft to forward is committed", "draft_to_forward", draft_to_forward.after(), drafts=1
    ),
    Asking("a draft is not committed", "keep_draft", save_draft.commit()),
    Asking("a draft is committed", "keep_draft", save_draft.after(), drafts=1),
    Asking("discarding is not committed", "discard_draft", discard_draft.commit(), drafts=1),
    Asking("discarding is committed, its file is still there", "discard_draft", forget.before()),
    Asking("other content is not committed", "submit_otherwise", already_submitted.commit()),
    Asking(
        "other content is committed",
        "submit_otherwise",
        already_submitted.after(),
        drafts=1,
    ),
    Asking("a cover page is not committed", "save_cover", save_cover.commit()),
    Asking("a cover page is committed", "save_cover", save_cover.after()),
    Asking("removing a cover page is not committed", "remove_cover", remove_cover.commit()),
    Asking("removing a cover page is committed", "remove_cover", remove_cover.after()),
    Asking("a draft's cover page is not committed", "show_cover", preview_cover.commit(), drafts=1),
    Asking("a draft's cover page is committed", "show_cover", preview_cover.after(), drafts=1),
    Asking("a legal hold is not committed", "put_on_hold", put_on_hold.commit()),
    Asking("a legal hold is committed", "put_on_hold", put_on_hold.after()),
    Asking("lifting it is not committed", "lift_hold", lift_hold.commit()),
    Asking("lifting it is committed", "lift_hold", lift_hold.after()),
    Asking("a restored backup: the pause is not committed", "restore", pause_copy.commit()),
    Asking(
        "a restored backup: its fax is not committed", "restore", secure_after_restore.commit(3)
    ),
    Asking(
        "a restored backup is secured", "restore", secure_after_restore.after(), leaves=UNCERTAIN
    ),
    Asking("a copy: the pause is not committed", "become_a_copy", pause_copy.commit()),
    Asking("a copy: its fax is not committed", "become_a_copy", secure_after_restore.commit(3)),
    Asking(
        "a copy: that it is secured is not written",
        "become_a_copy",
        secure_after_restore.after(),
        leaves=UNCERTAIN,
    ),
)

REMOVING = (
    Removing("removing documents is not committed", remove_documents.commit(), is_kept=True),
    Removing("it is committed, both files are still there", forget.before(), left=2),
    Removing("one of two files is removed", forget.before(2), left=1),
    Removing("documents are removed", remove_documents.after()),
    Removing("left-over arrivals are about to be removed", forget_arrivals.before()),
    Removing(
        "removing the fax is not committed", remove_fax.commit(), is_kept=True, with_records=True
    ),
    Removing(
        "it is committed, both files are still there",
        forget.before(),
        is_there=False,
        left=2,
        with_records=True,
    ),
    Removing("the fax is removed", remove_fax.after(), is_there=False, with_records=True),
)
