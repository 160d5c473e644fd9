"""Verify AWS Signature Version 4 of a request, in the query or in `Authorization`.

A request and the secret keys come in; what was signed goes out. botocore signs the request again,
for the region, the service and the headers that the request names, since KVS documents none.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from botocore.auth import UNSIGNED_PAYLOAD, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

Pairs: TypeAlias = Sequence[tuple[str, str]]

#: The name of a query parameter of a signature.
_IN_QUERY = "X-Amz-{}".format
_IN_HEADER = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)\s*"
)


class _Signature(NamedTuple):
    """The signature of a request, with all that it says it was computed from."""

    access_key: str
    region: str
    service: str
    time: str
    headers: frozenset[str]
    value: str


class _Resigner(SigV4Auth):  # type: ignore[misc]
    """Computes a signature with the given headers and hash of the body."""

    def __init__(self, secret: str, claimed: _Signature, payload: str) -> None:
        super().__init__(Credentials(claimed.access_key, secret), claimed.service, claimed.region)
        self._claimed, self._payload = claimed, payload

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        """Return the signed headers: those of the request, which has no others."""
        return request.headers

    def payload(self, request: AWSRequest) -> str:
        """Return the given hash of the body."""
        return self._payload

    def signed_again(self, request: AWSRequest) -> str:
        """Compute the signature that the request should have."""
        request.context["timestamp"] = self._claimed.time
        to_sign = self.string_to_sign(request, self.canonical_request(request))
        return str(self.signature(to_sign, request))


def signed_part(
    keys: Mapping[str, str], path: str, query: Pairs, headers: Pairs, body: bytes
) -> str | None:
    """Return what is signed of the body of a POST, or None if the signature is wrong.

    `body_signed`: the signature covers the body. `empty_signed`: it covers an empty body instead.
    `unsigned`: it does not depend on the body.
    """
    claimed = _read_signature(dict(query), {name.lower(): value for name, value in headers})
    if claimed is None or claimed.access_key not in keys:
        return None
    request = AWSRequest("POST", f"http://localhost{path}")
    request.params = [(name, value) for name, value in query if name != _IN_QUERY("Signature")]
    for name, value in headers:
        if name.lower() in claimed.headers:
            request.headers.add_header(name.lower(), value)
    declared_hash = request.headers.get("x-amz-content-sha256")
    for part, payload in (
        ("body_signed", hashlib.sha256(body).hexdigest()),
        ("empty_signed", hashlib.sha256(b"").hexdigest()),
        ("unsigned", UNSIGNED_PAYLOAD),
    ):
        resigned = _Resigner(keys[claimed.access_key], claimed, payload).signed_again(request)
        if declared_hash in (None, payload) and hmac.compare_digest(
            resigned.encode(), claimed.value.encode("utf-8", "surrogateescape")
        ):
            return part
    return None


def _read_signature(query: Mapping[str, str], headers: Mapping[str, str]) -> _Signature | None:
    in_header = _IN_HEADER.fullmatch(headers.get("authorization", ""))
    if in_header is not None:
        credential, names, value = in_header.groups()
        time = headers.get("x-amz-date", "")
    else:
        credential, names, value, time = (
            query.get(_IN_QUERY(name), "")
            for name in ("Credential", "SignedHeaders", "Signature", "Date")
        )
    access_key, *scope = credential.rsplit("/", 4)
    if len(scope) != 4 or scope[0] != time[:8]:
        return None
    _, region, service, _ = scope
    return _Signature(access_key, region, service, time, frozenset(names.split(";")), value)
