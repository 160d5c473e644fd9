"""Verify AWS Signature Version 4 of a request, in the query or in `Authorization`.

The request is signed again by botocore with the scope and the headers that it names itself, so that
it does not matter which region or service the client believes in: none is documented.
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

_CONTENT_HASH = "x-amz-content-sha256"
_IN_HEADER = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)\s*"
)


class _Signature(NamedTuple):
    """What a request says about its own signature."""

    access_key: str
    region: str
    service: str
    time: str
    headers: frozenset[str]
    value: str


class _Resigner(SigV4Auth):  # type: ignore[misc]
    """Computes a signature over these headers only, and this hash of the body."""

    def __init__(self, secret: str, said: _Signature, payload: str) -> None:
        super().__init__(Credentials(said.access_key, secret), said.service, said.region)
        self._said, self._payload = said, payload

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        """Return the headers that the request names."""
        found = HTTPHeaders()
        for name, value in request.headers.items():
            found[name] = value
        return found

    def payload(self, request: AWSRequest) -> str:
        """Return the hash that is tried."""
        return self._payload

    def signed_again(self, request: AWSRequest) -> str:
        """Return the signature that the request should have."""
        request.context["timestamp"] = self._said.time
        to_sign = self.string_to_sign(request, self.canonical_request(request))
        return str(self.signature(to_sign, request))


def signed_part(
    keys: Mapping[str, str], method: str, path: str, query: Pairs, headers: Pairs, body: bytes
) -> str | None:
    """Return what the signature says about the body, or None if the signature is wrong.

    `body_signed` means that it covers the body, `empty_signed` that it covers the hash of nothing,
    `unsigned` that it does not depend on the body.
    """
    said = _said(dict(query), {name.lower(): value for name, value in headers})
    if said is None or said.access_key not in keys:
        return None
    request = AWSRequest(method, f"http://localhost{path}")
    request.params = [(name, value) for name, value in query if name != "X-Amz-Signature"]
    for name, value in headers:
        if name.lower() in said.headers:
            request.headers.add_header(name.lower(), value)
    named = request.headers.get(_CONTENT_HASH)
    for part, payload in (
        ("body_signed", hashlib.sha256(body).hexdigest()),
        ("empty_signed", hashlib.sha256(b"").hexdigest()),
        ("unsigned", UNSIGNED_PAYLOAD),
    ):
        resigned = _Resigner(keys[said.access_key], said, payload).signed_again(request)
        if named in (None, payload) and hmac.compare_digest(
            resigned.encode(), said.value.encode("utf-8", "surrogateescape")
        ):
            return part
    return None


def _said(query: Mapping[str, str], headers: Mapping[str, str]) -> _Signature | None:
    in_header = _IN_HEADER.fullmatch(headers.get("authorization", ""))
    if in_header is not None:
        credential, names, value = in_header.groups()
        time = headers.get("x-amz-date", "")
    else:
        credential, names, value, time = (
            query.get(f"X-Amz-{name}", "")
            for name in ("Credential", "SignedHeaders", "Signature", "Date")
        )
    access_key, *scope = credential.rsplit("/", 4)
    if len(scope) != 4 or scope[0] != time[:8]:
        return None
    _, region, service, _ = scope
    return _Signature(access_key, region, service, time, frozenset(names.split(";")), value)
