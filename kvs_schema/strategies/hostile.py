"""Draw bytes that a handler on the internet may receive and that are not a callback."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..catalogue.unknown_names import UnknownNameError
from .callbacks import callbacks, listed, read_once
from .wire import Spelling, observed, shown_as, spellings

HostileKind: TypeAlias = Literal[
    "scalar",
    "noise",
    "long",
    "many",
    "deep",
    "cut off",
    "wrapped",
    "glued",
    "followed",
    "marked",
    "encoded",
    "legacy encoding",
    "bad member",
    "bad bytes",
    "duplicate key",
    "deep inside",
]
"""What hostile bodies are made of."""

Spoiler: TypeAlias = Callable[[DrawFn, str], "str | bytes"]

#: Large bodies are repetitions, so that they cost few draws.
_LARGEST = 256 * 1024
_SHALLOWEST, _DEEPEST = 300, 20_000

_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be")
#: Encodings, each with a text that it does not encode as UTF-8.
_LEGACY = (
    ("latin-1", "é"),
    ("cp1252", "“"),
    ("gbk", "完成"),
    ("big5", "完成"),
    ("shift_jis", "完了"),
)

#: Members, as text, that no JSON parser should take.
_BAD_MEMBERS = (
    '"n":NaN',
    '"n":-Infinity',
    '"n":1e999',
    f'"n":{"9" * 400}',
    '"n":01',
    '"n":+1',
    '"n":.5',
    '"n":0x10',
    '"s":"\\ud800"',
    '"s":"\\udc00\\ud800"',
    '"s":"\\x41"',
    '"s":"\n"',
    '"s":"\x00"',
    '"s":"\x1b[2J"',
    "'s':'s'",
    "s:1",
    '"s"',
    "/* s */",
    "",
)
_AFTER = ("}", "]", ",", ";", "\x00", "null", "//", "&x=1", "<script>", "\r\n\r\n--boundary--")
_SPECIAL = (
    "__proto__",
    "constructor",
    "prototype",
    "__class__",
    "$ref",
    "$where",
    "",
    "\x00",
    "..",
)
_ALONE = (
    "",
    " \r\n\t",
    "null",
    "true",
    "0",
    "-0.0",
    "1e308",
    '""',
    '"x"',
    "[]",
    "{}",
    "[{}]",
    "[[]]",
)
_MARKUP = (
    "<html></html>",
    "<?xml version='1.0'?><a/>",
    "a: 1",
    "a=1&b=2",
    "%PDF-1.4",
    "GET / HTTP/1.1",
)


def hostile_bodies(
    kinds: HostileKind | Iterable[HostileKind] | None = None,
) -> SearchStrategy[bytes]:
    """Draw bodies that `validate_callback` rejects: invalid JSON, or JSON that is not a callback.

    Among them: empty bodies, other encodings, byte order marks, truncated and concatenated bodies,
    control characters, lone surrogates, numbers beyond any type, duplicate keys, nesting of some
    thousand levels, strings of up to 256 KiB, lists and scalars, and keys that some languages
    treat specially. `kinds` selects some, such as `"cut off"`. For near misses of single rules see
    `invalid_callbacks`. Raises `UnknownNameError` for an unknown kind.

    The outcome is never VALID. It is FOREIGN for `scalar`, `noise`, `long`, `many` and `deep`,
    UNCLEAR for a spoilt callback, or FOREIGN where none of its keys can be found (`cut off` early,
    `wrapped` in base64). A `bad member` that is JSON, and a `duplicate key`, give PARTIAL, or
    UNCLEAR where the task id or the status has two values.

        @given(hostile_bodies("noise"))
        def test_handler_refuses_what_is_not_a_callback(body):
            assert handle(body).status == 400
    """
    kinds = read_once(kinds)
    chosen = list(_SPOILERS) if kinds is None else listed(kinds, "kinds")
    for kind in chosen:
        if kind not in _SPOILERS:
            raise UnknownNameError("kind of body", kind, _SPOILERS)
    spoilers = [_SPOILERS[kind] for kind in chosen]
    return shown_as(observed("callback", _bodies(spoilers, callbacks())), "hostile_bodies", kinds)


@st.composite
def _bodies(
    draw: DrawFn, spoilers: list[tuple[Spoiler, bool]], sources: SearchStrategy[dict[str, Any]]
) -> bytes:
    spoil, of_callback = draw(st.sampled_from(spoilers))
    text = ""
    if of_callback:
        spelling: Spelling = draw(spellings())
        text = spelling.write(draw(sources)).strip()
    spoilt = spoil(draw, text)
    return spoilt if isinstance(spoilt, bytes) else spoilt.encode()


def _alone(draw: DrawFn, _: str) -> str:
    whole: str = draw(st.sampled_from([*_ALONE, *_MARKUP]))
    return whole


def _noise(draw: DrawFn, _: str) -> bytes:
    """Draw bytes without a quotation mark, so that none is by chance a part of a callback."""
    return draw(st.binary(max_size=64)).replace(b'"', b"")


def _long(draw: DrawFn, _: str) -> str:
    """Draw a long string as a value or as a key, alone or in an array or object."""
    piece = draw(st.sampled_from(["A", "完", "\\u0041", "\\\\", "\U0001f3ac", "%s", "../"]))
    times = draw(st.integers(1, _LARGEST // len(piece.encode()) - 16))
    around = draw(st.sampled_from(["%s", "[%s]", '{"s":%s}', "{%s:0}"]))
    return around.replace("%s", f'"{piece * times}"', 1)


def _many(draw: DrawFn, _: str) -> str:
    """Draw an array or object with very many members, perhaps all with the same key."""
    piece = draw(st.sampled_from(["0", "[]", "{}", '"s":0']))
    times = draw(st.integers(1, _LARGEST // (len(piece) + 1) - 16))
    left, right = "{}" if ":" in piece else "[]"
    return left + ",".join([piece] * times) + right


def _deep(draw: DrawFn, _: str) -> str:
    left, middle, right = draw(
        st.sampled_from([("[", "", "]"), ('{"a":', "0", "}"), ("[", "", ""), ('[{"a":', "0", "}]")])
    )
    times = draw(st.integers(_SHALLOWEST, _DEEPEST))
    return left * times + middle + right * times


def _deep_inside(draw: DrawFn, text: str) -> str:
    return _with_member(text, f'"x":{_deep(draw, text)}')


def _bad_member(draw: DrawFn, text: str) -> str:
    return _with_member(text, draw(st.sampled_from(_BAD_MEMBERS)))


def _bad_bytes(draw: DrawFn, text: str) -> bytes:
    """Draw a string with bytes that are not UTF-8: stray, overlong, or a surrogate."""
    stray = draw(st.sampled_from([b"\xff", b"\xc3", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80"]))
    return _with_member(text, '"s":"?"').encode().replace(b'"?"', b'"' + stray + b'"', 1)


def _name_twice(draw: DrawFn, text: str) -> str:
    """Duplicate a key of the first level, with the same value or another."""
    body = json.loads(text)
    name = draw(st.sampled_from(sorted(body)))
    value = draw(st.sampled_from([body[name], None, 0, "x"]))
    return _with_member(text, f"{json.dumps(name)}:{json.dumps(value)}")


def _cut_off(draw: DrawFn, text: str) -> bytes:
    whole = text.encode()
    return whole[: draw(st.integers(0, len(whole) - 1))]


def _glued(draw: DrawFn, text: str) -> str:
    between: str = draw(st.sampled_from(["", "\n", ",", "\x1e", " "]))
    return between.join([text, text])


def _followed(draw: DrawFn, text: str) -> str:
    return text + draw(st.sampled_from(_AFTER))


def _marked(draw: DrawFn, text: str) -> str:
    return draw(st.sampled_from(["\ufeff", "\ufeff\ufeff", "\u200b", "\xa0", ")]}',\n"])) + text


def _encoded(draw: DrawFn, text: str) -> bytes:
    encoding = draw(st.sampled_from(_ENCODINGS))
    return text.encode(encoding)


def _legacy(draw: DrawFn, text: str) -> bytes:
    encoding, word = draw(st.sampled_from(_LEGACY))
    return _with_member(text, f'"s":"{word}"').encode(encoding, "replace")


def _wrapped(draw: DrawFn, text: str) -> str | bytes:
    """Wrap the whole body in another value."""
    special = json.dumps(draw(st.sampled_from(_SPECIAL)))
    ways: list[str | bytes] = [
        f"[{text}]",
        f"{{{special}:{text}}}",
        json.dumps(text),
        repr(json.loads(text)),
        f"body={quote(text)}",
        f"callback({text})",
        base64.b64encode(text.encode()),
        gzip.compress(text.encode(), mtime=0),
    ]
    return draw(st.sampled_from(ways))


def _with_member(text: str, member: str) -> str:
    """Return the text of an object with one more member, before the others."""
    return f"{{{member},{text.removeprefix('{')}"


#: The simplest first; whether a spoiler works on a callback.
_SPOILERS: dict[str, tuple[Spoiler, bool]] = {
    "scalar": (_alone, False),
    "noise": (_noise, False),
    "long": (_long, False),
    "many": (_many, False),
    "deep": (_deep, False),
    "cut off": (_cut_off, True),
    "wrapped": (_wrapped, True),
    "glued": (_glued, True),
    "followed": (_followed, True),
    "marked": (_marked, True),
    "encoded": (_encoded, True),
    "legacy encoding": (_legacy, True),
    "bad member": (_bad_member, True),
    "bad bytes": (_bad_bytes, True),
    "duplicate key": (_name_twice, True),
    "deep inside": (_deep_inside, True),
}
