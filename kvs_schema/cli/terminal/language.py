"""The language of a run: what `--lang` says, else what the locale says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...catalogue.texts import LANGS, Lang


def language(argv: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Return the language of a run before its arguments are parsed, for help and errors too."""
    asked = None
    for argument, following in zip(argv, [*argv[1:], ""], strict=False):
        if argument == "--":
            break
        if argument == "--lang":
            asked = following
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    if asked in LANGS:
        return asked
    variables = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in variables if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"
