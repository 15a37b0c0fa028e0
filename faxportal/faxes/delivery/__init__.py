"""Delivering faxes: the worker, from a planned handover to a complete one.

    lease      claiming a handover for a while, so that one worker has it
    plan       what to do next, decided from the rows alone; touches nothing
    book       writing: every change of state with its event, in one transaction
    calls      the calls outward, made in threads, which never write
    settle     what the end of a call means
    holding    faxes whose sender's account is closed
    worker     the loop that ties them together

The rows are the queue and the only truth: a worker that dies leaves nothing behind that another
does not find.
"""
