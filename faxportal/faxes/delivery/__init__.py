"""Delivering faxes: from a planned handover to a complete one.

    worker      the loop that ties the others together
    lease       claiming handovers, so that one worker at a time has each
    snapshot    a handover at one moment, for reading only
    next_step   what to do next, decided from a snapshot alone
    steps       taking that step; `create_step` has the create
    calls       the calls to VoipNow and storage, made in threads that write no fax
    outcomes    recording how a call ended, and what follows
    session     the lock under which steps and outcomes write; every change of state has its event
    batches     dividing a batch that can't go out whole
    suspension  faxes whose sender's account is closed
    browser     uploads that the sender's browser makes itself

The rows are the queue, and nothing that counts is kept in memory only: what a worker leaves
unfinished when it dies, another finds in the rows.
"""
