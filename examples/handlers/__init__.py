"""Handlers of KVS callbacks as a backend might write them: `correct`, and others with one bug each.

They parse callbacks themselves. Each module has a class `Handler` in the form below, and a
docstring that names its bug; `tests/gallery` shows that the strategies find it.
"""

from typing import Any, ClassVar, Protocol


class Handler(Protocol):
    """Takes callbacks in the order in which they come in, and keeps a row for each task.

    Columns that a handler may keep:

    - `state`: running, failed or done. Done outranks failed, and failed outranks running, in
      whatever order the callbacks arrive.
    - `progress`: percent, while running.
    - `error`: code of the first error, when failed; `reason`: its title; `message`: the text sent.
    - `files`: paths of the outputs, once done; `billed`: how many; `seconds`: how long the
      transcoded ones are together; `milliseconds`: the same, of each; `contradictions`: how many
      callbacks tell of another length than the first.
    - `orders`: those of the sub-tasks of a flow.
    - Of the source: `streams`, how many; `big`, whether larger than a GiB; `width`, the largest;
      `heights`, in which to show each picture at its full width; `video`, width, height and bit
      rate of each video stream; `audio`, index of each audio stream; `started`, start times in
      seconds; `frame_rates`, as far as known.
    """

    #: What it is meant for, as arguments of `kvs_schema.strategies.callbacks`.
    receives: ClassVar[dict[str, Any]]
    #: The table in the database, by task ID.
    rows: dict[str, dict[str, Any]]

    def deliver(self, body: bytes) -> None:
        """Take one callback."""
