"""`kvs-schema encode`: turns an opened callback into the form that is sent."""

from __future__ import annotations

from argparse import Namespace

from ...exceptions import ValidationError
from ...findings import Findings, Report
from ...judge import fault_violation
from ...limits import Limits
from ...text import TextError, read_any
from ...validate import encode_callback
from ..bodies import read_bodies
from ..failure import VALID, CommandError
from ..screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print each callback as one line of JSON."""
    for body, _ in read_bodies(arguments.path):
        try:
            document, faults = read_any(body, Limits())
        except TextError as error:
            faults = [error.fault]
        if faults:
            found = tuple(fault_violation(fault) for fault in faults)
            raise ValidationError(Report(False, _findings=Findings(found)))
        if not isinstance(document, dict):
            raise CommandError(screen.say("a callback is a JSON object", "回调必须是 JSON 对象"))
        screen.json(encode_callback(document))
    return VALID
