"""The outside world: VoipNow servers and the storage that they point to.

Nothing else in the portal speaks HTTP outward. This package knows no Django and holds no
sentences for people: it returns typed answers, or raises one of the errors of `errors`, each of
which says what is known of the call (`Outcome`) and why (`Reason`).

    network = Network(Rules(...))                  built once a process, from the settings
    server = VoipNow(network, server="https://voip.example.com", credentials=AppKey(...))
    created = server.create_fax("0003*210", CreateFax(recipients=..., files=...))
    with path.open("rb") as file:
        put(network, created.targets[0], file)
"""
