"""What findings say of common mistakes, in both languages."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest

from kvs_schema import (
    UnknownNameError,
    ValidationError,
    check_callback,
    check_request,
    check_response,
    decode_callback,
    encode_callback,
)
from kvs_schema.catalogue.store import specification
from kvs_schema.results.findings import Violation

from ..documents import callback_examples, sent

EXAMPLES = specification()["examples"]
ADVICE = specification()["messages"]["advice"]
CALLBACKS = callback_examples()


def only(body: Any, **options: Any) -> Violation:
    (violation,) = check_callback(body, **options).violations
    assert violation.text("zh") != violation.text("en")
    return violation


def advises(violation: Violation, reason: str) -> bool:
    assert violation.reason == reason
    told = ADVICE[reason]
    return told["en"] in violation.text("en") and told["zh"] in violation.text("zh")


class TestWords:
    def test_a_form_is_named_in_the_middle_of_a_sentence(self) -> None:
        body = EXAMPLES["avinfo"]["body"]
        body = copy.deepcopy(body)
        body["Details"]["items"][0]["metainfo"]["format"]["size"] = "x"
        message = only(encode_callback(body)).message
        assert message.startswith(
            "expected integer from 0, or digits in a string (^[0-9]{1,40}$), "
        )

    @pytest.mark.parametrize(
        ("title", "shown"),
        [("Two numbers", "two numbers"), ("URL of it", "URL of it"), ("MD5 of it", "MD5 of it")],
    )
    def test_acronyms_keep_their_capitals(self, title: str, shown: str) -> None:
        from kvs_schema.results.messages import _in_sentence

        assert _in_sentence(title) == shown

    def test_numbers_to_choose_from_ascend(self) -> None:
        message = only(sent("avinfo") | {"Status": 9}).message
        assert "expected one of 0, 2, 3, 4, found" in message

    @pytest.mark.parametrize("sign", ["", "-"])
    def test_a_long_number_is_cut_after_its_first_digits(self, sign: str) -> None:
        digits = sign + "123456789" * 10
        message = only(f'{{"TaskID":"t","Status":{digits},"Type":"x","Details":{{}}}}').message
        assert f"the integer {digits[:79]}…" in message
        whole = digits[:80]
        message = only(f'{{"TaskID":"t","Status":{whole},"Type":"x","Details":{{}}}}').message
        assert f"the integer {whole}" in message
        assert "…" not in message

    @pytest.mark.parametrize(
        ("given", "said"),
        [({1}, "a set is not a document"), (object(), "an object is not a document"),
         (Decimal(1), "a Decimal is not a document")],
    )  # fmt: skip
    def test_types_have_their_article(self, given: Any, said: str) -> None:
        assert only(given).message.startswith(f"{said}; ")
        inside = only({**sent("avinfo"), "TaskID": {1}})
        assert inside.message.startswith("a set is not a JSON value; ")
        assert only({**sent("avinfo"), 5: 1}).message == "a key is an int, not a string"
        query: Any = 5
        (no_query,) = [
            v for v in check_request("CreateWaveTask", body={}, query=query).violations
            if v.location[0][0] == "query"
        ]  # fmt: skip
        assert no_query.message.startswith("expected a mapping or pairs, found an int; ")


class TestCodes:
    """Of a code that is not in the table of its field, the finding says where it is."""

    @pytest.mark.parametrize("show_values", [True, False])
    @pytest.mark.parametrize(
        ("code", "en", "zh"),
        [
            (1000, 'which is only in the table "Public errors"', "仅见于“公共错误”表"),
            (5, "which is in no table", "不在任何表中"),
        ],
    )
    def test_in_a_callback(self, code: int, en: str, zh: str, show_values: bool) -> None:
        body = sent("failed") | {"Details": {"errnum": code, "errmsg": ""}}
        report = check_callback(body, show_values=show_values)
        (found,) = [d for d in report.deviations if d.erratum == "code-in-no-table"]
        assert found.message.startswith('expected a code of the table "Callback errors", found ')
        assert en in found.message
        assert zh in found.text("zh")
        assert (str(code) in found.message) is show_values

    def test_in_a_response(self) -> None:
        report = check_response("CreateWaveTask", {"ErrNum": 2032, "ErrMsg": "", "TaskID": "t"})
        (found,) = report.deviations
        assert 'of the table "Public errors", found the integer 2032' in found.message
        assert 'only in the table "Callback errors"' in found.message


class TestWhatNoParserHolds:
    """A text with such a part is JSON: the rest of it is read, and the part has its place."""

    def test_in_a_body(self) -> None:
        text = json.dumps(sent("failed"))
        number = only(text.replace('"errnum": 2032', '"errnum": ' + "9" * 400))
        assert advises(number, "number_out_of_range")
        assert (number.pointer, number.keyword, number.line) == ("/Details/errnum", "json", 1)
        assert f"line 1, column {number.column} is beyond" in number.message
        cut = only(text.replace('"errmsg": "', '"errmsg": "\\ud83c'))
        assert advises(cut, "surrogate_escape")
        assert (cut.pointer, cut.keyword) == ("/Details/errmsg", "json")
        assert f"line 1, column {cut.column} is not Unicode text" in cut.message

    def test_in_an_embedded_document(self) -> None:
        body = sent("avinfo")
        output = body["Details"]["items"][0]
        output["metainfo"] = output["metainfo"].replace('"width":500', '"width":1e400')
        width = only(json.dumps(body))
        assert advises(width, "number_out_of_range")
        assert width.pointer == "/Details/items/0/metainfo#/streams/1/width"

    def test_decoding_raises(self) -> None:
        with pytest.raises(ValidationError, match="beyond the range of a double"):
            decode_callback('{"a": 1e400}')
        with pytest.raises(ValidationError, match="lone surrogate"):
            decode_callback(r'{"a": "\ud800"}')


class TestEncodedTwice:
    def test_a_body(self) -> None:
        violation = only(json.dumps(json.dumps(sent("avinfo"))))
        assert advises(violation, "body_twice")
        assert violation.keyword == "discriminator"
        assert only('"text"').reason == only('"{"').reason == "no_object"

    def test_an_embedded_document(self) -> None:
        body = sent("avinfo")
        output = body["Details"]["items"][0]
        output["metainfo"] = json.dumps(output["metainfo"])
        violation = only(body)
        assert advises(violation, "content_twice")
        assert (violation.keyword, violation.rule) == ("type", "metainfo#/type")
        assert violation.pointer == "/Details/items/0/metainfo#"
        output["metainfo"] = '"[1"'
        assert only(body).reason == "content_kind"

    @pytest.mark.parametrize("value", [{"progress": 5}, [], "{}", "text"])
    def test_details(self, value: Any) -> None:
        body = {**sent("avtrans-progress"), "Details": json.dumps(value)}
        violation = only(body)
        assert (violation.pointer, violation.keyword) == ("/Details", "type")
        if type(value) is str:
            assert violation.reason is None
        else:
            assert advises(violation, "holds_json")
            assert "expected an object" in violation.message

    def test_a_body_of_a_request(self) -> None:
        (violation,) = check_request("CreateWaveTask", body=b'"{}"').violations
        assert advises(violation, "holds_json")


class TestBytes:
    def test_a_byte_order_mark(self) -> None:
        assert advises(only(b"\xef\xbb\xbf{}"), "byte_order_mark")
        assert advises(only("\ufeff{}"), "byte_order_mark")

    def test_another_encoding(self) -> None:
        body = json.dumps({"TaskID": "转码"}, ensure_ascii=False)
        assert advises(only(body.encode("gbk")), "utf8")


class TestNearly:
    @pytest.mark.parametrize("name", CALLBACKS)
    def test_a_callback_in_a_wrapper(self, name: str) -> None:
        dialect = CALLBACKS[name]["schema"].rpartition(".")[0]
        for body in ({"data": sent(name)}, {"code": 0, "a": {}, "data": sent(name), "b": {}}):
            violation = only(body)
            assert advises(violation, "wrapped")
            assert (violation.actual, violation.expected) == (dialect, ("data",))
            assert '"data"' in violation.text("zh")
        assert dialect in only({"data": sent(name)}, show_values=False).message

    @pytest.mark.parametrize("name", CALLBACKS)
    def test_in_a_string_of_an_envelope(self, name: str) -> None:
        """As message services deliver it: the callback is the text of a member."""
        text = json.dumps(sent(name), ensure_ascii=False)
        envelope = {"Type": "Notification", "MessageId": "m", "Message": text, "Signature": "s"}
        violation = only(json.dumps(envelope))
        assert advises(violation, "wrapped")
        assert violation.expected == ("Message",)
        assert '"Message"' in violation.message
        assert check_callback(envelope["Message"]).valid
        assert only(envelope | {"Message": text[:-1]}).reason == "unrecognised"

    @pytest.mark.parametrize("name", CALLBACKS)
    @pytest.mark.parametrize("respell", [str.upper, str.swapcase])
    def test_names_in_a_casing_of_their_own(self, name: str, respell: Any) -> None:
        body = {respell(key): value for key, value in sent(name).items()}
        violation = only(body)
        assert advises(violation, "other_casing")
        known = EXAMPLES[name]["body"].keys() & {
            n for names in specification()["classifier"]["names"].values() for n in names.values()
        }
        assert set(violation.expected) == {respell(key) for key in known}
        flow = CALLBACKS[name]["schema"].rpartition(".")[0].endswith("flow")
        assert violation.actual == ("flow" if flow else "task")

    def test_nothing_else_is_taken_for_one(self) -> None:
        inside: Any
        for inside in ({}, {"status": 3}, [sent("avinfo")], "x", None):
            assert only({"data": inside}).reason == "unrecognised"
        flow = sent("flow-one-subtask")
        assert only({"Details": flow["Details"]}).reason == "unrecognised"
        odd: Any = {5: {"a": 1}}
        assert encode_callback(odd) == odd
        many: Any = {f"x{n}": {} for n in range(100)}
        assert only(many | {"data": sent("avinfo")}).reason == "unrecognised"
        assert only({"data": sent("avinfo")} | many).reason == "wrapped"
        nested = {"a": {"b": sent("avinfo")}}
        assert only(nested).reason == "unrecognised"
        mixed = {"TaskID": "t", "Type": "avinfo", "status": 3}
        assert only(mixed).reason == "mixed_casing"


@pytest.mark.parametrize("before", ["", " \r\n"])
def test_a_text_in_an_envelope_may_begin_with_blanks(before: str) -> None:
    body = before + '{"TaskID":"t","Status":3,"Type":"x","Details":{}}'
    (violation,) = check_callback(json.dumps({"Message": body})).violations
    assert 'wrapped in "Message"' in violation.message


def test_a_language_that_does_not_exist() -> None:
    report = check_callback(b"{}")
    lang: Any = "fr"
    for call in (report.summary, report.as_dict, report.violations[0].text):
        with pytest.raises(UnknownNameError, match="unknown language 'fr'; known: en, zh"):
            call(lang)
