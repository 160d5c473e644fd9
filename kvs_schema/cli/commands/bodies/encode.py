"""`kvs-schema encode`: turns an opened callback into the form that is sent."""

from __future__ import annotations

from argparse import Namespace

from ....api import encode_callback
from ....catalogue.texts import Text
from ....reading.faults import TextError
from ....reading.limits import Limits
from ....reading.received import read_any
from ....validation.collector import fault_violation
from ...batch.bodies import complain, read_bodies
from ...batch.reports import place
from ...terminal.exit_codes import INVALID, VALID, CommandError
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print each callback as one line of JSON."""
    for body in read_bodies(arguments.path):
        try:
            document, faults = read_any(body.data, Limits())
        except TextError as error:
            faults = [error.fault]
        if faults:
            complain(screen, body, map(fault_violation, faults))
            return INVALID
        if not isinstance(document, dict):
            raise CommandError(Text("errors.no_object"), place(body.source, body.line))
        screen.json(encode_callback(document))
    return VALID
