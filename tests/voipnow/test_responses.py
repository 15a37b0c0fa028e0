import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxportal.voipnow import responses
from faxportal.voipnow.api_types import CreatedFax, ListedExtension
from faxportal.voipnow.errors import Reason
from faxportal.voipnow.responses import InvalidResponse
from tests.voipnow import vendor_samples
from tests.voipnow.vendor_samples import answer, created, created_file, fax_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def created_from(*files: dict[str, Any], **changes: Any) -> CreatedFax:
    request = fax_of(*((f"doc{i}", 5) for i in range(len(files) or 1)))
    return responses.created_fax(answer(created(*files, **changes)), request, now=NOW)


# A create's answer


def test_the_vendors_sample_of_a_create_is_understood() -> None:
    fax = responses.created_fax(
        answer(vendor_samples.CREATED), fax_of(("doc001", 1048576)), now=NOW
    )
    assert (fax.id, fax.uid) == ("262", "ba123e75751d52b84f6527062fd20bd1")
    [target] = fax.targets
    assert target.upload_identifier == "doc001"
    assert target.url.startswith("https://storage.example.com/bucket/file?X-Amz-Algorithm=AWS4")
    assert target.headers == {"x-amz-meta-he-int-faxout": "1", "x-amz-meta-app-faxid": "262"}
    assert (target.content_type, target.content_length) == ("application/pdf", 1048576)
    assert target.handle.startswith("https://api.hubgets.com/at/file/action?id=31mMULR90JvqyO")
    assert target.expires_at is None


def test_unknown_extra_fields_are_ignored() -> None:
    assert created_from(created_file(extra={"a": 1}), more=[1]).id == "262"


@pytest.mark.parametrize(("given", "read"), [(262, "262"), ("262", "262"), ("a-1", "a-1")])
def test_an_id_may_be_a_number_or_a_string(given: object, read: str) -> None:
    assert created_from(created_file(), id=given).id == read


@pytest.mark.parametrize("odd", [None, True, "", " ", 1.5, [], {}, "x" * 101, "a\nb"])
@pytest.mark.parametrize("name", ["id", "uid"])
def test_an_odd_id_is_refused_by_name(name: str, odd: object) -> None:
    with pytest.raises(InvalidResponse, match=f"^{name} is missing or odd"):
        created_from(created_file(), **{name: odd})


def test_targets_are_matched_by_upload_identifier_where_the_answer_has_it() -> None:
    fax = created_from(
        created_file(uploadIdentifier="doc1", redirectUri="https://s.example/1"),
        created_file(uploadIdentifier="doc0", redirectUri="https://s.example/0"),
    )
    assert [target.url for target in fax.targets] == ["https://s.example/0", "https://s.example/1"]
    assert [target.upload_identifier for target in fax.targets] == ["doc0", "doc1"]


def test_targets_are_matched_by_order_where_the_answer_names_none() -> None:
    fax = created_from(
        created_file(redirectUri="https://s.example/0"),
        created_file(redirectUri="https://s.example/1"),
    )
    assert [target.url for target in fax.targets] == ["https://s.example/0", "https://s.example/1"]


@pytest.mark.parametrize("names", [("doc0", None), ("doc0", "doc0"), ("doc0", "doc9")])
def test_targets_that_cannot_be_matched_are_refused(names: tuple[str | None, ...]) -> None:
    with pytest.raises(InvalidResponse, match="uploadIdentifier"):
        created_from(*(created_file(uploadIdentifier=name) for name in names))


def test_a_target_of_another_size_than_the_file_is_refused() -> None:
    """Without identifiers, this is how files in another order show."""
    with pytest.raises(InvalidResponse, match=r"files\[0\]\.contentLength"):
        created_from(created_file(contentLength=6))


@pytest.mark.parametrize("files", [[], [created_file()] * 2])
def test_fewer_or_more_targets_than_files_are_refused(files: list[Any]) -> None:
    with pytest.raises(InvalidResponse, match=r"files has . items where 1 were asked"):
        responses.created_fax(answer(created(*files)), fax_of(("doc0", 5)), now=NOW)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"redirect": False}, "redirect"),
        ({"redirect": None}, "redirect"),
        ({"redirect": "true"}, "redirect"),
        ({"redirectUri": None}, "redirectUri"),
        ({"redirectUri": ""}, "redirectUri"),
        ({"redirectUri": 7}, "redirectUri"),
        ({"redirectUri": "https://s.example/\r\nHost: evil"}, "redirectUri"),
        ({"redirectUri": "https://s.example:x/"}, "redirectUri"),
        ({"redirectUri": "ftp://s.example/"}, "redirectUri"),
        ({"redirectHeaders": "x"}, "redirectHeaders"),
        ({"redirectHeaders": {"x": []}}, "redirectHeaders"),
        ({"redirectHeaders": {"x": None}}, "redirectHeaders"),
        ({"redirectHeaders": {"x": "a\r\nb: c"}}, "redirectHeaders"),
        ({"redirectHeaders": {"x: y": "1"}}, "redirectHeaders"),
        ({"contentLength": "five"}, "contentLength"),
        ({"contentType": 5}, "contentType"),
        ({"contentType": "a\r\nb"}, "contentType"),
    ],
)
def test_a_missing_or_odd_field_of_a_target_is_refused_by_name(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvalidResponse, match=rf"files\[0\]\.{named}"):
        created_from(created_file(**changes))


@pytest.mark.parametrize(
    ("value", "sent"),
    [(1, "1"), ("1", "1"), (True, "true"), (False, "false"), (1.5, "1.5"), ("", "")],
)
def test_header_values_of_any_simple_kind_are_sent_as_text(value: object, sent: str) -> None:
    [target] = created_from(created_file(redirectHeaders={"x-amz-meta-a": value})).targets
    assert target.headers == {"x-amz-meta-a": sent}


@pytest.mark.parametrize("empty", [None, [], {}])
def test_a_target_may_come_without_headers(empty: object) -> None:
    [target] = created_from(created_file(redirectHeaders=empty)).targets
    assert target.headers == {}


def test_headers_that_would_change_where_a_message_ends_are_dropped() -> None:
    given = {"Host": "evil", "Content-Length": 9, "Transfer-Encoding": "chunked", "x-a": 1}
    [target] = created_from(created_file(redirectHeaders=given)).targets
    assert target.headers == {"x-a": "1"}


def test_type_and_size_default_to_those_of_the_request() -> None:
    [target] = created_from(created_file(contentType=None, contentLength=None)).targets
    assert (target.content_type, target.content_length) == ("application/pdf", 5)


def test_the_url_says_when_it_expires() -> None:
    url = "https://s.example/f?X-Amz-Date=20261123T120000Z&X-Amz-Expires=600"
    [target] = created_from(created_file(redirectUri=url)).targets
    assert target.expires_at == datetime(2026, 11, 23, 12, 10, tzinfo=UTC)


def test_a_target_that_has_expired_when_it_arrives_is_left_to_storage() -> None:
    """A clock is wrong, perhaps ours: renewing it would bring another one like it."""
    url = "https://s.example/f?X-Amz-Date=20261123T114500Z&X-Amz-Expires=600"
    [target] = created_from(created_file(redirectUri=url)).targets
    assert target.expires_at is None


@pytest.mark.parametrize(
    "query",
    ["", "X-Amz-Date=20261123T120000Z", "X-Amz-Date=x&X-Amz-Expires=600",
     "X-Amz-Date=20261123T120000Z&X-Amz-Expires=" + "9" * 30],
)  # fmt: skip
def test_a_url_that_does_not_say_when_it_expires_is_taken(query: str) -> None:
    [target] = created_from(created_file(redirectUri=f"https://s.example/f?{query}")).targets
    assert target.expires_at is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("<html><body>Bad gateway</body></html>", "not JSON"),
        ('{"id": 262', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("\xff\xfe", "not JSON"),
        ("[]", "not an object"),
        ("null", "not an object"),
        ('{"id": 262, "uid": "a"}', "files is missing"),
        ('{"id": 262, "uid": "a", "files": {}}', "files is missing"),
        ('{"id": 262, "uid": "a", "files": [1]}', "not an object"),
    ],
)
def test_what_is_no_answer_to_a_create_is_refused(body: str, why: str) -> None:
    with pytest.raises(InvalidResponse, match=why):
        responses.created_fax(answer(body), fax_of(("doc0", 5)), now=NOW)


@given(
    st.dictionaries(
        st.sampled_from(list(created_file())), ANY_JSON | st.text().map("https://".__add__)
    )
)
def test_any_odd_field_of_a_target_is_parsed_or_refused(changes: dict[str, Any]) -> None:
    try:
        created_from({**created_file(), **changes})
    except InvalidResponse:
        return


@given(content=ANY_JSON)
def test_any_json_is_parsed_or_refused(content: object) -> None:
    text = answer(json.dumps(content))
    for parse in (
        lambda: responses.created_fax(text, fax_of(("doc0", 5)), now=NOW),
        lambda: responses.sent_fax(text),
        lambda: responses.access_token(text),
        lambda: responses.extensions(text),
    ):
        try:
            parse()
        except InvalidResponse:
            continue
    responses.error_of(text)


def test_urls_headers_and_names_are_in_no_repr() -> None:
    fax = created_from(created_file(redirectHeaders={"x-amz-meta-a": "hidden"}))
    shown = repr(fax) + repr(fax_of(("doc0", 5)))
    for secret in ("https://", "hidden", "document.pdf", "7778888"):
        assert secret not in shown


def test_a_response_that_drips_for_ever_is_given_up() -> None:
    response = httpx.Response(200, content=itertools.repeat(b"{"))
    dripping = responses.read_response(response, within=0)
    assert (dripping.status, dripping.broken) == (200, Reason.TIMED_OUT)


# Other answers


def test_the_answer_to_the_one_request_form_is_understood() -> None:
    fax = responses.sent_fax(answer(vendor_samples.ONE_REQUEST))
    assert (fax.id, fax.uid) == ("262", "ba123e75751d52b84f6527062fd20bd1")
    assert fax.targets == ()


def test_a_token_and_its_lifetime_are_read() -> None:
    token = responses.access_token(answer(vendor_samples.TOKEN))
    assert token == ("1|abc~def-_", timedelta(hours=2))


@pytest.mark.parametrize(("lifetime", "seconds"), [('"3600"', 3600), ("60", 60), ("60.0", 60)])
def test_a_lifetime_may_be_a_number_or_a_string(lifetime: str, seconds: int) -> None:
    text = f'{{"access_token":"a","expires_in":{lifetime}}}'
    assert responses.access_token(answer(text))[1] == timedelta(seconds=seconds)


def test_a_token_without_a_lifetime_is_good_for_an_hour() -> None:
    assert responses.access_token(answer({"access_token": "a"}))[1] == timedelta(hours=1)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"access_token": ""},
        {"access_token": "a\r\nb"},
        {"access_token": 5},
        {"access_token": "a", "expires_in": 0},
        {"access_token": "a", "expires_in": -1},
        {"access_token": "a", "expires_in": "soon"},
    ],
)
def test_an_odd_token_is_refused(content: object) -> None:
    with pytest.raises(InvalidResponse, match=r"access_token|expires_in"):
        responses.access_token(answer(content))


def test_the_vendors_sample_of_presence_is_understood() -> None:
    assert responses.extensions(answer(vendor_samples.PRESENCE)) == (
        [ListedExtension(number="0003*001", status="0")],
        1,
    )


@pytest.mark.parametrize(
    "content",
    [
        [{"entry": [{"extension": "0003*001"}]}],
        {"entry": {"extension": "0003*001", "status": 0}},
    ],
)
def test_presence_may_be_wrapped_in_an_array_or_not(content: object) -> None:
    seen, total = responses.extensions(answer(content))
    assert seen == [ListedExtension(number="0003*001", status="0")]
    assert total is None


def test_presence_may_be_empty() -> None:
    assert responses.extensions(answer([]))[0] == []
    assert responses.extensions(answer({"entry": []}))[0] == []


def test_an_entry_without_an_extension_is_refused_by_name() -> None:
    with pytest.raises(InvalidResponse, match=r"entry\[0\]\.extension"):
        responses.extensions(answer({"entry": [{"status": "1"}]}))


# Errors


def test_the_vendors_sample_of_an_error_is_understood() -> None:
    error = responses.error_of(answer(vendor_samples.ERROR))
    assert error == ("error_code", "Human readable error message.")


def test_the_error_of_a_token_request_is_a_string() -> None:
    assert responses.error_of(answer(vendor_samples.INVALID_CLIENT)) == ("invalid_client", "")


@pytest.mark.parametrize("body", ["", "<html>502</html>", "[]", '{"error": 5}', '{"error": {}}'])
def test_a_body_without_an_error_has_no_code_and_no_message(body: str) -> None:
    assert responses.error_of(answer(body)) == ("", "")


@pytest.mark.parametrize("code", ["a b", "x" * 65, "<b>", ["a"], None])
def test_what_is_not_one_short_word_is_no_code(code: object) -> None:
    assert responses.error_of(answer({"error": {"code": code}}))[0] == ""


def test_storages_xml_is_read_without_an_xml_parser() -> None:
    body = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><Error><Code>AccessDenied</Code>'
        "<Message>Request has expired</Message><X-Amz-Expires>600</X-Amz-Expires></Error>"
    )
    assert responses.s3_error_of(answer(body)) == ("AccessDenied", "Request has expired")
    assert responses.s3_error_of(answer("<html>no</html>")) == ("", "")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Not\r\nthis\x00 time ", "Not this time"),
        ("see https://s.example/f?X-Amz-Signature=abc now", "see … now"),
        ("token " + "aB3~" * 10 + " is bad", "token … is bad"),
        ("word " * 100, ("word " * 60)[:299] + "…"),
        (None, ""),
    ],
)
def test_a_servers_message_is_short_and_holds_no_address_or_token(said: object, shown: str) -> None:
    assert responses.for_people(said) == shown
