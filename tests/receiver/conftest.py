"""The databases that the receiver is tested on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..tools import is_left_out
from .service import Service, load


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that nothing else uses at the same time."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/kvs.db"
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database of this process on the PostgreSQL of `KVS_SCHEMA_POSTGRESQL`."""
    import psycopg

    if is_left_out("postgresql"):
        pytest.skip("no PostgreSQL is given, and KVS_SCHEMA_WITHOUT says to go on without")
    server = os.environ.get("KVS_SCHEMA_POSTGRESQL")
    assert server, "set KVS_SCHEMA_POSTGRESQL=postgresql://..., or KVS_SCHEMA_WITHOUT=postgresql"
    name = f"receiver_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield f"{server.rpartition('/')[0]}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def service(database: str) -> Iterator[Service]:
    """The receiver on an empty database."""
    found = Service(load(), database)
    yield found
    found.close()
