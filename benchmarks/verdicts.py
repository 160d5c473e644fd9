"""Measure one verdict: every body, every contender, as multiples of the floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from kvs_schema import check_callback, validate_callback

from . import corpus
from .contenders import FLOOR, OURS, Contender, contenders, floor
from .measure import best, peak
from .table import Row, at_least, at_most, microseconds

#: Contenders so slow that one call in each round is enough, and not in the short form.
_SLOW = ("jsonschema",)


def bodies(seconds: float, *, all_bodies: bool) -> Iterator[dict[str, Any]]:
    """Yield each body with the time of the floor and each contender's multiple of it.

    Without `all_bodies`, only the examples of the KVS documentation, the realistic bodies
    and few invalid ones.
    """
    chosen = [body for body in corpus.shared() if all_bodies or _is_chosen(body)]
    chosen.append(corpus.Body("avinfo, with blanks", corpus.spaced(corpus.worked_avinfo()), True))
    for body in chosen:
        functions = {FLOOR: floor(body.text)}
        functions |= {c.name: _validation(c, body) for c in contenders() if c.name not in _SLOW}
        times = best(functions, seconds)
        if all_bodies or body.worked:
            slow = {c.name: _validation(c, body) for c in contenders() if c.name in _SLOW}
            times |= best(slow, seconds / 10)
        yield {
            "name": body.name,
            "bytes": len(body.text),
            "valid": body.valid,
            "worked": body.worked,
            "floor": times[FLOOR],
            "ratios": {
                contender.name: times.get(contender.name, float("nan")) / times[FLOOR]
                for contender in contenders()
            },
        }


def _is_chosen(body: corpus.Body) -> bool:
    few = ("width text", "last of 2000 segments", "TaskID missing")
    return body.worked or (body.valid and not body.name.startswith("example")) or body.name in few


def _validation(contender: Contender, body: corpus.Body) -> Any:
    if body.valid:
        validate, text = contender.validate, body.text
        return lambda: validate(text)
    return lambda: contender.accepts(body.text)


def verdict_rows(found: list[dict[str, Any]]) -> Iterator[Row]:
    """Yield the rows about one verdict."""
    valid = [body for body in found if body["valid"]]
    worked = [body for body in valid if body["worked"]]
    avinfo = next(body for body in valid if body["name"] == "example avinfo")
    ours = avinfo["ratios"][OURS]
    detail = f"{microseconds(ours * avinfo['floor'])} to {microseconds(avinfo['floor'])}"
    yield at_most("validate_callback, worked avinfo, to the floor", ours, 3, detail)
    for other in ("pydantic", "msgspec"):
        name = f"{other}, no duplicates"
        ratio, body = _worst(valid, name)
        slower = sum(_ratio(one, name) >= 1 for one in valid)
        text = f"worst: {body['name']}; slower on {slower} of {len(valid)} bodies"
        yield at_most(f"to {other} with the same guarantees, each body", ratio, 1, text)
        ratio, body = _worst(worked, f"{other}, as written")
        text = f"worst: {body['name']}; avinfo {_ratio(avinfo, f'{other}, as written'):.2f}"
        yield at_most(f"to {other} as people write it, worked bodies", ratio, 1.2, text)
    slowest = [1 / _ratio(body, "jsonschema") for body in worked]
    detail = f"avinfo {1 / _ratio(avinfo, 'jsonschema'):.0f}, most {max(slowest):.0f}"
    yield at_least("faster than jsonschema, opening included", min(slowest), 15, detail)


def _ratio(body: dict[str, Any], name: str) -> float:
    return float(body["ratios"][OURS] / body["ratios"][name])


def _worst(found: list[dict[str, Any]], name: str) -> tuple[float, dict[str, Any]]:
    body = max(found, key=lambda one: _ratio(one, name))
    return _ratio(body, name), body


def spelling_rows(seconds: float) -> Iterator[Row]:
    """Measure what blanks cost, in bodies with real output of ffprobe and in a transcoding."""
    groups: dict[str, tuple[list[bytes], float]] = {
        "avinfo of real media": (corpus.probed(), 2.7),
        "avtrans": ([corpus.compact(corpus.avtrans())], 3.4),
    }
    for name, (bodies, goal) in groups.items():
        spellings = {
            "compact": (bodies, 3.0),
            "with blanks": ([corpus.spaced(body) for body in bodies], goal),
            "with blanks inside texts too": (
                [corpus.spaced(body, inside=True) for body in bodies],
                3.4,
            ),
        }
        for spelling, (texts, most) in spellings.items():
            times = best({"ours": _each(texts, _ours), "floor": _each(texts, floor)}, seconds)
            detail = f"{len(texts)} bodies, {sum(map(len, texts)) // len(texts)} bytes each"
            label = f"validate_callback, {name}, {spelling}, to the floor"
            yield at_most(label, times["ours"] / times["floor"], most, detail)


def _ours(body: bytes) -> Callable[[], Any]:
    return partial(validate_callback, body)


def _each(texts: list[bytes], make: Callable[[bytes], Callable[[], Any]]) -> Callable[[], None]:
    calls = [make(text) for text in texts]

    def run() -> None:
        for call in calls:
            call()

    return run


def finding_rows(seconds: float) -> Iterator[Row]:
    """Measure the cost of findings: of one, and of a megabyte of them."""
    good, bad = corpus.worked_avinfo(), corpus.one_violation()
    asked: dict[str, Callable[[bytes], Any]] = {
        "check_callback, one violation to none": check_callback,
        "the same, with all findings": _findings,
    }
    for label, ask in asked.items():
        times = best({"good": partial(ask, good), "bad": partial(ask, bad)}, seconds)
        detail = f"{microseconds(times['bad'])} to {microseconds(times['good'])}"
        yield at_most(label, times["bad"] / times["good"], 3, detail)
    for name, right, wrong in corpus.large():
        calls = {"right": partial(_findings, right), "wrong": partial(_findings, wrong)}
        times = best(calls, seconds)
        memory = {which: peak(call) for which, call in calls.items()}
        label = f"1 MiB of wrong {name} to right"
        detail = f"{microseconds(times['wrong'])} to {microseconds(times['right'])}"
        yield at_most(f"{label}, time", times["wrong"] / times["right"], 3, detail)
        detail = f"{memory['wrong'] / 2**20:.1f} MiB to {memory['right'] / 2**20:.1f} MiB"
        yield at_most(f"{label}, memory", memory["wrong"] / memory["right"], 3, detail)


def _findings(body: bytes) -> Any:
    return check_callback(body).findings


def growth_rows(seconds: float, most: int) -> Iterator[Row]:
    """Measure whether ten times the elements cost ten times as much."""
    makers = {
        "streams": corpus.avinfo,
        "segments": corpus.segmented,
        "sub-tasks": corpus.flow,
    }
    for name, make in makers.items():
        small, large = corpus.compact(make(most // 10)), corpus.compact(make(most))
        size = len(large) / len(small)
        bare = best({"small": floor(small), "large": floor(large)}, seconds)
        floor_grown = bare["large"] / bare["small"] / size  # caches are not linear
        for named, call in (("validate_callback", validate_callback), ("findings", _findings)):
            calls = {"small": partial(call, small), "large": partial(call, large)}
            times = best(calls, seconds)
            grown = times["large"] / times["small"] / size
            detail = (
                f"{microseconds(times['large'])} for {len(large) / 1e6:.1f} MB; a byte costs"
                f" {grown:.2f} times as much, to the bare parse {floor_grown:.2f} times"
            )
            label = f"{named}, {most:,} {name} to {most // 10:,}, beside the floor"
            yield at_most(label, grown / floor_grown, 1.2, detail)
