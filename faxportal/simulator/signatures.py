"""Signing and verifying pre-signed URLs of S3 (Signature Version 4 in query parameters).

Source: Amazon S3 API reference, "Authenticating Requests: Using Query Parameters (AWS Signature
Version 4)".
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urlsplit

from .responses import StorageRefusal

ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_LIFETIME = 7 * 24 * 3600  # seconds
CLOCK_SKEW = timedelta(minutes=15)
PARAMETERS = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")


@dataclass(frozen=True, kw_only=True)
class Keys:
    """An access key of S3, and the region of its bucket."""

    id: str
    secret: str = field(repr=False)
    region: str = "us-east-1"

    def scope(self, day: str) -> str:
        """The credential scope of a day (YYYYMMDD)."""
        return f"{day}/{self.region}/s3/aws4_request"


def presign(
    method: str, url: str, headers: Mapping[str, str], *, keys: Keys, at: datetime, lifetime: int
) -> str:
    """`url` with a signature of its host, its path and `headers`, valid for `lifetime` seconds.

    The request must have exactly these headers. `url` has no query, and its path is
    percent-encoded.
    """
    parts = urlsplit(url)
    signed = {"host": parts.netloc} | {name.lower(): value for name, value in headers.items()}
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    query = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{keys.id}/{keys.scope(stamp[:8])}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(lifetime),
        "X-Amz-SignedHeaders": ";".join(sorted(signed)),
    }
    canonical = _canonical_request(method, parts.path, query, signed)
    query["X-Amz-Signature"] = _signature(canonical, stamp, keys)
    return f"{url}?{'&'.join(_encoded(query.items()))}"


def verify(
    method: str, target: str, headers: Iterable[tuple[str, str]], *, keys: Keys, now: datetime
) -> None:
    """Raise `StorageRefusal` unless the request is signed with `keys` and has not expired.

    `target` is the path and the query of the request line, as sent.
    """
    path, _, raw_query = target.partition("?")
    query = dict(_decoded(raw_query))
    given = _joined(headers)
    signature, stamp, names = _check_parameters(query, given, keys)
    _check_time(stamp, int(query["X-Amz-Expires"]), now)
    unsigned = sorted(n for n in given if n.startswith("x-amz-") and n not in names)
    if unsigned:
        raise StorageRefusal(
            403,
            "AccessDenied",
            "There were headers present in the request which were not signed",
            {"HeadersNotSigned": ", ".join(unsigned)},
        )
    unsigned_query = {name: value for name, value in query.items() if name != "X-Amz-Signature"}
    signed = {name: given.get(name, "") for name in names}
    canonical = _canonical_request(method, path, unsigned_query, signed)
    if not hmac.compare_digest(
        _signature(canonical, stamp, keys).encode(), signature.encode(errors="replace")
    ):
        raise StorageRefusal(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
            {"SignatureProvided": signature, "CanonicalRequest": canonical},
        )


def _check_parameters(
    query: Mapping[str, str], given: Mapping[str, str], keys: Keys
) -> tuple[str, str, list[str]]:
    """The signature, the time stamp and the names of the signed headers."""
    if not any(name.startswith("X-Amz-") for name in query):
        raise StorageRefusal(403, "AccessDenied", "Access Denied")
    if "authorization" in given:
        raise StorageRefusal(
            400,
            "InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature "
            "query string parameter or the Authorization header should be specified",
        )
    if not _is_well_formed(query, keys):
        raise StorageRefusal(
            400,
            "AuthorizationQueryParametersError",
            "Query-string authentication version 4 requires the X-Amz-Algorithm, "
            "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
            "X-Amz-Expires parameters.",
        )
    if query["X-Amz-Credential"].partition("/")[0] != keys.id:
        raise StorageRefusal(
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        )
    names = query["X-Amz-SignedHeaders"].split(";")
    return query["X-Amz-Signature"], query["X-Amz-Date"], names


def _is_well_formed(query: Mapping[str, str], keys: Keys) -> bool:
    """Whether all parameters are there, and valid apart from the key and the signature."""
    if not all(query.get(f"X-Amz-{name}") for name in PARAMETERS):
        return False
    lifetime, scope = query["X-Amz-Expires"], query["X-Amz-Credential"].partition("/")[2]
    return (
        query["X-Amz-Algorithm"] == ALGORITHM
        and lifetime.isascii()
        and lifetime.isdigit()
        and 0 < int(lifetime) <= LONGEST_LIFETIME
        and scope == keys.scope(query["X-Amz-Date"][:8])
        and "host" in query["X-Amz-SignedHeaders"].split(";")
    )


def _check_time(stamp: str, lifetime: int, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise StorageRefusal(
            400,
            "AuthorizationQueryParametersError",
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        ) from None
    if signed_at > now + CLOCK_SKEW:
        raise StorageRefusal(403, "AccessDenied", "Request is not valid yet")
    if now >= signed_at + timedelta(seconds=lifetime):
        raise expired(lifetime, signed_at + timedelta(seconds=lifetime), now)


def expired(lifetime: int, end: datetime, now: datetime) -> StorageRefusal:
    """The refusal of a URL with this lifetime (seconds) that expired at `end`."""
    more = {"X-Amz-Expires": str(lifetime), "Expires": _iso(end), "ServerTime": _iso(now)}
    return StorageRefusal(403, "AccessDenied", "Request has expired", more)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _canonical_request(
    method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    names = sorted(headers)
    lines = [
        method,
        _quoted(unquote(path), safe="/-_.~"),
        "&".join(sorted(_encoded(query.items()))),
        *(f"{name}:{' '.join(headers[name].split())}" for name in names),
        "",
        ";".join(names),
        "UNSIGNED-PAYLOAD",
    ]
    return "\n".join(lines)


def _signature(canonical: str, stamp: str, keys: Keys) -> str:
    day = stamp[:8]
    digest = hashlib.sha256(canonical.encode(errors="surrogateescape")).hexdigest()
    to_sign = f"{ALGORITHM}\n{stamp}\n{keys.scope(day)}\n{digest}"
    key = f"AWS4{keys.secret}".encode()
    for part in (day, keys.region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, to_sign.encode(), "sha256").hexdigest()


def _encoded(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{_quoted(name)}={_quoted(value)}" for name, value in pairs]


def _quoted(text: str, safe: str = "-_.~") -> str:
    return quote(text, safe=safe, errors="surrogateescape")


def _decoded(raw_query: str) -> list[tuple[str, str]]:
    pairs = (pair.partition("=") for pair in raw_query.split("&") if pair)
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        joined[lower] = f"{joined[lower]},{value}" if lower in joined else value
    return joined
