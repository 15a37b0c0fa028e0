"""The client of VoipNow servers and of the storage that takes a fax's files.

Only this package makes HTTP requests to the outside. It knows no Django and has no sentences for
people. It returns typed values, or raises an error of `errors`. Each error says what is known about
the call (`Outcome`) and why it failed (`Reason`).

Comments name the source of a fact: [page] is the vendor's page of the fax service, and [v3] the
vendor's UnifiedAPI 3 pages. A fact that is [inferred] is on none of these pages.

    network = Network(NetworkRules(...))           built once in a process, from the settings
    server = VoipNow(network, server="https://voip.example.com", credentials=AppKey(...))
    created = server.create_fax("0003*210", CreateFax(recipients=..., files=...))
    with path.open("rb") as file:
        put(network, created.targets[0], file)
"""
