"""Commands: `register` a task that you created, `revalidate` what is not done."""

from __future__ import annotations

import argparse
import logging

from .inbox import Inbox
from .tables import connect


def main() -> None:
    """Run a command on the database of `DATABASE_URL`."""
    parser = argparse.ArgumentParser(prog="python -m receiver", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    register = commands.add_parser("register", help="accept callbacks of a task")
    register.add_argument("task_id")
    commands.add_parser("revalidate", help="process again what waits or is quarantined")
    options = parser.parse_args()

    logging.basicConfig(level=logging.INFO)
    inbox = Inbox(connect())
    if options.command == "register":
        inbox.register(options.task_id)
    else:
        for state, number in inbox.revalidate().items():
            print(f"{state.value}: {number}")


if __name__ == "__main__":
    main()
