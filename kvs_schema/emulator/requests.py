"""Read a request as the schemas describe it, and answer it as the KVS documentation shows.

Raw query, headers and body come in; the refusal or the address of the callbacks comes out, with the
findings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, NamedTuple

from ..catalogue import store
from ..catalogue.error_codes import error_codes
from ..catalogue.names import CALLBACK, REQUEST, RESPONSE, operations
from ..reports import check_request
from ..results.findings import Violation
from .settings import EmulatorSettings
from .signatures import Pairs, signed_part

#: The numbers that fill a template for task ids are below 2 to this power.
_ID_BITS = 120


class Refusal(NamedTuple):
    """The error code that a request is refused with.

    `basis` is `documented`, or `guess` if the KVS documentation does not say which code it is.
    """

    code: int
    basis: str = "documented"
    http: int = 200
    first: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request that was read: refused, or accepted as a new task.

    `signature` is what `signatures.signed_part` returns, or `unverified` without keys. `digest` is
    the same for requests that differ only in address, signature or spelling.
    """

    operation: str
    refusal: Refusal | None
    findings: Sequence[Violation] = ()
    deviations: Sequence[Violation] = ()
    signature: str = "unverified"
    address: str | None = None
    digest: str = ""


def read_request(
    settings: EmulatorSettings, path: str, query: Pairs, headers: Pairs, body: bytes
) -> ReceivedRequest:
    """Validate a request and its signature; refuse it also if the settings say so."""
    named = [value for _, value in query]
    operation = next((name for name in operations() if name in named), operations()[0])
    report = check_request(operation, body=body, query=query, headers=headers)
    if not report.valid:
        refusal = _refusal_of_findings(operation, report.violations)
        return ReceivedRequest(operation, refusal, report.violations, report.deviations)
    signature = "unverified"
    if settings.keys:
        found = signed_part(settings.keys, path, query, headers, body)
        if found is None:
            return ReceivedRequest(operation, refusal_for("signature"), signature="wrong")
        signature = found
    fields = dict(report.document["body"])
    address = next((fields.pop(key) for key in _addresses(operation) if key in fields), None)
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    return ReceivedRequest(
        operation,
        None if settings.refuse is None else Refusal(settings.refuse),
        deviations=report.deviations,
        signature=signature,
        address=address or None,
        digest=digest,
    )


def refusal_for(situation: str) -> Refusal:
    """Return the refusal of a valid request, for its `signature` or because there is no room."""
    return Refusal(**_refusals()[situation])


def _refusals() -> Mapping[str, Any]:
    declared: Mapping[str, Any] = store.specification()["errors"]["public"]["refusals"]
    return declared


def _refusal_of_findings(operation: str, findings: Sequence[Violation]) -> Refusal:
    """Return the refusal of the first finding; that of an unreadable body has precedence."""
    found = [_refusal_of_finding(operation, finding) for finding in findings]
    return next((refusal for refusal in found if refusal.first), found[0])


def _refusal_of_finding(operation: str, finding: Violation) -> Refusal:
    by_keyword = _refusals()["keywords"].get(finding.keyword)
    if by_keyword is not None:
        return Refusal(**by_keyword)
    node = store.graph().root(f"{operation}{REQUEST}", strict=False)
    found: Mapping[str, Any] = {}
    for step in finding.location[0]:
        child = node.element if isinstance(step, int) else node.members.get(step)
        if child is None:
            break
        node = child
        found = node.annotation("refusal") or found
    return Refusal(**found)


@cache
def _addresses(operation: str) -> Sequence[str]:
    """Return the fields of a request that are addresses of callbacks."""
    body = store.graph().root(f"{operation}{REQUEST}").members["body"]
    fields = body.members.items()
    return [key for key, node in fields if node.annotation("receives") == CALLBACK]


def new_task_id(operation: str, random: Random) -> str:
    """Return a task id of a form that the KVS documentation shows."""
    template = random.choice(_task_id_templates(operation))
    return str(template.format(random.getrandbits(_ID_BITS)))


@cache
def _task_id_templates(operation: str) -> Sequence[str]:
    place = f"{operation}{RESPONSE}#{_response_keys(operation)['task_id']}"
    values = store.specification()["samples"]["values"]
    return next(entry["templates"] for entry in values if place in entry["of"])


@cache
def _response_keys(operation: str) -> Mapping[str, str]:
    """Return the keys of a response by attribute."""
    node = store.graph().root(f"{operation}{RESPONSE}", strict=False)
    return {attribute: keys[0] for attribute, keys in node.attributes.items()}


def response_body(operation: str, code: int, task_id: str | None) -> dict[str, Any]:
    """Return the body of a response; that of a success is the documented example."""
    keys = _response_keys(operation)
    if task_id is None:
        return {keys["errnum"]: code, keys["errmsg"]: error_codes.public[code].message}
    examples = store.specification()["examples"].values()
    bodies = (one["body"] for one in examples if one["schema"] == f"{operation}{RESPONSE}")
    success = next(body for body in bodies if body[keys["errnum"]] == 0)
    return {**success, keys["task_id"]: task_id}
