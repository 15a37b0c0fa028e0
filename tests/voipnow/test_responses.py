"""Parsing the responses of VoipNow and storage."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxportal.voipnow import responses, upload_targets
from faxportal.voipnow.api_types import ListedExtension
from faxportal.voipnow.responses import InvalidResponse
from tests.voipnow import vendor_samples
from tests.voipnow.vendor_samples import answer, fax_of

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(content=ANY_JSON)
def test_any_json_is_parsed_or_refused(content: object) -> None:
    text = answer(json.dumps(content))
    for parse in (
        lambda: upload_targets.created_fax(text, fax_of(("doc0", 5))),
        lambda: responses.sent_fax(text),
        lambda: responses.access_token(text),
        lambda: responses.extensions(text),
    ):
        try:
            parse()
        except InvalidResponse:
            continue
    responses.error_of(text)


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
        {"entry": {"12": {"extension": "0003*001", "status": 0}}},
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
