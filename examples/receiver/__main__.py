"""Commands: register a task that you created, retry what failed, revalidate the quarantine."""

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
    commands.add_parser("retry", help="process again what failed or waits: once an hour")
    commands.add_parser("revalidate", help="validate the quarantine again: after an upgrade")
    options = parser.parse_args()

    logging.basicConfig(level=logging.INFO)
    inbox = Inbox(connect())
    if options.command == "register":
        inbox.register(options.task_id)
    else:
        counts = inbox.retry() if options.command == "retry" else inbox.revalidate()
        for state, number in counts.items():
            print(f"{state.value}: {number}")


if __name__ == "__main__":
    main()
