"""The tables of the receiver, for SQLite and PostgreSQL."""

from __future__ import annotations

import math
import os
import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_ID_LENGTH = 255


def is_storable_id(task_id: str) -> bool:
    """Return whether a string can be the id of a task that you created."""
    return 0 < len(task_id) <= _ID_LENGTH and not _UNSTORABLE.search(task_id)


class SafeText(sa.TypeDecorator[str]):
    """Text; NUL, which PostgreSQL refuses, and lone surrogates are replaced by U+FFFD."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


class Int64(sa.TypeDecorator[int]):
    """An integer of 64 bits; NULL if the value does not fit."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: sa.Dialect) -> int | None:
        return value if value is not None and -(2**63) <= value < 2**63 else None


class Seconds(sa.TypeDecorator[float]):
    """A time in seconds; NULL if it is not finite as a double."""

    impl = sa.Double
    cache_ok = True

    def process_bind_param(
        self, value: Decimal | float | None, dialect: sa.Dialect
    ) -> float | None:
        return float(value) if value is not None and math.isfinite(float(value)) else None


class State(Enum):
    """What became of a body."""

    RECEIVED = "received"  # stored and not processed: the process stopped or the hook raised
    DONE = "done"  # processed
    PARTIAL = "partial"  # processed without what could not be used; quarantined
    UNCLEAR = "unclear"  # its task or status could not be read; quarantined
    WAITING = "waiting"  # its task is not registered (yet)
    FOREIGN = "foreign"  # not a callback; never kept


class Base(DeclarativeBase):
    """Where SQLAlchemy collects the tables."""


class Body(Base):
    """A body as received: the inbox."""

    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    received_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), default=lambda: datetime.now(UTC)
    )
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    state: Mapped[State] = mapped_column(
        sa.Enum(State, native_enum=False), index=True, default=State.RECEIVED
    )
    task_id: Mapped[str | None] = mapped_column(sa.String(_ID_LENGTH), index=True)


class CreatedTask(Base):
    """A task that you created. Stands for the table in which you keep them already."""

    __tablename__ = "created_tasks"

    task_id: Mapped[str] = mapped_column(sa.String(_ID_LENGTH), primary_key=True)


class Task(Base):
    """What the best callback of a task says: the one of the highest `rank`, then the latest."""

    __tablename__ = "tasks"

    task_id: Mapped[str] = mapped_column(
        sa.ForeignKey(CreatedTask.task_id, ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int]
    body_id: Mapped[int] = mapped_column(sa.BigInteger)  # of the inbox
    status: Mapped[int]  # a kvs_schema.TaskStatus
    complete: Mapped[bool]  # False if a part of the callback could not be used
    announced: Mapped[int] = mapped_column(
        server_default="0"
    )  # rank of the status that the hook was last run for
    type: Mapped[str | None] = mapped_column(SafeText)
    error_code: Mapped[int | None] = mapped_column(Int64)
    error_text: Mapped[str | None] = mapped_column(SafeText)
    stage: Mapped[str | None] = mapped_column(SafeText)
    progress: Mapped[int | None] = mapped_column(Int64)

    outputs: Mapped[list[Output]] = relationship(order_by="Output.position", viewonly=True)


class Output(Base):
    """A file that a task wrote (of avinfo: that it read)."""

    __tablename__ = "outputs"

    task_id: Mapped[str] = mapped_column(
        sa.ForeignKey(Task.task_id, ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str | None] = mapped_column(SafeText)
    path: Mapped[str | None] = mapped_column(SafeText)
    format: Mapped[str | None] = mapped_column(SafeText)
    duration: Mapped[float | None] = mapped_column(Seconds)
    size: Mapped[int | None] = mapped_column(Int64)  # bytes
    width: Mapped[int | None] = mapped_column(Int64)
    height: Mapped[int | None] = mapped_column(Int64)
    segments: Mapped[int]
    thumbnails: Mapped[int]


def connect(url: str | None = None) -> sa.Engine:
    """Connect to a database, by default that of `DATABASE_URL`, and create missing tables."""
    address = sa.make_url(url or os.environ.get("DATABASE_URL", "sqlite:///kvs.db"))
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    # Errors of the database would show values in logs.
    engine = sa.create_engine(address, hide_parameters=True)
    Base.metadata.create_all(engine)
    return engine
