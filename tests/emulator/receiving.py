"""Receivers on the loopback interface, good and bad, each in a thread of its own."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

#: Gets the number of the request, its head and its body, and the connection.
Behaviour = Callable[[int, bytes, bytes, socket.socket], None]


def answer(status: int, *headers: str, body: str = "") -> bytes:
    """Return an answer of HTTP; the connection is closed after it."""
    lines = [f"HTTP/1.1 {status} -", *headers, f"Content-Length: {len(body)}", "", body]
    return "\r\n".join(lines).encode()


def answering(status: int, *headers: str, body: str = "") -> Behaviour:
    return lambda number, head, sent, back: back.sendall(answer(status, *headers, body=body))


def trickling(number: int, head: bytes, sent: bytes, back: socket.socket) -> None:
    """Send a byte of the headers now and then until the other side has gone."""
    back.sendall(b"HTTP/1.1 204 -\r\nX: ")
    while True:
        back.sendall(b"x")
        time.sleep(0.02)


def endless(number: int, head: bytes, sent: bytes, back: socket.socket) -> None:
    """Send a body without an end as fast as it is read."""
    back.sendall(b"HTTP/1.1 200 -\r\n\r\n")
    while True:
        back.sendall(b"x" * 65536)


def closing(number: int, head: bytes, sent: bytes, back: socket.socket) -> None:
    """Close the connection without an answer."""


def hanging(number: int, head: bytes, sent: bytes, back: socket.socket) -> None:
    """Say nothing until the other side has gone."""
    back.recv(1)


class Receiver:
    """What arrived at a receiver, in order, and its address."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/callback"
        self.port = port
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []


@contextmanager
def receiving(behave: Behaviour) -> Iterator[Receiver]:
    """Run a receiver that behaves like this."""
    numbers = count()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b""
            while (line := self.rfile.readline()).strip():
                head += line
            if not line:  # the other side has gone
                return
            length = next(
                int(line[15:])
                for line in head.splitlines()
                if line.lower().startswith(b"content-length:")
            )
            body = self.rfile.read(length)
            with lock:
                number = next(numbers)
                found.heads.append(head)
                found.bodies.append(body)
            try:
                behave(number, head, body, self.request)
            except OSError:
                return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 200

    lock = threading.Lock()
    with Server(("127.0.0.1", 0), Handler) as server:
        found = Receiver(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
            server.block_on_close = False
