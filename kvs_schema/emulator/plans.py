"""Plan the life of a task: what is posted, when, and with which faults of delivery.

Random numbers, the settings and a task id come in, the posts of the task go out. Only the bodies
are drawn by Hypothesis, all of them at once. Times are seconds since the creation of the task.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeAlias

from hypothesis import strategies as st

from ..api import decode_callback, encode_callback
from ..results.status import TaskStatus
from ..strategies.callbacks import CallbackOptions
from ..strategies.generate.roles import PROGRESS, Body, put_in_order, roles_of
from ..strategies.sample import any_callbacks, drawn
from ..strategies.wire import Spelling, all_spellings, reordered
from .settings import EmulatorSettings

#: How many progress callbacks a task may have.
_MOST_PROGRESS = 3


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """A callback to be posted: its number in the plan, when, and the fault of delivery."""

    number: int
    at: float
    variant: str
    body: bytes
    fault: str | None = None


Posts: TypeAlias = list[PlannedPost]


def plan_task(random: Random, settings: EmulatorSettings, task_id: str) -> Posts:
    """Plan all posts of a task; call it in a thread in which no test of Hypothesis runs."""
    kind = random.choice(settings.types)
    fails = random.random() < settings.failure_rate
    end = roles_of(settings.dialect).phases[TaskStatus.FAILED if fails else TaskStatus.SUCCEEDED]
    steps = random.randint(0, _MOST_PROGRESS)
    ending = settings.latency * random.uniform(0.5, 1.5)
    times = [*sorted(random.uniform(0, ending) for _ in range(steps)), ending]
    variants = [f"{settings.dialect}.{phase}" for phase in (*[PROGRESS] * steps, end)]
    bodies = draw_bodies(random, settings, variants, kind, task_id)
    posts = [
        PlannedPost(0, at, variant, Spelling().write(body).encode())
        for at, variant, body in zip(times, variants, bodies, strict=True)
    ]
    for fault in (_out_of_order, _late, _duplicate, _respelled):
        if random.random() < settings.faults:
            posts = fault(random, settings.latency, posts)
    posts.sort(key=lambda post: post.at)
    return [replace(post, number=number) for number, post in enumerate(posts)]


def draw_bodies(
    random: Random, settings: EmulatorSettings, variants: Sequence[str], kind: str, task_id: str
) -> list[Body]:
    """Draw callbacks of one task in one dialect, the last one last, with consistent values."""
    each = [_callbacks(settings, variant, kind) for variant in variants]
    (bodies,) = drawn(st.tuples(*each).map(list), 1, random.getrandbits(32))
    roles = roles_of(variants[0].partition(".")[0])
    bodies[-1][roles.task_id] = task_id
    for body in bodies:
        roles.as_task_of(body, bodies[-1])
    put_in_order(bodies[:-1], roles)
    return bodies


def check_settings(settings: EmulatorSettings) -> None:
    """Draw nothing, but raise what the strategies raise for settings that exclude a callback."""
    for phase in dict.fromkeys(roles_of(settings.dialect).phases.values()):
        for kind in settings.types:
            _callbacks(settings, f"{settings.dialect}.{phase}", kind)


def _callbacks(settings: EmulatorSettings, variant: Any, kind: str) -> st.SearchStrategy[Body]:
    options = CallbackOptions(types=[kind], errnums=settings.errnums, values=settings.values)
    return any_callbacks([variant], options, wild=settings.wild)


def _duplicate(random: Random, latency: float, posts: Posts) -> Posts:
    """Post a callback again later."""
    post = random.choice(posts)
    later = post.at + random.uniform(0, latency)
    return [*posts, replace(post, at=later, fault="duplicate")]


def _respelled(random: Random, latency: float, posts: Posts) -> Posts:
    """Post a callback again in another spelling, inside embedded documents too."""
    post = random.choice(posts)
    document = encode_callback(reordered(decode_callback(post.body), "reversed"))
    body = random.choice(all_spellings()).write(document).encode()
    later = post.at + random.uniform(0, latency)
    return [*posts, replace(post, at=later, body=body, fault="respelled")]


def _out_of_order(random: Random, latency: float, posts: Posts) -> Posts:
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


def _late(random: Random, latency: float, posts: Posts) -> Posts:
    """Post a progress callback after the end."""
    running = [post for post in posts if post.variant.endswith(PROGRESS)]
    if not running:
        return posts
    post = random.choice(running)
    last = max(one.at for one in posts)
    late = replace(post, at=last + random.uniform(0, latency), fault="late")
    return [*(one for one in posts if one is not post), late]


def seeded_random(*parts: Any) -> Random:
    """Return a generator whose numbers depend on these values only."""
    return Random(json.dumps(parts, ensure_ascii=True))  # noqa: S311 – not for secrets
