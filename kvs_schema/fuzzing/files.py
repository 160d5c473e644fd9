"""Makes files of a failure: its bodies, and a test that fails as long as the bug is there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .properties import Broken, Property

#: Where `uvicorn module:app` listens.
_SERVED = "http://127.0.0.1:8000"
_ASSERTIONS = {
    Property.SERVER_ERROR: "all(status < 500 for status in statuses)",
    Property.NO_ANSWER: "None not in statuses",
    Property.REFUSED: "all(map(is_accepted, statuses))",
    Property.CHANGED: "len(set(map(is_accepted, statuses))) == 1",
    Property.ACCEPTED: "all(400 <= status < 500 for status in statuses)",
}
_TEST = '''"""{title}; found by `kvs-schema fuzz`."""

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
_HELPER = """
def is_accepted(status: int) -> bool:
    return {condition}

"""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where bodies were posted and how: the arguments of `open_receiver`, and what is accepted."""

    target: str
    path: str = "/"
    folder: str = "."
    timeout: float = 10.0
    headers: tuple[tuple[str, str], ...] = ()
    remote: tuple[str, ...] = ()
    accept: tuple[int, ...] = ()

    @property
    def is_url(self) -> bool:
        """Whether it is reached over the network."""
        return "://" in self.target

    @property
    def url(self) -> str:
        """Where curl posts; an application must be served first."""
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
    """The files of a failure; `names` has that of each post, `bodies` the content by name."""

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
    broken: Broken, title: str, destination: Destination, folder: Path
) -> FailureFiles:
    """Return the files of a failure: its bodies, one that is posted again once, and the test."""
    prefix = "_".join(str(part) for part in (broken.broke.value, broken.statuses[-1]) if part)
    by_body: dict[bytes, str] = {}
    for body in broken.bodies:
        by_body.setdefault(body, f"{prefix}_{len(by_body) + 1}.json")
    names = [by_body[body] for body in broken.bodies]
    accepted = "status // 100 == 2"
    if destination.accept:
        accepted += f" or status in {sorted(destination.accept)}"
    assertion = _ASSERTIONS[broken.broke]
    text = _TEST.format(
        title=title[:1].upper() + title[1:],
        bodies="\n".join(f'    "{name}",' for name in names),
        helper=_HELPER.format(condition=accepted) if "is_accepted" in assertion else "",
        name=prefix,
        arguments=destination.arguments(),
        assertion=assertion,
    )
    bodies_by_name = {name: body for body, name in by_body.items()}
    return FailureFiles(folder / f"test_{prefix}.py", text, names, bodies_by_name)
