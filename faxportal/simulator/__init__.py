"""A simulated VoipNow server with its storage, for tests, demos and development.

It has two origins, as a real server has: VoipNow's (token, presence, faxes) and storage's (the
pre-signed upload targets). Its responses follow the vendor's page of the fax service. Where that
page says nothing, they follow the vendor's UnifiedAPI 3 pages. It imports nothing of the portal.

A test runs it in a thread of its own process, over TCP on free ports::

    from faxportal.simulator.server import running_simulator

    with running_simulator(max_files=3) as sim:      # any field of config.Config
        sim.url, sim.storage_url                     # "http://127.0.0.1:40001", …
        sim.script("upload", "drop", at="done", file="b.pdf")    # see faults.Fault
        ...
        sim.faxes()[0].files[1].sha256               # newest fax first, see fax_store.Fax
        sim.received(262, 1)                         # the stored bytes of its first file
        sim.report().duplicates                      # see fax_store.Report

`python manage.py simulator --port N --storage-port M` runs it in a process of its own. A test
controls that process in the same way, with `control_client.Simulator("http://127.0.0.1:N")`. In
both cases, the test uses the control API:

    GET    /_simulator                        both origins and the configuration
    PATCH  /_simulator                        change fields of the configuration
    GET    /_simulator/report                 counts of what it received
    GET    /_simulator/faxes                  every fax, newest first
    GET    /_simulator/faxes/262/files/1      the stored bytes (positions count from 1)
    GET    /_simulator/requests               the last 1,000 requests with their headers
    GET    /_simulator/faults                 the script, with how often each rule was hit
    POST   /_simulator/faults                 add a rule: the fields of faults.Fault
    DELETE /_simulator/faults                 remove all rules
    POST   /_simulator/release                let every held request continue
    POST   /_simulator/expire                 every upload target made so far expires
    POST   /_simulator/revoke                 every access token made so far is refused
    POST   /_simulator/reset                  restore the first state; no fax id is used again
    GET    /_simulator/held?count=1           responds when `count` requests are held
    GET    /_simulator/idle                   responds when no request is being served

`/` on VoipNow's origin shows what was received, the demo sign-ins (config.py) and the numbers that
make a fax fail (faults.py).

This module imports nothing, so that the app can be installed without aiohttp.
"""
