"""Bodies are posted to local addresses only, to the address that was checked, in bounded time."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from kvs_schema.posting import ANSWER_BYTES, Answer, Poster, RefusedAddressError, is_local

from .receiving import answering, closing, endless, hanging, receiving, trickling


def post(*urls: str, timeout: float = 5, **options: Any) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        async with Poster(timeout=timeout, **options) as poster:
            return [await poster.post(url, b'{"a": 1}') for url in urls]

    return asyncio.run(all_of_them())


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.0.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.7.7"),
        *("::1", "fc00::1", "fdff::9", "::ffff:10.0.0.1"),
    ],
)
def test_local_addresses(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "169.254.169.254", "8.8.8.8", "172.32.0.1", "192.169.0.1", "100.64.0.1"),
        *("255.255.255.255", "224.0.0.1", "::", "fe80::1", "2001:db8::1", "fe80::1%1"),
        *("::ffff:8.8.8.8", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1"),
    ],
)
def test_other_addresses(address: str) -> None:
    assert not is_local(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]"]
)
def test_names_of_this_machine_lead_to_it(host: str) -> None:
    with receiving(answering(204)) as receiver:
        (got,) = post(f"http://{host}:{receiver.port}/callback?x=1")
    assert (got.status, got.accepted) == (204, True)
    (head,) = receiver.heads
    assert head.startswith(b"POST /callback?x=1 HTTP/1.1\r\n")
    assert receiver.bodies == [b'{"a": 1}']


@pytest.mark.parametrize(
    "url",
    [
        *("", "xxxxx", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://:80/"),
        *("http://127.0.0.1:99999/", "http://0.0.0.0/", "http://169.254.169.254/latest"),
        *("http://2852039166/", "http://[::ffff:169.254.169.254]/", "http://8.8.8.8/"),
        *("http://[::]/", "//127.0.0.1/", "http://127.0.0.1\n/"),
    ],
)
def test_nothing_is_posted_elsewhere(url: str) -> None:
    with pytest.raises(RefusedAddressError) as refused:
        post(url)
    assert refused.value.text("zh") != refused.value.text("en") == str(refused.value)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have `host.example` resolve to these addresses, and record who connects where."""
    left, connected = list(answers), []
    resolve, connect = socket.getaddrinfo, socket.socket.connect

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in ("host.example", b"host.example"):
            return resolve(host, port, *args, **kwargs)
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    def connecting(self: Any, address: Any) -> Any:
        connected.append(address[0])
        return connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", connecting)
    return connected


def test_one_address_elsewhere_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = resolving(monkeypatch, ["127.0.0.1", "8.8.8.8"])
    with pytest.raises(RefusedAddressError, match=r"host\.example is at 8\.8\.8\.8"):
        post("http://host.example/")
    assert connected == []


def test_the_connection_is_made_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second look-up would give another address: DNS rebinding."""
    connected = resolving(monkeypatch, ["127.0.0.1"], ["192.0.2.1"])
    with receiving(answering(204)) as receiver:
        (got,) = post(f"http://host.example:{receiver.port}/")
    assert got.status == 204
    assert connected == ["127.0.0.1"]
    assert f"Host: host.example:{receiver.port}\r\n".encode() in receiver.heads[0]


def test_a_host_that_was_named_may_be_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = resolving(monkeypatch, ["192.0.2.1"])
    with pytest.raises(RefusedAddressError):
        post("http://host.example/", remote=["other.example"])
    (got,) = post("http://host.example/", remote=["Host.Example"], timeout=0.2)
    assert got.status != 204
    assert connected == ["192.0.2.1"]


def test_the_next_address_is_tried_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    with receiving(answering(204)) as receiver:
        (got,) = post(f"http://host.example:{receiver.port}/")
    assert got.status == 204


def test_redirects_proxies_and_cookies_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(answering(204)) as other:
        monkeypatch.setenv("http_proxy", other.url)
        monkeypatch.setenv("ALL_PROXY", other.url)
        headers = (f"Location: {other.url}", "Set-Cookie: session=1")
        with receiving(answering(307, *headers)) as receiver:
            answers = post(receiver.url, receiver.url)
    assert [got.status for got in answers] == [307, 307]
    assert answers[0].headers["location"] == other.url
    assert other.bodies == []
    assert not any(b"session" in head for head in receiver.heads)


def test_own_headers_come_in_place_of_ours() -> None:
    with receiving(answering(204)) as receiver:
        post(receiver.url, headers=[("content-type", "text/plain"), ("X-Token", "s")])
    lines = receiver.heads[0].lower().splitlines()
    assert b"x-token: s" in lines
    assert [line for line in lines if line.startswith(b"content-type")] == [
        b"content-type: text/plain"
    ]


@pytest.mark.parametrize("behave", [trickling, hanging], ids=lambda found: found.__name__)
def test_an_exchange_takes_no_longer_than_the_timeout(behave: Any) -> None:
    """Every read of a trickled answer is in time: the whole must be."""
    with receiving(behave) as receiver:
        (got,) = post(receiver.url, timeout=0.2)
    assert got.status is None
    assert got.error is not None
    assert got.error.said("en") == "no answer within 0.2 s"


def test_no_answer_has_a_reason() -> None:
    with receiving(closing) as receiver:
        (closed,) = post(receiver.url)
    refused, unknown = post(receiver.url, "http://host.invalid/")
    keys = [got.error.key for got in (closed, refused, unknown) if got.error]
    assert keys == ["posting.closed", "posting.unreachable", "posting.unknown_host"]
    assert not any(got.accepted for got in (closed, refused, unknown))


def test_the_beginning_of_an_endless_answer_is_read() -> None:
    with receiving(endless) as receiver:
        (got,) = post(receiver.url)
    assert (got.status, len(got.body)) == (200, ANSWER_BYTES)
