"""Serve our own site only: the address of each language, and the page of the command line."""

from __future__ import annotations

import importlib
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

from docs import python_api
from docs.command_line import command_line
from kvs_schema.cli.parser import parser
from kvs_schema.docs.markdown.context import Context, Flavour, site_links

#: Pages about Python, in the order in which the first lists them.
TOPICS = (
    "validate",
    "results",
    "errors",
    "requests",
    "strategies",
    "exports",
    "audit",
    "emulator",
)
MARK = "<!-- command-line -->"


def on_config(config: Any) -> Any:
    """Give the Chinese site the address below that of the English one, if it has an address."""
    with suppress(ImportError):  # it says that it loads its dictionary, on standard error
        importlib.import_module("jieba").setLogLevel(logging.WARNING)
    if config.site_url and config.theme["language"] == "zh":
        config.site_url += "zh/"
    return config


def on_template_context(context: Any, *, template_name: str, config: Any) -> Any:
    """Let the Chinese page for missing addresses find its files if the site has no address."""
    if template_name == "404.html" and not config.site_url and config.theme["language"] == "zh":
        context["base_url"] = "/zh"
    return context


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Put the command line, and what the package says of its public names, where a page asks."""
    if "::: " in markdown and page.file.src_uri.startswith("python/"):
        folder = Path(config.docs_dir, "python")
        topics = [folder / f"{topic}.md" for topic in TOPICS]
        markdown = python_api.expanded(markdown, config.plugins["kvs-schema"].lang, topics)
    if MARK not in markdown:
        return markdown
    lang = config.plugins["kvs-schema"].lang
    context = Context(lang, site_links(lang), Flavour(attributes=True))
    return markdown.replace(MARK, command_line(context, parser(lang)))
