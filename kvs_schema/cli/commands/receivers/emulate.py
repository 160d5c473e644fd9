"""`kvs-schema emulate`: KVS on this machine, until Ctrl-C; prints what it answers and posts."""

from __future__ import annotations

import secrets
from argparse import Namespace
from queue import SimpleQueue

from ....emulator import Emulator
from ....emulator.server import Event
from ....emulator.tasks import EmulatedTask
from ....emulator.web import CONTROL, AnsweredRequest
from ...drawing import callback_options, drawing
from ...terminal.screen import Screen, short_task_id


def run(arguments: Namespace, screen: Screen) -> int:
    """Answer requests and post callbacks until a signal comes; then say what happened."""
    events: SimpleQueue[Event] = SimpleQueue()
    seed = secrets.randbits(31) if arguments.seed is None else arguments.seed
    with drawing():
        drawn = callback_options(arguments)
        emulator = Emulator(
            port=arguments.port,
            tell=events.put,
            seed=seed,
            types=drawn["types"] or (),
            errnums=drawn["errnums"],
            values=drawn["values"],
            keys=dict(arguments.keys),
            dialect=arguments.dialect,
            wild=arguments.wild,
            failure_rate=arguments.failure_rate,
            latency=arguments.latency,
            faults=arguments.faults,
            speed=arguments.speed,
            attempts=arguments.attempts,
            refuse=arguments.refuse,
            room=arguments.room,
            timeout=arguments.timeout,
            remote=arguments.remote,
        )
    telling: Event | None = None
    try:
        with emulator:
            page = f"{emulator.url[:-1]}{CONTROL}/?lang={screen.lang}"
            screen.line((screen.say("emulate.ready", url=emulator.url), "title"))
            screen.line(screen.say("emulate.page", url=page))
            screen.line(screen.say("emulate.seed", seed=seed))
            while True:
                screen.flush()
                telling = events.get()
                _tell(telling, screen)
                telling = None
    except KeyboardInterrupt:
        if telling is not None:  # it came while this was told, perhaps in part
            _tell(telling, screen)
        while not events.empty():
            _tell(events.get(), screen)
        screen.line((screen.say("emulate.summary", **emulator.counts()), "title"))
        raise


def _tell(event: Event, screen: Screen) -> None:
    if isinstance(event, AnsweredRequest):
        _tell_request(event, screen)
        return
    if isinstance(event, EmulatedTask):
        key = f"emulate.{event.state}"
        why = "" if event.error is None else event.error.said(screen.lang)
        text = screen.say(key, task=short_task_id(event.task_id), why=why)
        screen.line((text, "good" if event.state == "done" else "warn"))
        return
    about = f"POST {event.post.variant} {short_task_id(event.task_id)}"
    if event.post.fault is not None:
        about += f" [{screen.say(f'page.{event.post.fault}')}]"
    came = event.error.said(screen.lang) if event.error is not None else str(event.status)
    screen.line(f"{about} -> ", (came, "good" if event.accepted else "bad"))


def _tell_request(event: AnsweredRequest, screen: Screen) -> None:
    request, came = event.request, f"{event.code}"
    if event.task_id is not None:
        came += f" {short_task_id(event.task_id)}"
    elif event.refusal is not None:
        came += f" ({screen.say(f'page.{event.refusal.basis}')})"
    signature = screen.say(f"page.{request.signature}")
    screen.line(
        f"{request.operation} -> ", (came, "bad" if event.code else "good"), f" [{signature}]"
    )
    for finding in (*request.findings, *request.deviations):
        screen.line(f"  {finding.text(screen.lang)}")
