"""Run a receiver in any language through the conformance vectors.

Goes in: a command, which reads one JSON object a line and answers each with one, and the vectors.
Comes out: a result for each vector. The page about conformance describes the protocol.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from ..spec.exceptions import KvsSchemaError
from ..spec.vocabulary import Json

#: The version of the protocol.
PROTOCOL = 1
#: Seconds for an answer, bytes of a line, and how often a program is started again.
TIMEOUT, LONGEST, RESTARTS = 5.0, 1024 * 1024, 3

#: What a result is; that of a vector that was to fail is `expected`, or `unexpected` if it passed.
Kind: TypeAlias = Literal["passed", "failed", "skipped", "errored", "expected", "unexpected"]
#: Why a program gave no answer that can be used.
ProgramProblem: TypeAlias = Literal[
    "hangs", "dies", "floods", "other_seq", "no_object", "no_verdict"
]


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of an answer that is not as it must be."""

    key: str
    expected: Any
    answered: Any


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one vector.

    `message` is why the program says that it skipped the vector or failed, `problem` why there is
    no answer that can be used.
    """

    id: str
    kind: Kind
    differences: tuple[Difference, ...] = ()
    message: str | None = None
    problem: ProgramProblem | None = None
    answer: Json | None = None

    def as_dict(self) -> Json:
        """Return a JSON object; keys whose value is None or empty are left out."""
        found = {
            "seq": self.id,
            "result": self.kind,
            "differences": [
                {"key": each.key, "expected": each.expected, "answered": each.answered}
                for each in self.differences
            ],
            "message": self.message,
            "problem": self.problem,
            "answer": self.answer,
        }
        return {key: value for key, value in found.items() if value not in (None, [])}


class ProgramError(KvsSchemaError):
    """The program cannot be tested: it does not start, or was started too often."""

    def __init__(self, reason: str, **about: Any) -> None:
        super().__init__(reason, about)
        self.reason: str = reason
        self.about: Json = about


class _NoAnswerError(Exception):
    def __init__(self, problem: ProgramProblem) -> None:
        super().__init__(problem)
        self.problem: ProgramProblem = problem


class Program:
    """A program under test; starts it, asks it about vectors, and stops it."""

    def __init__(self, command: Sequence[str], timeout: float = TIMEOUT) -> None:
        self.command: Sequence[str] = command
        self.timeout: float = timeout
        #: `language` and `name`, once it has started.
        self.implementation: Json = {}
        self._process: asyncio.subprocess.Process | None = None

    async def run(
        self, vectors: Iterable[Json], expected: Collection[str], tell: Callable[[Result], object]
    ) -> None:
        """Call `tell` with the result of each vector; those in `expected`, by id, are to fail.

        Raises `ProgramError` if the program does not start, or has to be started once too often.
        """
        restarts = 0
        try:
            await self._start()
            for vector in vectors:
                result = await self._result(vector)
                tell(_as_expected(result) if vector["id"] in expected else result)
                if result.problem is None or result.problem == "no_verdict":
                    continue
                if restarts == RESTARTS:
                    raise ProgramError("restarts", count=RESTARTS, last=vector["id"])
                restarts += 1
                await self._stop()
                await self._start()
        finally:
            await self._stop()

    async def _result(self, vector: Json) -> Result:
        question = {"seq": vector["id"], "schema": vector["schema"], "raw": vector["raw"]}
        try:
            answer = await self._ask({"cmd": "run", **question})
        except _NoAnswerError as error:
            return Result(vector["id"], "errored", problem=error.problem)
        return result_of(vector, answer)

    async def _start(self) -> None:
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LONGEST,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise ProgramError("not_started", command=self.command[0], why=why) from None
        try:
            answer = await self._ask({"cmd": "start", "version": PROTOCOL})
        except _NoAnswerError as error:
            raise ProgramError("no_start", problem=error.problem) from None
        if answer.get("version") != PROTOCOL:
            raise ProgramError("version", version=PROTOCOL, answered=answer.get("version"))
        implementation = answer.get("implementation")
        self.implementation = implementation if isinstance(implementation, dict) else {}

    async def _ask(self, question: Json) -> Json:
        """Return the answer to a question, which repeats its `seq`."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise _NoAnswerError("dies")
        try:
            async with asyncio.timeout(self.timeout):
                with suppress(ConnectionError):  # it may have answered before it ended
                    process.stdin.write(json.dumps(question).encode() + b"\n")
                    await process.stdin.drain()
                line = await process.stdout.readuntil(b"\n")
            answer = json.loads(line)
        except TimeoutError:
            raise _NoAnswerError("hangs") from None
        except asyncio.LimitOverrunError:
            raise _NoAnswerError("floods") from None
        except (asyncio.IncompleteReadError, OSError):
            raise _NoAnswerError("dies") from None
        except (ValueError, RecursionError):
            raise _NoAnswerError("no_object") from None
        if not isinstance(answer, dict):
            raise _NoAnswerError("no_object")
        if answer.get("seq") != question.get("seq"):
            raise _NoAnswerError("other_seq")
        return answer

    async def _stop(self) -> None:
        """End the input, and the program with all that it started if it does not end by itself."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        await _ended(process, seconds=0.2)
        with suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        await _ended(process, seconds=2)


async def _ended(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Wait a while for a program to end; until its output is read to its end, it does not."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            if process.stdout is not None:
                while await process.stdout.read(LONGEST):
                    pass
            await process.wait()


def result_of(vector: Json, answer: Json) -> Result:
    """Return the result of an answer: what it answers is compared, and nothing else."""
    message = answer.get("message")
    message = message if isinstance(message, str) else None
    if answer.get("skipped") is True or answer.get("errored") is True:
        kind: Kind = "skipped" if answer.get("skipped") is True else "errored"
        return Result(vector["id"], kind, message=message, answer=answer)
    if not isinstance(answer.get("tolerant"), bool):
        return Result(vector["id"], "errored", problem="no_verdict", answer=answer)
    differences = tuple(_differences(vector["expected"], answer))
    return Result(vector["id"], "failed" if differences else "passed", differences, answer=answer)


def _differences(expected: Json, answer: Json) -> Iterator[Difference]:
    for key, value in expected.items():
        same = _same_findings if key == "findings" else _same
        if key in answer and not same(value, answer[key]):
            yield Difference(key, value, answer[key])


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON; unlike `==`, 1 is not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _same_findings(expected: Sequence[Json], answered: Any) -> bool:
    """Return whether all findings are there, in order, each with the parts that are answered."""
    return (
        isinstance(answered, list)
        and len(answered) == len(expected)
        and all(
            isinstance(each, dict)
            and all(key in one and _same(one[key], value) for key, value in each.items())
            for one, each in zip(expected, answered, strict=True)
        )
    )


def _as_expected(result: Result) -> Result:
    """Return the result of a vector that was to fail."""
    kinds: dict[Kind, Kind] = {"passed": "unexpected", "failed": "expected", "errored": "expected"}
    return replace(result, kind=kinds.get(result.kind, result.kind))
