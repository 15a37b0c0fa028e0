"""Uploads by the sender's browser, of documents whose bytes the portal does not have.

    status          reads what has arrived, what is missing, and what the browser may do now
    targets         creates and renews handovers, only in a request of the sender's browser
    attempts        starts an upload's attempt, keeps it alive, and finishes it by a report
    relay_fallback  relaying a file that the browser can't upload
    messages        sentences about these files

The portal can't see what a browser does, so the event log names the browser as the source of what
the browser reports. The rules are the same as for the portal's own calls: `delivery.next_step`
decides for both.
"""
