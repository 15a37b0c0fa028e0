import pytest

from faxportal.voipnow.allowed_origins import Origin, OriginGuard, Origins, is_public
from faxportal.voipnow.errors import NotAllowed, Reason


def guard(
    *storage: str,
    servers: tuple[str, ...] = (),
    addresses: tuple[str, ...] = ("93.184.216.34",),
    allow_http: bool = False,
) -> OriginGuard:
    return OriginGuard(
        servers=Origins(servers, allow_http=allow_http),
        storage=Origins(storage, allow_http=allow_http),
        resolve=lambda *_: list(addresses),
    )


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://storage.example.com/bucket/file?X=1", "https://storage.example.com"),
        ("https://Storage.Example.COM:443/", "https://storage.example.com"),
        ("https://storage.example.com:9000/b", "https://storage.example.com:9000"),
        ("http://[2001:db8::1]:80/", "http://[2001:db8::1]"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert str(Origin.of(url)) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "storage.example.com/b",
        "ftp://storage.example.com/b",
        "file:///etc/passwd",
        "https:///b",
        "https://storage.example.com:99999/",
        "https://user@storage.example.com/",
        "https://storage.example.com\n@evil.example/",
        "https://[::1/",
    ],
)
def test_what_is_no_plain_http_address_has_no_origin(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Origin.of(url)


@pytest.mark.parametrize(
    ("entry", "url", "allowed"),
    [
        ("https://storage.example.com", "https://storage.example.com/b", True),
        ("https://storage.example.com", "https://storage.example.com:444/b", False),
        ("https://storage.example.com", "https://storage.example.com.evil.example/b", False),
        ("https://storage.example.com", "https://evil-storage.example.com/b", False),
        ("https://storage.example.com", "http://storage.example.com/b", False),
        ("https://storage.example.com", "https://storage.example.com@evil.example/b", False),
        ("https://storage.example.com", "https://evil.example#@storage.example.com/", False),
        ("https://storage.example.com", "https://evil.example\\@storage.example.com/", False),
        ("https://*.example.com", "https://a.example.com/b", True),
        ("https://*.example.com", "https://a.b.example.com/b", True),
        ("https://*.example.com", "https://example.com/b", False),
        ("https://*.example.com", "https://evilexample.com/b", False),
        ("https://*.example.com:9000", "https://a.example.com/b", False),
    ],
)
def test_a_target_must_be_on_a_listed_origin(entry: str, url: str, allowed: bool) -> None:
    if allowed:
        guard(entry).check_target(url)
    else:
        with pytest.raises(NotAllowed) as caught:
            guard(entry).check_target(url)
        assert caught.value.reason == Reason.ORIGIN_NOT_ALLOWED


def test_the_refusal_names_the_origin_and_not_the_signed_rest() -> None:
    with pytest.raises(NotAllowed) as caught:
        guard().check_target("https://new.example.com:8443/bucket/file?X-Amz-Signature=secret")
    assert caught.value.origin == "https://new.example.com:8443"
    assert "secret" not in f"{caught.value!r} {caught.value}"


def test_a_server_must_be_listed_and_storage_is_another_list() -> None:
    with pytest.raises(NotAllowed) as caught:
        guard("https://voip.example.com").check_server("https://voip.example.com")
    assert caught.value.reason == Reason.SERVER_NOT_ALLOWED


@pytest.mark.parametrize(
    "entry", ["http://voip.example.com", "https://a.*.example.com", "https://*", "voip.example.com"]
)
def test_a_list_with_an_invalid_entry_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"http|wildcard|address"):
        Origins([entry], allow_http=False)


def test_plain_http_is_taken_where_the_operator_allows_it() -> None:
    guard("http://storage.example.com", allow_http=True).check_target(
        "http://storage.example.com/b"
    )


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::6810:84e5", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b:1::a00:1", False),
        ("fec0::1", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_name_behind_a_wildcard_never_leads_to_a_private_address() -> None:
    with pytest.raises(NotAllowed) as caught:
        guard("https://*.example.com", addresses=("10.0.0.1", "::1")).allowed_addresses(
            "a.example.com", 443
        )
    assert caught.value.reason == Reason.ADDRESS_NOT_ALLOWED
    assert caught.value.origin == "a.example.com"


def test_of_a_mixed_answer_only_the_public_addresses_are_used() -> None:
    mixed = guard("https://*.example.com", addresses=("10.0.0.1", "93.184.216.34"))
    assert mixed.allowed_addresses("a.example.com", 443) == ["93.184.216.34"]


def test_a_host_that_is_listed_exactly_may_be_private() -> None:
    office = guard(servers=("https://voip.office.example",), addresses=("10.0.0.1",))
    assert office.allowed_addresses("voip.office.example", 443) == ["10.0.0.1"]
