"""Documents as tests read them, which know what they have sent."""

from __future__ import annotations

import copy
from typing import Any

from kvs_schema import Callback, encode_callback, variants
from kvs_schema.catalogue import store


def callback_examples() -> dict[str, dict[str, Any]]:
    """Return the examples that are callbacks, by name."""
    names = {variant.name for variant in variants()}
    examples = store.specification()["examples"]
    return {name: example for name, example in examples.items() if example["schema"] in names}


def opened(name: str) -> Any:
    """Return a copy of an example with its embedded documents opened."""
    return copy.deepcopy(store.specification()["examples"][name]["body"])


def sent(name: str, **members: Any) -> Any:
    """Return an example as it is sent, with some members of the first level replaced."""
    return encode_callback(opened(name)) | members


def untyped(callback: Callback) -> Any:
    """The document of a callback, for keys that its types do not tell."""
    return callback.document
