"""The other options of strategies are checked, and strategies are shown as their calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from hypothesis.strategies import SearchStrategy
from hypothesis.vendor.pretty import pretty

from kvs_schema import (
    Callback,
    TaskStatus,
    UnknownNameError,
    Variant,
    check_callback,
    error_codes,
    variants,
)
from kvs_schema.catalogue.error_codes import TableName
from kvs_schema.catalogue.store import specification
from kvs_schema.strategies import (
    DialectName,
    HostileKind,
    Negative,
    ReceiverMachine,
    RuleGroup,
    TypeName,
    VariantName,
    callbacks,
    create_wave_task_requests,
    deliveries,
    embedded,
    from_schema,
    hostile_bodies,
    invalid_callbacks,
    invalid_create_wave_task_requests,
    negative_rules,
    sample,
)
from kvs_schema.strategies.callbacks import _warned
from kvs_schema.strategies.mutate.edits import Edit

from .drawing import LEVELS, drawn


@LEVELS
def test_several_faults_are_all_labelled(strict: bool) -> None:
    negatives = drawn(invalid_callbacks(faults=3, strict=strict), 40)
    assert sum(len(negative.violations) == 3 for negative in negatives) > 10
    for negative in negatives:
        found = check_callback(negative.body, strict=strict).violations
        assert set(negative.violations) <= set(found)
        assert len(negative.edits) == len(negative.violations)
        assert check_callback(negative.source, strict=strict).valid
    with pytest.raises(ValueError, match="faults is at least 1"):
        invalid_callbacks(faults=0)
    with pytest.raises(ValueError, match="faults is at most 5, not 6"):
        invalid_callbacks(faults=6)


def test_an_edit_of_an_array_that_became_an_object_is_left_out() -> None:
    edit = Edit(("OutInfo", 0), {}, ((),))
    with pytest.raises(LookupError):
        edit.applied({"OutInfo": {"dstpath": "a"}})
    assert edit.applied({"OutInfo": [5]}) == {"OutInfo": [{}]}


def test_as_many_faults_as_may_be_pass_the_health_checks() -> None:
    @settings(max_examples=20, database=None, deadline=None)
    @given(invalid_callbacks(faults=5))
    def drawn_in_time(negative: Negative) -> None:
        assert negative.violations

    drawn_in_time()


def test_the_names_that_a_type_checker_knows_are_those_of_the_sources() -> None:
    assert list(get_args(VariantName)) == [variant.name for variant in variants()]
    assert set(get_args(DialectName)) == {variant.dialect for variant in variants()}
    assert list(get_args(TableName)) == list(error_codes.tables)
    assert set(get_args(TypeName)) == specification()["classifier"]["types"].keys()
    rules = [*negative_rules(), *negative_rules(strict=True)]
    known = {rule.keyword for rule in rules} | {rule.edit for rule in rules if rule.edit}
    assert known <= set(get_args(RuleGroup))


@pytest.mark.parametrize("kind", get_args(HostileKind))
def test_hostile_bodies_of_a_kind(kind: HostileKind) -> None:
    assert not any(check_callback(body).valid for body in drawn(hostile_bodies(kind), 10))
    with pytest.raises(UnknownNameError, match="did you mean 'cut off'"):
        hostile_bodies("cutoff")  # type: ignore[arg-type]


def test_flags_are_true_or_false() -> None:
    wrong: Any = "yes"
    for made in (
        lambda: callbacks(strict=wrong),
        lambda: callbacks(deviations=wrong),
        lambda: deliveries(strict=wrong),
        lambda: invalid_callbacks(strict=wrong),
        lambda: embedded("metainfo", strict=wrong),
        lambda: from_schema("metainfo", strict=wrong),
        lambda: create_wave_task_requests(deviations=wrong),
        lambda: negative_rules(strict=wrong),
    ):
        with pytest.raises(TypeError, match="is True or False, not 'yes'"):
            made()


def test_a_misspelt_type_is_warned_of_once(recwarn: pytest.WarningsRecorder) -> None:
    for _ in range(2):
        callbacks(types=["avtranz", "avm3u8"])
    (found,) = [str(warning.message) for warning in recwarn]
    assert found == "types: 'avtranz' is not a known task type; did you mean 'avtrans'?"


def test_from_schema_takes_a_wire() -> None:
    assert {type(body) for body in drawn(from_schema("callback", wire="bytes"), 5)} == {bytes}
    assert {type(body) for body in drawn(from_schema("metainfo", wire="text"), 5)} == {str}


def test_a_strategy_is_shown_as_its_call() -> None:
    assert repr(callbacks("task.failed", wire="bytes")) == "callbacks('task.failed', wire='bytes')"
    assert repr(callbacks()) == "callbacks()"
    assert repr(invalid_callbacks(rules="json")) == "invalid_callbacks(rules='json')"
    assert repr(deliveries(tasks=2)) == "deliveries(tasks=2)"
    assert repr(embedded("metainfo", strict=True)) == "embedded('metainfo', strict=True)"
    assert repr(hostile_bodies(["deep"])) == "hostile_bodies(['deep'])"


def test_a_negative_is_shown_in_a_few_lines() -> None:
    for negative in drawn(invalid_callbacks(), 20):
        assert isinstance(negative, Negative)
        shown = repr(negative)
        assert len(shown) < 1500
        assert len(shown.splitlines()) == 5
        assert negative.violation.text() in shown or repr(negative.violation.text()) in shown


def test_only_public_names_are_listed() -> None:
    from kvs_schema import strategies

    assert dir(strategies) == sorted(strategies.__all__)


@pytest.mark.parametrize("incoherent", [False, True])
def test_only_incoherent_flows_contradict_their_sub_tasks(incoherent: bool) -> None:
    flows = callbacks(dialects=["flow", "legacy-flow"], incoherent=incoherent)
    found = [check_callback(body).callback for body in drawn(flows, 300)]
    agree = [flow is not None and agrees(flow) for flow in found]
    assert all(agree) is not incoherent


def agrees(flow: Callback) -> bool:
    statuses = [task.status for task in flow.tasks]
    orders = [task.order or 0 for task in flow.tasks]
    state = TaskStatus.SUCCEEDED
    if TaskStatus.PROCESSING in statuses:
        state = TaskStatus.PROCESSING
    if TaskStatus.FAILED in statuses:
        state = TaskStatus.FAILED
    if state is TaskStatus.SUCCEEDED and flow.status is TaskStatus.PROCESSING:
        state = flow.status  # what has not ended is not listed
    return len(set(orders)) == len(orders) and (not statuses or state == flow.status)


@pytest.mark.parametrize("deviations", [False, True])
@pytest.mark.parametrize("variant", variants(), ids=lambda variant: variant.name)
def test_every_variant_can_be_drawn_alone(variant: Variant, deviations: bool) -> None:
    assert len(drawn(callbacks(variant, deviations=deviations), 5)) == 5


def once(*values: Any) -> Any:
    """Return an iterator, which can be read once."""
    return iter(values)


@pytest.mark.parametrize("make", [callbacks, deliveries, invalid_callbacks])
def test_options_may_be_iterators(make: Callable[..., SearchStrategy[Any]]) -> None:
    made = make(
        variants=once("task.failed", "task.finished"),
        types=once("avtrans"),
        dialects=once("task"),
        errnums=once(1, 2),
    )
    for shown in ("['task.failed', 'task.finished']", "types=['avtrans']", "dialects=['task']"):
        assert shown in repr(made)
    assert len(drawn(made, 5)) == 5


def test_rules_kinds_and_samples_may_be_iterators() -> None:
    for make in (invalid_callbacks, invalid_create_wave_task_requests):
        made: SearchStrategy[Negative] = make(rules=once("required", "type"))
        assert "rules=['required', 'type']" in repr(made)
        assert {one.violation.keyword for one in drawn(made, 20)} == {"required", "type"}
    assert drawn(hostile_bodies(once("deep", "long")), 3)
    assert negative_rules(once("task.failed"), types=once("avtrans"), dialects=once("task"))
    for invalid in (False, True):
        options: dict[str, Any] = {"type_": once("avtrans"), "errnums": once(1)}
        assert len([*sample(once("task.failed"), count=3, seed=1, invalid=invalid, **options)]) == 3


def test_the_options_of_a_machine_may_be_iterators() -> None:
    class Receiving(ReceiverMachine):
        variants = once("task.failed")
        types = once("avtrans")

        def deliver(self, body: Any) -> None:
            assert (body["Status"], body["Type"]) == (4, "avtrans")

    run_state_machine_as_test(Receiving, settings=settings(max_examples=3, database=None))


def a_machine(types: list[str]) -> None:
    kinds = types

    class Receiving(ReceiverMachine):
        types = kinds

        def __init__(self) -> None:
            super().__init__()

        def deliver(self, body: Any) -> None:
            pass

    Receiving()


@pytest.mark.parametrize("make", [callbacks, deliveries, invalid_callbacks, a_machine])
def test_the_warning_of_a_misspelt_type_names_the_file_of_the_caller(
    make: Callable[..., Any],
    recwarn: pytest.WarningsRecorder,
) -> None:
    _warned.clear()
    make(types=["avtranz"])
    (found,) = recwarn
    assert found.filename == __file__
    assert "did you mean 'avtrans'?" in str(found.message)


def test_a_misspelt_type_beside_a_strategy_for_the_status_is_warned_of_at_the_call(
    recwarn: pytest.WarningsRecorder,
) -> None:
    _warned.clear()
    callbacks(types=["avtranz"], values={"task#Status": st.sampled_from([3, 4])})
    assert [found.filename for found in recwarn] == [__file__]


def test_hypothesis_shows_a_near_miss_as_repr_does() -> None:
    """Hypothesis shows all fields of a dataclass otherwise, also those that `repr` leaves out."""
    (negative,) = drawn(invalid_callbacks("task.failed", wire="bytes"), 1)
    assert pretty(negative) == repr(negative)
    shown = pretty([negative, negative.violation])
    assert repr(negative.violation) in shown
    assert "Positions" not in shown
    assert "\n     edit=" in shown
