"""`kvs-schema demo`: writes sample callbacks, good and bad, and shows what commands say of them."""

from __future__ import annotations

import json
import shlex
from argparse import Namespace
from pathlib import Path

from ....catalogue.texts import Text
from ....reports import check_callback
from ...parser import parser
from ...terminal.exit_codes import VALID, CommandError
from ...terminal.screen import Screen
from ..bodies import validate
from ..lookup import explain
from ..lookup.examples import FAILED, FINISHED, broken, chosen, received

_COMMANDS = {"validate": validate, "explain": explain}


def run(arguments: Namespace, screen: Screen) -> int:
    """Write the samples, run a command on each, and end with commands to type next."""
    folder = Path(arguments.directory)
    _write(folder, samples())
    finished, failed, *others = (str(folder / name) for name in samples())
    callback = check_callback(Path(failed).read_bytes()).callback
    code = callback.error.code if callback is not None and callback.error is not None else 0
    commands = [[["validate", finished]], [["validate", failed], ["explain", str(code)]]]
    commands += ([["validate", path]] for path in others)
    scenes = ("finished", "failed", "wrong_type", "truncated", "duplicate_key")
    for number, (scene, shown) in enumerate(zip(scenes, commands, strict=True), 1):
        screen.line((f"{number}. {screen.say(f'demo.{scene}')}", "title"))
        for command in shown:
            screen.line((f"$ {_typed(*command)}", "name"))
            _COMMANDS[command[0]].run(parser(screen.lang).parse_args(command), screen)
        screen.line((f"→ {screen.say(f'demo.{scene}_lesson')}", "good"))
        screen.line()
    screen.line((screen.say("demo.next", folder=folder), "title"))
    for about, words in {
        "json": ("validate", str(folder), "--format", "json"),
        "strict": ("validate", "--strict", finished),
        "decode": ("decode", finished),
    }.items():
        about = screen.say(f"demo.next_{about}")
        screen.line((f"{_typed(*words):50}", "name"), (f"  # {about}", "dim"))
    return VALID


def samples() -> dict[str, bytes]:
    """Return the bodies by file name: two worked examples, and what may become of them."""
    worked = chosen([FINISHED, FAILED])
    bodies = {name: json.dumps(received(each), ensure_ascii=False) for name, each in worked.items()}
    return {f"{name}.json": body.encode() for name, body in (bodies | broken()).items()}


def _write(folder: Path, bodies: dict[str, bytes]) -> None:
    """Write files that are not there; one that has other content is left, and is an error."""
    missing = {name: body for name, body in bodies.items() if not (folder / name).exists()}
    for name in bodies.keys() - missing.keys():
        if (folder / name).read_bytes() != bodies[name]:
            raise CommandError(Text("errors.not_of_the_demo"), str(folder / name))
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in missing.items():
        (folder / name).write_bytes(body)


def _typed(*words: str) -> str:
    """Return a command as it is typed."""
    return shlex.join(["kvs-schema", *words])
