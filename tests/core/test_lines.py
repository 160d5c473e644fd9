"""Ranges of a file share its lines: each line is read by the range in which it starts."""

from __future__ import annotations

import random

import pytest

from kvs_schema.reading.received import split_lines


class Pieces:
    """A file that gives a few bytes at a time, and counts what it has given."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.given = data, 0, 0

    def seek(self, at: int) -> None:
        self.at = at

    def read(self, size: int) -> bytes:
        found = self.data[self.at : self.at + min(size, 5)]
        self.at += len(found)
        self.given += len(found)
        return found


@pytest.mark.parametrize("longest", [3, 9, 1000])
def test_lines_belong_to_the_range_in_which_they_start(longest: int) -> None:
    rng = random.Random(longest)
    for _ in range(60):
        data = b"".join(rng.choice((b"\n", b"a", b"bcd", b"0123456789")) for _ in range(40))
        whole = data.split(b"\n")
        whole = [line[: longest + 1] for line in (whole if whole[-1] else whole[:-1])]
        step = rng.randrange(1, 30)
        found = [
            line[: longest + 1]
            for start in range(0, len(data), step)
            for line in split_lines(Pieces(data), longest, start, min(step, len(data) - start))
        ]
        assert found == whole
        assert [line[: longest + 1] for line in split_lines(Pieces(data), longest)] == whole
