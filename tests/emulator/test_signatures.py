"""Signatures are verified where a key is configured: what botocore signs, and no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from kvs_schema.emulator import Emulator

from .creating import create, fields

KEY, SECRET = "AKLT/with+odd=characters", "secret/key+1"
HOST = "kvs.cn-beijing-6.api.ksyun.com"
BODY = json.dumps(fields(None, DstObjectKey="目录/文件.json")).encode()


@pytest.fixture(scope="module")
def kvs() -> Iterator[Emulator]:
    with Emulator(keys={KEY: SECRET, "other": "other"}) as emulator:
        yield emulator


def signed(signer: Any, body: bytes | None, secret: str = SECRET, **headers: str) -> AWSRequest:
    """A request as botocore signs it, with the body attached afterwards if it is not given."""
    request = AWSRequest(
        "POST",
        f"https://{HOST}/",
        params={"Action": "CreateWaveTask", "Version": "2017-01-01", "tag": "a b/c~ü+*"},
        data=body,
        headers={"Host": HOST, **headers},
    )
    signer(Credentials(KEY, secret), "kvs", "cn-beijing-6").add_auth(request)
    return request


def send(kvs: Emulator, request: AWSRequest, body: bytes = BODY, **more: Any) -> tuple[int, str]:
    """Send a signed request; return the code of the answer and what was said of the signature."""
    prepared = request.prepare()
    url = prepared.url.replace(f"https://{HOST}/", kvs.url)
    headers = {name: value for name, value in prepared.headers.items() if name != "Content-Length"}
    with httpx.Client(trust_env=False) as client:
        answer = client.post(url, content=body, headers=headers | more)
    return answer.json()["ErrNum"], kvs.requests[-1].request.signature


class S3Unsigned(S3SigV4Auth):  # type: ignore[misc]
    """Leaves the body out of the signature."""

    def payload(self, request: AWSRequest) -> str:
        return "UNSIGNED-PAYLOAD"


CASES: dict[str, tuple[Callable[[], AWSRequest], str]] = {
    "query, as documented": (lambda: signed(SigV4QueryAuth, None), "empty_signed"),
    "header": (lambda: signed(SigV4Auth, BODY), "body_signed"),
    "header, nothing signed": (lambda: signed(SigV4Auth, None), "empty_signed"),
    "header with hash": (lambda: signed(S3SigV4Auth, BODY), "body_signed"),
    "header, unsigned": (lambda: signed(S3Unsigned, BODY), "unsigned"),
    "query, unsigned": (lambda: signed(S3SigV4QueryAuth, None), "unsigned"),
    "more headers": (
        lambda: signed(SigV4Auth, BODY, Accept="a,  b", Extra="x  y"),
        "body_signed",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_botocore_signs_is_accepted(name: str, kvs: Emulator) -> None:
    make, part = CASES[name]
    assert send(kvs, make()) == (0, part)
    # Headers that are not signed do not matter, for example those that a proxy adds.
    assert send(kvs, make(), BODY, **{"X-Forwarded-For": "1.2.3.4"}) == (0, part)


@pytest.mark.parametrize("name", CASES)
def test_another_body_passes_only_if_it_is_not_signed(name: str, kvs: Emulator) -> None:
    make, part = CASES[name]
    found = send(kvs, make(), BODY.replace(b"waves", b"other"))
    assert found == ((1002, "wrong") if part == "body_signed" else (0, part))


REFUSED: dict[str, Callable[[], AWSRequest]] = {
    "another secret": lambda: signed(SigV4Auth, BODY, secret="wrong"),
    "another secret in the query": lambda: signed(SigV4QueryAuth, None, secret="wrong"),
    "an unknown key": lambda: changed(signed(SigV4Auth, BODY), KEY, "unknown"),
    "another key": lambda: changed(signed(SigV4Auth, BODY), KEY, "other"),
    "another region": lambda: changed(signed(SigV4Auth, BODY), "cn-beijing-6", "cn-shanghai-2"),
    "no scope": lambda: changed(signed(SigV4Auth, BODY), "/kvs/aws4_request", ""),
    "another signature": lambda: changed(signed(SigV4Auth, BODY), "Signature=", "Signature=0"),
    "another scheme": lambda: changed(signed(SigV4Auth, BODY), "AWS4-HMAC-SHA256", "Basic"),
    "fewer headers": lambda: changed(signed(SigV4Auth, BODY), "host;", ""),
}


def changed(request: AWSRequest, old: str, new: str) -> AWSRequest:
    value = request.headers["Authorization"]
    assert old in value
    request.headers.replace_header("Authorization", value.replace(old, new))
    return request


@pytest.mark.parametrize("name", REFUSED)
def test_another_signature_is_refused(name: str, kvs: Emulator) -> None:
    assert send(kvs, REFUSED[name]()) == (1002, "wrong")


def test_a_hash_that_is_not_that_of_the_body(kvs: Emulator) -> None:
    request = signed(SigV4Auth, BODY, **{"X-Amz-Content-SHA256": "0" * 64})
    assert send(kvs, request) == (1002, "wrong")


def test_a_changed_query_is_refused(kvs: Emulator) -> None:
    request = signed(SigV4QueryAuth, None)
    request.url += "&more=1"
    assert send(kvs, request) == (1002, "wrong")


def test_without_keys_only_the_form_is_checked(kvs: Emulator) -> None:
    assert create(kvs.url).json()["ErrNum"] == 1002
    with Emulator() as other:
        assert create(other.url).json()["ErrNum"] == 0
        assert other.requests[-1].request.signature == "unverified"
        request = AWSRequest("POST", f"https://{HOST}/?Action=CreateWaveTask&Version=2017-01-01")
        assert send(other, request) == (1000, "unverified")
