"""The public functions that take or give callbacks; those that give a report are in `reports`.

Only the fast path is imported at once, so that a service that validates callbacks starts quickly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .reading.limits import Limits, check_limits
from .results.callback import Body, Callback
from .validation import fast_path, observers

_DEFAULT = Limits()


def validate_callback(
    obj: Body, *, strict: bool = False, limits: Limits = _DEFAULT, show_values: bool = True
) -> Callback:
    """Validate a callback body and return it as a typed `Callback`.

    `obj` is the body as received (bytes or text) or the value that a JSON parser made of it; it
    is never changed. `strict` also applies the tables of the KVS documentation, which real
    callbacks seldom meet. Raises `ValidationError`, whose `report` says where and why, and
    `TypeError` for an object that is no body at all.

    KVS documentation: POST callback, body; Flow callback, body.
    """
    if limits is not _DEFAULT:
        check_limits(limits)
    if observers.observer is not None:
        observers.notify("callback", obj)
    if type(obj) is bytes:
        found = fast_path.answer(obj, strict, limits)
        if type(found) is Callback:
            return found
    else:
        found = None
    from .validation.callbacks import validate_fully

    return validate_fully(obj, strict, limits, show_values, found)


def decode_callback(obj: Body, *, limits: Limits = _DEFAULT) -> dict[str, Any]:
    """Return the document of a callback with its embedded documents opened.

    Strings that contain an object or an array are opened, others are left; the input is not
    changed. The callback need not be valid. Raises `ValidationError` for what is not a JSON
    object, and where something would be lost: duplicate keys, values that JSON cannot express.

    KVS documentation: POST callback, items; Flow callback, OutInfo.
    """
    from .validation.callbacks import decoded

    check_limits(limits)
    return decoded(obj, limits)


def encode_callback(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a callback as it is sent: embedded objects and arrays become JSON text.

    The opposite of `decode_callback`; strings stay as they are, and so does the input. Raises
    `ValueError`, which names the field, for what JSON cannot represent in what becomes text: NaN,
    other Python objects, keys that are not strings. Raises `TypeError` for what is not a document.

    KVS documentation: POST callback, items; Flow callback, OutInfo.
    """
    from .validation.callbacks import encoded

    return encoded(document)
