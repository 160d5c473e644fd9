"""The handlers of the gallery, the search for their bugs, and the expected failures."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from kvs_schema.strategies import callbacks, deliveries

from .expected import Expected

HANDLERS = Path(__file__).parents[2] / "examples" / "handlers"


class Bug(NamedTuple):
    """`failure` matches the message of the failing test.

    With `tasks`, an example is a delivery of that many tasks; without, a single callback.
    """

    failure: str
    tasks: int = 0


BUGS = {
    "bit_rate_absent": Bug("KeyError: 'bit_rate'|int.. argument must be"),
    "cover_taken_for_video": Bug("WrongRowError: is_video"),
    "duplicate_counted_twice": Bug("WrongRowError: billed", tasks=1),
    "embedded_decoded_twice": Bug("TypeError: the JSON object must be str"),
    "embedded_empty": Bug("JSONDecodeError: Expecting value"),
    "embedded_not_decoded": Bug("TypeError: string indices"),
    "embedded_searched_as_text": Bug("WrongRowError: streams"),
    "errnum_decides": Bug("WrongRowError: state"),
    "extension_absent": Bug("IndexError|WrongRowError: extensions"),
    "extension_in_capitals": Bug("WrongRowError: playable"),
    "failed_without_items": Bug("KeyError: 'items'"),
    "failure_after_success": Bug("WrongRowError: state", tasks=1),
    "first_output_only": Bug("WrongRowError: files"),
    "float_compared": Bug("WrongRowError: contradictions", tasks=1),
    "float_milliseconds": Bug("WrongRowError: milliseconds"),
    "flow_details_object": Bug("TypeError: string indices"),
    "flow_error_absent": Bug("KeyError: 'Errnum'"),
    "four_byte_character": Bug("ValueError: Incorrect string"),
    "frame_rate_of_audio": Bug("ZeroDivisionError: Fraction"),
    "html_by_file_name": Bug("WrongRowError: page"),
    "index_absent": Bug("KeyError: 'index'|WrongRowError: audio"),
    "items_object": Bug("TypeError: string indices"),
    "last_task_failed": Bug("WrongRowError: error"),
    "late_progress_reopens": Bug("WrongRowError: state", tasks=1),
    "line_break_in_path": Bug("WrongRowError: files"),
    "lower_case_forgotten": Bug("KeyError: 'Status'"),
    "message_as_template": Bug("KeyError|IndexError|ValueError|AttributeError|WrongRowError: line"),
    "message_in_chinese": Bug("UnicodeEncodeError: 'latin-1'"),
    "message_null": Bug("AttributeError: 'NoneType'"),
    "negative_start": Bug("AttributeError: 'NoneType'"),
    "no_video_stream": Bug("StopIteration"),
    "nul_in_path": Bug("ValueError: A string literal"),
    "one_task_at_a_time": Bug("WrongRowError: state", tasks=2),
    "order_as_index": Bug("IndexError|WrongRowError: types"),
    "path_composed": Bug("WrongRowError: files"),
    "path_in_varchar_255": Bug("IntegrityError: CHECK"),
    "path_joined": Bug("WrongRowError: stored"),
    "path_normalised": Bug("WrongRowError: stored"),
    "percent_decoded": Bug("WrongRowError: files"),
    "progress_must_rise": Bug("AssertionError", tasks=1),
    "progress_taken_for_end": Bug("WrongRowError: state", tasks=1),
    "query_in_path": Bug("WrongRowError: links"),
    "rare_code": Bug("KeyError"),
    "redelivery_by_digest": Bug("WrongRowError: billed", tasks=1),
    "redelivery_by_message": Bug("WrongRowError: alarms", tasks=1),
    "rotation_forgotten": Bug("WrongRowError: upright"),
    "segments_by_name": Bug("WrongRowError: play_lists"),
    "size_as_float": Bug("WrongRowError: sizes"),
    "size_in_string": Bug("TypeError: '>' not supported"),
    "size_of_32_bits": Bug("error: "),
    "snapshots_none": Bug("ZeroDivisionError"),
    "space_stripped": Bug("WrongRowError: files"),
    "sql_by_file_name": Bug("OperationalError|ProgrammingError|WrongRowError: files"),
    "status_zero": Bug("WrongRowError: state"),
    "success_after_failure": Bug("WrongRowError: state", tasks=1),
    "task_id_in_hex": Bug("ValueError: non-hexadecimal"),
    "task_id_in_url": Bug("WrongRowError: address"),
    "unknown_aspect_ratio": Bug("ZeroDivisionError|WrongRowError: heights"),
    "unknown_code": Bug("KeyError"),
    "unknown_type": Bug("KeyError"),
    "whole_seconds": Bug("ValueError: not enough values"),
    "width_of_audio": Bug("KeyError: 'width'"),
    "width_zero": Bug("ZeroDivisionError"),
}


class WrongRowError(AssertionError):
    """Raised if a handler stores a value that differs from the callbacks."""


@cache
def handler(name: str) -> Any:
    """Return the class `Handler` of a module of the gallery."""
    spec = importlib.util.spec_from_file_location(f"gallery_{name}", HANDLERS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Handler


def bodies(name: str) -> st.SearchStrategy[list[bytes]]:
    """Return a strategy for what the handler receives, in the order of arrival."""
    receives, bug = handler(name).receives, BUGS[name]
    if bug.tasks:
        return deliveries(tasks=bug.tasks, wire="bytes", **receives)
    return callbacks(wire="bytes", **receives).map(lambda body: [body])


def check(name: str, received: Sequence[bytes]) -> None:
    """Deliver bodies to a new handler, and compare its rows with the callbacks after each of them.

    The correct handler must have a row for each task.
    """
    receiver = handler(name)()
    expected = Expected()
    for body in received:
        receiver.deliver(body)
        expected.add(body)
        for task_id, row in receiver.rows.items():
            for column, value in row.items():
                due = expected.column(task_id, column)
                if value != due:
                    raise WrongRowError(f"{column} is {value!r}, should be {due!r}")
    if name == "correct":
        assert receiver.rows.keys() == expected.callbacks.keys()


class Failure(NamedTuple):
    """The failure of a test of a handler."""

    text: str
    bodies: Sequence[bytes]


def look_for(name: str, number: int, *, shrink: bool = False) -> Failure | None:
    """Return the failure that Hypothesis finds within 100 examples from one seed."""
    last: list[Sequence[bytes]] = []

    @seed(number)
    @settings(
        max_examples=100,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        database=None,
        report_multiple_bugs=False,
        deadline=None,
    )
    @given(bodies(name))
    def test(received: list[bytes]) -> None:
        last[:] = [received]
        check(name, received)

    try:
        test()
    except Exception as error:  # whatever a handler raises
        return Failure(f"{type(error).__name__}: {error}", last[0])
    return None
