"""What each notice is found in, and what it is not: edits of examples."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from kvs_schema.catalogue import store

SPECIFICATION = store.specification()


NOTICES = SPECIFICATION["notices"]


Edit = Callable[[dict[str, Any]], object]


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(SPECIFICATION["examples"][name]["body"])
    return found


def metainfo(body: dict[str, Any]) -> Any:
    return body["Details"]["items"]["metainfo"]


def segments(body: dict[str, Any]) -> Any:
    return body["Details"]["items"]["segmentsinfo"]


def flow(*subtasks: dict[str, Any]) -> Edit:
    """Put these sub-tasks into a flow, each based on the one it has."""

    def edit(body: dict[str, Any]) -> None:
        one = body["Details"]
        body["Details"] = [{**copy.deepcopy(one), **changed} for changed in subtasks]

    return edit


def failed_subtask(body: dict[str, Any]) -> None:
    flow({}, {"Order": 1, "Status": 4, "Errnum": 2032, "Errmsg": "x"})(body)


def lower_case(edit: Edit) -> Edit:
    """Edit a body, then write its first level in lower case."""

    def edited(body: dict[str, Any]) -> None:
        edit(body)
        for key in list(body):
            body[key.lower()] = body.pop(key)

    return edited


def both(first: Edit, second: Edit) -> Edit:
    """Edit a body twice."""

    def edited(body: dict[str, Any]) -> None:
        first(body)
        second(body)

    return edited


def without(key: str) -> Edit:
    return lambda body: body["Details"]["items"].pop(key)


def listed(edit: Edit) -> Edit:
    """Edit a body, then make an array of its output."""

    def edited(body: dict[str, Any]) -> None:
        edit(body)
        body["Details"]["items"] = [body["Details"]["items"]]

    return edited


def avinfo_in_flow(body: dict[str, Any]) -> None:
    body["Details"]["Type"] = "avinfo"
    body["Details"]["OutInfo"]["metainfo"] = ""


STREAMS = "/Details/items/metainfo#/streams"


#: An example, an edit that makes the notice and one, of the same places, that does not, and where
#: the notice is.
FOUND: tuple[tuple[str, str, Edit, Edit, str], ...] = (
    (
        "stream-count",
        "strict-avinfo",
        lambda body: metainfo(body)["format"].update(nb_streams=3),
        lambda body: metainfo(body)["format"].update(nb_streams=2),
        "/Details/items/metainfo#/format/nb_streams",
    ),
    (
        "stream-count",
        "strict-avinfo",
        lambda body: metainfo(body)["streams"].pop(),
        lambda body: (metainfo(body)["streams"].pop(), metainfo(body)["format"].pop("nb_streams")),
        "/Details/items/metainfo#/format/nb_streams",
    ),
    (
        "index-repeated",
        "strict-avinfo",
        lambda body: metainfo(body)["streams"][1].update(index=0),
        lambda body: metainfo(body)["streams"][0].update(index=7),
        f"{STREAMS}/1/index",
    ),
    (
        "index-repeated",  # an absent one counts as 0
        "strict-avinfo",
        lambda body: (
            metainfo(body)["streams"][0].pop("index"),
            metainfo(body)["streams"][1].update(index=0),
        ),
        lambda body: metainfo(body)["streams"][0].pop("index"),
        f"{STREAMS}/1/index",
    ),
    (
        "index-repeated",
        "strict-avinfo",
        lambda body: [stream.pop("index") for stream in metainfo(body)["streams"]],
        lambda body: metainfo(body)["streams"][0].pop("index"),
        f"{STREAMS}/1",
    ),
    (
        "index-repeated",
        "strict-segments",
        lambda body: body["Details"]["items"]["outMediainfo"]["streams"][0].update(index=1),
        lambda body: body["Details"]["items"]["outMediainfo"]["streams"][0].update(index=2),
        "/Details/items/outMediainfo#/streams/1/index",
    ),
    (
        "index-repeated",
        "strict-segments",
        lambda body: segments(body)[1].update(fileindex=0),
        lambda body: segments(body)[1].update(fileindex=5),
        "/Details/items/segmentsinfo#/1/fileindex",
    ),
    (
        "index-repeated",
        "sprite",
        lambda body: body["Details"]["items"][0]["thumnailsinfo"][1].update(fileindex=0),
        lambda body: body["Details"]["items"][0]["thumnailsinfo"][1].update(fileindex=5),
        "/Details/items/0/thumnailsinfo#/1/fileindex",
    ),
    (
        "index-repeated",
        "strict-flow",
        flow({}, {}),
        flow({}, {"Order": 1}),
        "/Details/1/Order",
    ),
    (
        "index-repeated",
        "strict-flow",
        lower_case(flow({"Order": 4}, {"Order": 4})),
        lower_case(flow({}, {"Order": 1})),
        "/details/1/Order",
    ),
    (
        "avinfo-without-metainfo",
        "strict-avinfo",
        without("metainfo"),
        lambda body: None,
        "/Details/items",
    ),
    (
        "avinfo-without-metainfo",
        "strict-avinfo",
        lambda body: body["Details"]["items"].update(metainfo=""),
        without("dstpath"),
        "/Details/items/metainfo",
    ),
    (
        "avinfo-without-metainfo",
        "strict-avinfo",
        lower_case(without("metainfo")),
        lower_case(lambda body: body.update(Type="avtrans")),
        "/details/items",
    ),
    (
        "avinfo-without-metainfo",
        "strict-avinfo",
        lambda body: body["Details"].update(items=[]),
        listed(lambda body: None),
        "",
    ),
    (
        "avinfo-without-metainfo",
        "strict-avinfo",
        listed(without("metainfo")),
        both(without("metainfo"), lambda body: body.update(Status=4)),
        "/Details/items/0",
    ),
    (
        "avinfo-without-metainfo",
        "strict-flow",
        avinfo_in_flow,
        both(avinfo_in_flow, lambda body: body["Details"].update(Type="avtrans")),
        "/Details/OutInfo/metainfo",
    ),
    (
        "failed-subtask",
        "strict-flow",
        failed_subtask,
        both(failed_subtask, lambda body: body.update(Status=4)),
        "/Details/1/Status",
    ),
    (
        "failed-subtask",
        "strict-flow",
        lower_case(failed_subtask),
        lower_case(both(failed_subtask, lambda body: body.update(Status=4))),
        "/details/1/Status",
    ),
    (
        "failed-subtask",  # the only one, as an object
        "strict-flow",
        lambda body: body["Details"].update(Status=4, Errnum=2032),
        lambda body: body["Details"].update(Status=3),
        "/Details/Status",
    ),
    (
        "list-types-differ",
        "strict-segments",
        lambda body: body["Details"]["items"].update(segmenglisttype="m3u8"),
        lambda body: body["Details"]["items"].update(segmenglisttype="csv"),
        "/Details/items/segmenglisttype",
    ),
    (
        "list-types-differ",
        "strict-flow",
        lambda body: body["Details"]["OutInfo"].update(segmenglisttype="m3u8"),
        lambda body: body["Details"]["OutInfo"].update(segmenglisttype=None),
        "/Details/OutInfo/segmenglisttype",
    ),
    (
        "success-without-task-id",
        "create-wave-task-response",
        lambda body: body.pop("TaskID"),
        lambda body: (body.pop("TaskID"), body.update(ErrNum=1002)),
        "",
    ),
    (
        "unreadable-date",
        "create-wave-task-request",
        lambda body: body["query"].update({"X-Amz-Date": "20170230T081513Z"}),
        lambda body: body["query"].update({"X-Amz-Date": "20160229T081513Z"}),
        "/query/X-Amz-Date",
    ),
    (
        "unreadable-date",  # of another form it is a deviation, and no notice
        "create-wave-task-request",
        lambda body: body["query"].update({"X-Amz-Date": "20170519T240000Z"}),
        lambda body: body["query"].update({"X-Amz-Date": "yesterday"}),
        "/query/X-Amz-Date",
    ),
)
