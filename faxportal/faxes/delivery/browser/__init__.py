"""Uploads by the sender's browser, of documents whose bytes the portal does not have.

    status          reads what has arrived, what is missing, and what the browser may do now
    targets         creates and renews handovers, only in a request of the sender's browser
    attempts        starts an attempt, keeps it alive, and finishes it when the browser reports
    relay_fallback  relaying a file that the browser can't upload
    messages        sentences about these files

The portal can't see what a browser does, so the event log names the browser as the source of what
the browser reports. The browser's uploads follow the same rules as the portal's own calls, because
`delivery.next_step` decides about all of them.
"""
