"""Plan the life of a task: what is posted, when, and with which faults of delivery.

A generator of random numbers and the settings decide the plan; only the bodies are drawn, and all
of them at once. Times are seconds of the task itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from ..api import decode_callback, encode_callback
from ..results.status import TaskStatus
from ..strategies.callbacks import CallbackOptions
from ..strategies.generate.roles import PROGRESS, Body, put_in_order, roles_of
from ..strategies.sample import any_callbacks, drawn
from ..strategies.wire import Spelling, all_spellings
from .settings import EmulatorSettings

#: How many progress callbacks a task may have.
_PROGRESS = 3
_SEEDS = 32


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """A callback to be posted: its number in the plan, when, and what is unusual about it."""

    number: int
    at: float
    variant: str
    body: bytes
    fault: str | None = None


def planned(random: Random, settings: EmulatorSettings, task_id: str) -> list[PlannedPost]:
    """Plan a task from its creation to its end; to be called in a thread without a test."""
    kind = random.choice(settings.types)
    fails = random.random() < settings.failure_rate
    end = roles_of(settings.dialect).phases[TaskStatus.FAILED if fails else TaskStatus.SUCCEEDED]
    steps = random.randint(0, _PROGRESS)
    ending = settings.latency * random.uniform(0.5, 1.5)
    times = [*sorted(random.uniform(0, ending) for _ in range(steps)), ending]
    variants = [f"{settings.dialect}.{phase}" for phase in (*[PROGRESS] * steps, end)]
    bodies = bodies_of(random, settings, variants, kind, task_id)
    posts = [
        PlannedPost(number, at, variant, written(body))
        for number, (at, variant, body) in enumerate(zip(times, variants, bodies, strict=True))
    ]
    for fault in (_out_of_order, _late, _duplicate, _respelled):
        if random.random() < settings.faults:
            posts = fault(random, settings, posts)
    posts.sort(key=lambda post: post.at)
    return [replace(post, number=number) for number, post in enumerate(posts)]


def bodies_of(
    random: Random, settings: EmulatorSettings, variants: Sequence[str], kind: str, task_id: str
) -> list[Body]:
    """Draw callbacks of one task in one dialect, its end last, with values that agree."""
    each = [_callbacks(settings, variant, kind) for variant in variants]
    (bodies,) = drawn(st.tuples(*each), 1, random.getrandbits(_SEEDS))
    roles = roles_of(variants[0].partition(".")[0])
    last = bodies[-1]
    for body in bodies:
        body[roles.task_id] = task_id
        if roles.type in last:
            body[roles.type] = last[roles.type]
        else:
            body.pop(roles.type, None)
    put_in_order(list(bodies[:-1]), roles)
    return list(bodies)


def check_settings(settings: EmulatorSettings) -> None:
    """Raise what the strategies raise if the settings exclude a callback that may be needed."""
    for phase in dict.fromkeys(roles_of(settings.dialect).phases.values()):
        for kind in settings.types:
            _callbacks(settings, f"{settings.dialect}.{phase}", kind)


def _callbacks(settings: EmulatorSettings, variant: Any, kind: str) -> st.SearchStrategy[Body]:
    options = CallbackOptions(types=[kind], errnums=settings.errnums, values=settings.values)
    return any_callbacks([variant], options, wild=settings.wild)


def written(body: Body, spelling: Spelling | None = None) -> bytes:
    """Return the bytes of a callback, compact unless in another spelling."""
    return (spelling or Spelling()).write(body).encode()


def _duplicate(
    random: Random, settings: EmulatorSettings, posts: list[PlannedPost]
) -> list[PlannedPost]:
    """Post a callback again later."""
    post = random.choice(posts)
    later = post.at + random.uniform(0, settings.latency)
    return [*posts, replace(post, at=later, fault="duplicate")]


def _respelled(
    random: Random, settings: EmulatorSettings, posts: list[PlannedPost]
) -> list[PlannedPost]:
    """Post a callback again in another spelling, inside embedded documents too."""
    post = random.choice(posts)
    document = json.loads(Spelling(order="reversed").write(decode_callback(post.body)))
    body = written(encode_callback(document), random.choice(all_spellings()))
    later = post.at + random.uniform(0, settings.latency)
    return [*posts, replace(post, at=later, body=body, fault="respelled")]


def _out_of_order(
    random: Random, settings: EmulatorSettings, posts: list[PlannedPost]
) -> list[PlannedPost]:
    """Exchange two callbacks that follow each other."""
    if len(posts) < 2:
        return posts
    first = random.randrange(len(posts) - 1)
    one, other = posts[first : first + 2]
    posts[first : first + 2] = (
        replace(other, at=one.at, fault="out_of_order"),
        replace(one, at=other.at, fault="out_of_order"),
    )
    return posts


def _late(
    random: Random, settings: EmulatorSettings, posts: list[PlannedPost]
) -> list[PlannedPost]:
    """Post a progress callback after the end."""
    running = [post for post in posts if post.variant.endswith(PROGRESS)]
    if not running:
        return posts
    post = random.choice(running)
    last = max(one.at for one in posts)
    late = replace(post, at=last + random.uniform(0, settings.latency), fault="late")
    return [*(one for one in posts if one is not post), late]


def seeded(*parts: Any) -> Random:
    """Return a generator whose numbers depend on these values only."""
    return Random(json.dumps(parts, ensure_ascii=True))  # noqa: S311 – not for secrets
