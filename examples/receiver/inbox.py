"""Stores each body, then processes it: one row for each task, a hook when a task ends."""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

import kvs_schema
from kvs_schema import Callback, Outcome, Report, TaskStatus

from .tables import Body, CreatedTask, Output, State, Task, is_storable_id

log = logging.getLogger("kvs.receiver")

#: An end outranks progress, and a success outranks a failure, in whatever order they arrive.
RANKS = {TaskStatus.PROCESSING: 0, TaskStatus.FAILED: 1, TaskStatus.SUCCEEDED: 2}

_LEVELS = {State.PARTIAL: logging.WARNING, State.UNCLEAR: logging.ERROR}
_UPSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

#: Runs in the transaction that ends the task: what it writes is committed with the row, or not.
Hook = Callable[[Session, Task], None]


def log_end(session: Session, task: Task) -> None:
    """Log that a task ended. In its place, add a job to your queue through the session."""
    log.info("body %d ended its task with status %d", task.body_id, task.status)


class Inbox:
    """Takes callbacks in any order, and any number of times.

    `on_end` runs once when a task fails and once when it succeeds: so once for most tasks, twice
    for a success after a failure, and not again for repeated callbacks, a failure after a success,
    or a callback that completes an end which was stored in part.
    """

    def __init__(
        self, engine: Engine, on_end: Hook = log_end, grace: timedelta = timedelta(days=1)
    ) -> None:
        self.sessions = sessionmaker(engine)
        self.on_end = on_end
        self.grace = grace

    def take(self, content: bytes) -> State:
        """Store a body, then process it. Raises only if the body could not be stored."""
        digest = hashlib.sha256(content).hexdigest()
        with self.sessions.begin() as session:
            body = Body(content=content, digest=digest)
            session.add(body)
            session.flush()
            body_id = body.id
        state = self.process(body_id)
        # The task may have been registered before the body was seen to wait for it.
        return self.process(body_id) if state is State.WAITING else state

    def register(self, task_id: str) -> None:
        """Accept callbacks of a task that you created, those that have arrived before too."""
        if not is_storable_id(task_id):
            raise ValueError("the task id is empty, too long or has characters that no id has")
        with self.sessions.begin() as session:
            created = _upsert(session)(CreatedTask).values(task_id=task_id)
            session.execute(created.on_conflict_do_nothing())
        self._process_all(Body.state == State.WAITING, Body.task_id == task_id)

    def revalidate(self) -> Counter[State]:
        """Validate quarantined bodies again, after an upgrade of kvs_schema."""
        return self._process_all(Body.state.in_([State.PARTIAL, State.UNCLEAR]))

    def retry(self) -> Counter[State]:
        """Process again what failed or waits; drop bodies whose task was not registered in time."""
        too_old = Body.received_at < datetime.now(UTC) - self.grace
        with self.sessions.begin() as session:
            session.execute(delete(Body).where(Body.state == State.WAITING, too_old))
        return self._process_all(Body.state.in_([State.RECEIVED, State.WAITING]))

    def process(self, body_id: int) -> State:
        """Process a stored body. If that fails, it stays as it was and can be processed again."""
        try:
            with self.sessions.begin() as session:
                body = session.get_one(Body, body_id)
                body.state = self._process(session, body)
                if body.state is State.FOREIGN:
                    session.delete(body)
                return body.state
        except Exception as error:  # without its text, which may contain values of the body
            stack = "".join(traceback.format_tb(error.__traceback__))
            log.error("body %d: %s\n%s", body_id, type(error).__name__, stack)
            return State.RECEIVED

    def _process_all(self, *conditions: ColumnElement[bool]) -> Counter[State]:
        with self.sessions() as session:
            found = session.scalars(select(Body.id).where(*conditions).order_by(Body.id)).all()
        return Counter(map(self.process, found))

    def _process(self, session: Session, body: Body) -> State:
        report = kvs_schema.check_callback(body.content)
        state = self._apply(session, body, report)
        if state is not body.state:
            level = _LEVELS.get(state, logging.INFO)
            why = "; ".join(found.hidden().text() for found in report.violations[:3])
            log.log(level, "body %d, %s: %s %s", body.id, body.digest, state.value, why)
        return state

    def _apply(self, session: Session, body: Body, report: Report) -> State:
        """Store what the report says of a task; return what becomes of the body."""
        if report.outcome is Outcome.FOREIGN:
            return State.FOREIGN
        task_id = report.task_id
        body.task_id = task_id if task_id and is_storable_id(task_id) else None
        callback = report.partial
        if callback is None:
            return State.UNCLEAR
        if body.task_id is None or session.get(CreatedTask, body.task_id) is None:
            return State.WAITING
        if self._replace(session, body, callback):
            self._announce(session, callback)
        return State.DONE if report.outcome is Outcome.VALID else State.PARTIAL

    def _replace(self, session: Session, body: Body, callback: Callback) -> bool:
        """Replace what is stored of a task, unless it is better or came later."""
        row = _task_row(body, callback)
        statement = _upsert(session)(Task).values(row)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=[Task.task_id],
            set_={name: new[name] for name in row},
            where=tuple_(Task.rank, Task.body_id) <= tuple_(new.rank, new.body_id),
        )
        if session.scalar(statement.returning(Task.task_id)) is None:
            return False
        session.execute(delete(Output).where(Output.task_id == callback.task_id))
        if outputs := _output_rows(callback):
            session.execute(insert(Output), outputs)
        return True

    def _announce(self, session: Session, callback: Callback) -> None:
        """Run the hook if the task has not ended like this, or better, before."""
        rank = RANKS[callback.status]
        first = update(Task).where(Task.task_id == callback.task_id, Task.announced < rank)
        if session.scalar(first.values(announced=rank).returning(Task.task_id)) is not None:
            self.on_end(session, session.get_one(Task, callback.task_id))


def _upsert(session: Session) -> Any:
    """Return the `insert` of the database, which has `on_conflict_do_update`."""
    return _UPSERTS[session.get_bind().dialect.name]


def _task_row(body: Body, callback: Callback) -> dict[str, Any]:
    failed = next((task for task in callback.tasks if task.status is TaskStatus.FAILED), None)
    single = callback.tasks[0] if len(callback.tasks) == 1 else None
    return {
        "task_id": callback.task_id,
        # Of two equal statuses, the complete callback outranks the other.
        "rank": 2 * RANKS[callback.status] + callback.complete,
        "body_id": body.id,
        "status": callback.status,
        "complete": callback.complete,
        "type": callback.type,
        "error_code": failed.errnum if failed else None,
        "error_text": failed.errmsg if failed else None,
        "stage": single.stage if single else None,
        "progress": single.progress if single else None,
    }


def _output_rows(callback: Callback) -> list[dict[str, Any]]:
    rows = []
    for position, output in enumerate(callback.outputs):
        media = output.media_info or output.metainfo
        streams = media.streams if media else ()
        video = next((stream for stream in streams if stream.codec_type == "video"), None)
        rows.append(
            {
                "task_id": callback.task_id,
                "position": position,
                "bucket": output.bucket,
                "path": output.path,
                "format": media.format.format_name if media else None,
                "duration": media.format.duration if media else None,
                "size": media.format.size if media else None,
                "width": video.width if video else None,
                "height": video.height if video else None,
                "segments": len(output.segments),
                "thumbnails": len(output.thumbnails),
            }
        )
    return rows
