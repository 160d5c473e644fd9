"""Post bodies to a receiver, and to no other address; extra `emulator`.

A URL and a body come in, an `Answer` goes out. All addresses of the host must be on this machine or
in a private network, unless the caller names the host; the connection is made to the address that
was checked. Nothing is read from the environment, and no redirect is followed.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Self

from .catalogue.reasons import ReasonedError
from .catalogue.texts import Text
from .spec.exceptions import MissingExtraError

try:
    import httpx
except ImportError:
    raise MissingExtraError("kvs_schema.posting", "emulator") from None

#: Loopback and private networks. `is_private` of the standard library also accepts 169.254.169.254,
#: where clouds serve credentials, and 0.0.0.0, which is this machine.
LOCAL = tuple(
    map(
        ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
    )
)
#: Bytes of an answer that are read.
ANSWER_BYTES = 64 * 1024
PORTS = {"http": 80, "https": 443}
_LAST_PORT = 2**16 - 1

Headers = Iterable[tuple[str, str]]


class RefusedAddressError(ReasonedError):
    """Raised for an invalid URL, and for a host outside the local networks."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a post: a status with the beginning of the body, or the `error` instead.

    Names in `headers` are lower case.
    """

    seconds: float
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: Text | None = None

    @property
    def accepted(self) -> bool:
        """True if the status is 2xx."""
        return is_success(self.status)


def is_success(status: int | None) -> bool:
    """Return whether a status is 2xx."""
    return status is not None and 200 <= status < 300


def is_local(address: str) -> bool:
    """Return whether an address, which may be mapped to IPv6, is in one of the `LOCAL` networks."""
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    return any(found in network for network in LOCAL)


class Poster:
    """Posts bodies, any number at a time; an asynchronous context manager.

    Hosts in `remote` may be anywhere. `timeout` is in seconds, from the look-up of the host to the
    end of the answer. `headers` are sent too; they replace ours of the same name.
    """

    def __init__(
        self, *, timeout: float, remote: Collection[str] = (), headers: Headers = ()
    ) -> None:
        self.timeout = timeout
        self._remote = {host.lower() for host in remote}
        self._headers = list(headers)
        # A connection is never used again, since another host may be at the same address; nor are
        # cookies.
        self._client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=None,  # noqa: S113 – httpx's own timeouts are for each read
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._client.aclose()

    async def post(self, url: str, body: bytes) -> Answer:
        """Post a body and return the answer.

        Raises `RefusedAddressError` if nothing may be posted; any other failure is the `error` of
        the answer.
        """
        target = _checked_url(url)
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(self.timeout):
                status, headers, content = await self._exchange(target, body)
        except TimeoutError:
            error = Text("posting.timeout", {"seconds": f"{self.timeout:g}"})
        except (socket.gaierror, UnicodeError):
            error = Text("posting.unknown_host", {"host": target.host})
        except httpx.ConnectError as failed:
            error = Text("posting.unreachable", {"said": _error_text(failed)})
        except httpx.HTTPError as failed:
            error = Text("posting.closed", {"said": _error_text(failed)})
        else:
            return Answer(time.perf_counter() - begun, status, headers, content)
        return Answer(time.perf_counter() - begun, error=error)

    async def _exchange(
        self, target: httpx.URL, body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = httpx.Headers(
            {
                "Host": target.netloc.decode("ascii"),
                "Content-Type": "application/json",
                "User-Agent": "kvs-schema",
                "Accept-Encoding": "identity",
            }
        )
        headers.update(self._headers)
        *others, last = await self._addresses(target)
        for address in others:
            try:
                return await self._post(target, address, headers, body)
            except httpx.ConnectError:  # nothing was sent: `localhost` has two addresses
                continue
        return await self._post(target, last, headers, body)

    async def _post(
        self, target: httpx.URL, address: str, headers: httpx.Headers, body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        content = bytearray()
        async with self._client.stream(
            "POST",
            target.copy_with(host=address),
            content=body,
            headers=headers,
            extensions={"sni_hostname": target.host},
        ) as response:
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) >= ANSWER_BYTES:
                    break
        return response.status_code, dict(response.headers), bytes(content[:ANSWER_BYTES])

    async def _addresses(self, target: httpx.URL) -> list[str]:
        """Resolve a host; raise `RefusedAddressError` if one of its addresses is not allowed."""
        loop = asyncio.get_running_loop()
        port = target.port or PORTS[target.scheme]
        found = await loop.getaddrinfo(target.host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(where[0]) for *_, where in found))
        if target.host.lower() not in self._remote:
            for address in addresses:
                if not is_local(address):
                    values = {"host": target.host, "address": address}
                    raise RefusedAddressError(Text("posting.not_local", values))
        return addresses


def _checked_url(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, TypeError):
        raise RefusedAddressError(Text("posting.no_url", {"url": url})) from None
    if target.scheme not in PORTS or not target.host:
        raise RefusedAddressError(Text("posting.no_url", {"url": url}))
    if (target.port or 0) > _LAST_PORT:
        about = {"url": url, "port": target.port, "most": _LAST_PORT}
        raise RefusedAddressError(Text("posting.no_port", about))
    return target


def _error_text(error: Exception) -> str:
    return str(error) or type(error).__name__
