"""A VoipNow to run on a desk: nobody here has a server to try against.

Two origins, as in life: VoipNow's (token, presence, faxes) and storage's (the pre-signed upload
targets). What it answers follows the vendor's page, and where the page is silent the older pages;
it stands alone and knows nothing of the portal.

In a test, in a thread of the test's own process, over real TCP on free ports::

    from faxportal.simulator.server import running_simulator

    with running_simulator(max_files=3) as sim:      # any field of config.Config
        sim.url, sim.storage_url                     # "http://127.0.0.1:40001", …
        sim.script("upload", "drop", at="done", file="b.pdf")    # see faults.Fault
        ...
        sim.faxes()[0].files[1].sha256               # newest fax first, see record.Fax
        sim.received(262, 1)                         # the stored bytes of its first file
        sim.report().duplicates                      # see record.Report

In a process of its own (`python manage.py simulator --port N --storage-port M`) it is the same
code, and `handle.Simulator("http://127.0.0.1:N")` gives a test the same words for it, because
they all go over the control API:

    GET    /_simulator                        both origins and the configuration
    PATCH  /_simulator                        change fields of the configuration
    GET    /_simulator/report                 what it counted
    GET    /_simulator/faxes                  every fax, newest first
    GET    /_simulator/faxes/262/files/1      the stored bytes (positions count from 1)
    GET    /_simulator/requests               the last 1,000 requests with their headers
    GET    /_simulator/faults                 the script, with how often each rule was hit
    POST   /_simulator/faults                 one more rule: the fields of faults.Fault
    DELETE /_simulator/faults                 forget the script
    POST   /_simulator/release                let every held request go on
    POST   /_simulator/expire                 every upload target given out so far has expired
    POST   /_simulator/revoke                 every access token given out so far is refused
    POST   /_simulator/reset                  as after a start, but no fax id is used again
    GET    /_simulator/held?count=1           answers once so many requests are held
    GET    /_simulator/idle                   answers once no request is being served

`/` on VoipNow's origin shows a person what arrived, the demo sign-ins (config.py) and the
numbers that make it fail (faults.py).

This module imports nothing, so that an office without aiohttp can have the app installed.
"""
