"""Make files of a failure.

A failure and where it was found go in; its bodies and a test come out, and are written to a folder.
The test fails until the bug is fixed.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .properties import Failure, FailureKind

#: The address at which `uvicorn module:app` listens.
_SERVED = "http://127.0.0.1:8000"
#: What the test of each kind of failure asserts.
_ASSERTIONS = {
    FailureKind.SERVER_ERROR: "all(status < 500 for status in statuses)",
    FailureKind.NO_ANSWER: "None not in statuses",
    FailureKind.REFUSED: "all(map(is_accepted, statuses))",
    FailureKind.CHANGED: "len(set(map(is_accepted, statuses))) == 1",
    FailureKind.ACCEPTED: "all(400 <= status < 500 for status in statuses)",
}
_TEST_TEMPLATE = '''"""{title}; found by `kvs-schema fuzz`."""

from pathlib import Path

from kvs_schema.fuzzing import open_receiver

BODIES = [
{bodies}
]

{helper}
def test_{name}() -> None:
    with open_receiver({arguments}) as receiver:
        bodies = [Path(__file__).with_name(name).read_bytes() for name in BODIES]
        statuses = [receiver.post(body).status for body in bodies]
    assert {assertion}, statuses
'''
_HELPER_TEMPLATE = """
def is_accepted(status: int) -> bool:
    return {condition}

"""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where bodies were posted: the arguments of `open_receiver`, and the statuses of success."""

    target: str
    path: str = "/"
    folder: str = "."
    timeout: float = 10.0
    headers: tuple[tuple[str, str], ...] = ()
    remote: tuple[str, ...] = ()
    accept: tuple[int, ...] = ()

    @property
    def is_url(self) -> bool:
        """True if it is reached over the network."""
        return "://" in self.target

    @property
    def url(self) -> str:
        """The URL that curl posts to; an application must be served there first."""
        return self.target if self.is_url else f"{_SERVED}/{self.path.removeprefix('/')}"

    def arguments(self) -> str:
        """Return the arguments of `open_receiver` as Python."""
        own = ("remote",) if self.is_url else ("path", "folder")
        defaults = Destination(self.target)
        given = {name: getattr(self, name) for name in (*own, "timeout", "headers")}
        shown = [f"{k}={v!r}" for k, v in given.items() if v != getattr(defaults, k)]
        return ", ".join([repr(self.target), *shown])


@dataclass(frozen=True, slots=True)
class FailureFiles:
    """The files of a failure.

    `names` has the file of each post in order, `bodies` the content of each file.
    """

    test: Path
    text: str
    names: Sequence[str]
    bodies: dict[str, bytes]

    def write(self) -> None:
        """Write the bodies and the test; raises `OSError`."""
        folder = self.test.parent
        folder.mkdir(parents=True, exist_ok=True)
        for name, body in self.bodies.items():
            (folder / name).write_bytes(body)
        self.test.write_text(self.text, "utf-8")

    def curl(self, destination: Destination) -> Iterator[str]:
        """Yield a command for each post, to be run in the folder of the files."""
        headers = [("Content-Type", "application/json"), *destination.headers]
        options = [word for name, value in headers for word in ("-H", f"{name}: {value}")]
        for name in self.names:
            words = ["curl", "-sS", "-i", *options, "--data-binary", f"@{name}", destination.url]
            yield shlex.join(words)


def failure_files(
    failure: Failure, title: str, destination: Destination, folder: Path
) -> FailureFiles:
    """Return the bodies of a failure, each once however often it is posted, and the test."""
    prefix = "_".join(str(part) for part in (failure.kind.value, failure.statuses[-1]) if part)
    by_body: dict[bytes, str] = {}
    for body in failure.bodies:
        by_body.setdefault(body, f"{prefix}_{len(by_body) + 1}.json")
    names = [by_body[body] for body in failure.bodies]
    accepted = "status // 100 == 2"
    if destination.accept:
        accepted += f" or status in {sorted(destination.accept)}"
    assertion = _ASSERTIONS[failure.kind]
    text = _TEST_TEMPLATE.format(
        title=title[:1].upper() + title[1:],
        bodies="\n".join(f'    "{name}",' for name in names),
        helper=_HELPER_TEMPLATE.format(condition=accepted) if "is_accepted" in assertion else "",
        name=prefix,
        arguments=destination.arguments(),
        assertion=assertion,
    )
    bodies_by_name = {name: body for body, name in by_body.items()}
    return FailureFiles(folder / f"test_{prefix}.py", text, names, bodies_by_name)
