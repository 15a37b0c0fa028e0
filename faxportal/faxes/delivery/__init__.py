"""Delivering faxes: from a planned handover to a complete one.

    worker                the loop that ties the other modules together
    heartbeat             each worker's sign of life
    claim_handovers       which due handovers a worker takes, fairly between senders and servers
    lease                 the right of one worker at a time to work on a handover
    circuits              which servers and storages get no calls for a while after a failure
    record_in_circuit     what the end of a call says about a server or a storage
    closed_accounts       faxes whose sender's account is closed
    locked_handover       changing a handover under a lock, each change of state with its event
    handover_changes      which fields of a handover and of an upload may change
    update_fax            the fax's state, from its handovers
    handover_snapshot     a handover at one moment, for reading only
    next_step             what to do next, decided from a snapshot alone
    take_step             taking the chosen step, with `start_create` and `target_renewal`
    blocked_recipients    recipients that an admin has blocked since the submit
    merge_documents       merging all documents into one PDF, for the older wire form
    schedule              how late a scheduled fax may go out
    split_batch           dividing a batch that can't go out as a whole
    sealed_targets        upload targets as encrypted text
    network_calls         the calls to VoipNow and storage; they change no row of a fax
    outcomes              recording how a call ended, and what follows
    retries               when a handover is tried again
    portal_faults         what follows a fault of the portal itself
    database_outage       which errors mean that the database is away
    voipnow_answers_docs  a table of VoipNow's answers, for people
    browser/              uploads that the sender's browser makes itself

The rows of the database are the queue. They hold everything that must survive the end of a worker:
when a worker dies, another worker finds the unfinished handovers in the rows.
"""
