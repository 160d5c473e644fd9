"""The formats of `kvs-schema validate`: one writer each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...terminal.screen import Screen
from ..checks import Format
from ..reports import Writer
from .github import GithubWriter
from .json_lines import JsonWriter
from .junit import JunitWriter
from .sarif import SarifWriter
from .text import TextWriter

WRITERS: Mapping[Format, Callable[[Screen], Writer]] = {
    "text": TextWriter,
    "json": JsonWriter,
    "github": GithubWriter,
    "sarif": SarifWriter,
    "junit": JunitWriter,
}
