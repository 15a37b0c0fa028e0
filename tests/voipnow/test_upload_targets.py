"""Parsing the upload targets in the response to a create request."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxportal.voipnow import upload_targets
from faxportal.voipnow.api_types import CreatedFax
from faxportal.voipnow.responses import InvalidResponse
from tests.voipnow import vendor_samples
from tests.voipnow.vendor_samples import answer, created, created_file, fax_of

#: Values of X-Amz-Expires that are not a valid lifetime.
LIVES = ["", "x", "0", "-1", "1.5", "9" * 30]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def created_from(*files: dict[str, Any], **changes: Any) -> CreatedFax:
    request = fax_of(*((f"doc{i}", 5) for i in range(len(files) or 1)))
    return upload_targets.created_fax(answer(created(*files, **changes)), request)


# The answer to a create request


def test_the_vendors_sample_of_a_create_is_understood() -> None:
    fax = upload_targets.created_fax(answer(vendor_samples.CREATED), fax_of(("doc001", 1048576)))
    assert (fax.id, fax.uid) == ("262", "ba123e75751d52b84f6527062fd20bd1")
    [target] = fax.targets
    assert target.upload_identifier == "doc001"
    assert target.url.startswith("https://storage.example.com/bucket/file?X-Amz-Algorithm=AWS4")
    assert target.headers == {"x-amz-meta-he-int-faxout": "1", "x-amz-meta-app-faxid": "262"}
    assert (target.content_type, target.content_length) == ("application/pdf", 1048576)
    assert target.handle.startswith("https://api.hubgets.com/at/file/action?id=31mMULR90JvqyO")
    assert target.lifetime is None


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
    """Without identifiers, only the sizes show whether the targets are in another order."""
    with pytest.raises(InvalidResponse, match=r"files\[0\]\.contentLength"):
        created_from(created_file(contentLength=6))


@pytest.mark.parametrize("files", [[], [created_file()] * 2])
def test_fewer_or_more_targets_than_files_are_refused(files: list[Any]) -> None:
    with pytest.raises(InvalidResponse, match=r"files has . items where 1 were asked"):
        upload_targets.created_fax(answer(created(*files)), fax_of(("doc0", 5)))


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


@pytest.mark.parametrize("date", ["20261123T120000Z", "19700101T000000Z", "29990101T000000Z", "x"])
def test_the_url_says_how_long_it_lives_whatever_its_date_is(date: str) -> None:
    """The date comes from VoipNow's clock. VoipNow's clock and the portal's may be wrong."""
    url = f"https://s.example/f?X-Amz-Date={date}&X-Amz-Expires=600"
    [target] = created_from(created_file(redirectUri=url)).targets
    assert target.lifetime == timedelta(minutes=10)


def test_a_life_is_no_longer_than_signatures_allow() -> None:
    url = "https://s.example/f?X-Amz-Expires=99999999"
    [target] = created_from(created_file(redirectUri=url)).targets
    assert target.lifetime == timedelta(days=7)


@pytest.mark.parametrize(
    "query", ["", "X-Amz-Date=20261123T120000Z", *("X-Amz-Expires=" + life for life in LIVES)]
)
def test_a_url_that_does_not_say_how_long_it_lives_is_taken(query: str) -> None:
    [target] = created_from(created_file(redirectUri=f"https://s.example/f?{query}")).targets
    assert target.lifetime is None


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
        upload_targets.created_fax(answer(body), fax_of(("doc0", 5)))


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


def test_urls_headers_and_names_are_in_no_repr() -> None:
    fax = created_from(created_file(redirectHeaders={"x-amz-meta-a": "hidden"}))
    shown = repr(fax) + repr(fax_of(("doc0", 5)))
    for secret in ("https://", "hidden", "document.pdf", "7778888"):
        assert secret not in shown
