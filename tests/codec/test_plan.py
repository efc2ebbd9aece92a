"""Plans go through JSON and come back the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.codec.plan import plan_json, term_json, term_of
from stratc.codec.positions import Fault, Node, parse
from stratc.codec.validate import violations
from stratc.codec.values import devices_json, devices_of
from stratc.ir.plan import Plan
from stratc.pipeline import read, understand
from stratc.text.source import Source

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/*.*"))
TEXTS = [path for path in EXAMPLES if path.suffix in (".md", ".strat")]

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


def plan_of_text(path: Path) -> Plan:
    """What is believed of an example."""
    return understand(read(Source(f"plan{path.suffix}", path.read_text(encoding="utf-8"))))


def through_json(plan: Plan) -> Plan:
    """The plan written as JSON and read again."""
    text = json.dumps(plan_json(plan), ensure_ascii=False, allow_nan=False)
    reading = read(Source("plan.json", text))
    assert not reading.diagnostics
    return understand(reading)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_facts_and_claims_round_trip(path: Path) -> None:
    plan = plan_of_text(path)
    again = through_json(plan)
    assert dict(again.facts()) == dict(plan.facts())
    assert [each.value for each in again.strategy.stages] == [each.value for each in plan.strategy.stages]
    assert [each.value for each in again.strategy.expert_spans] == [e.value for e in plan.strategy.expert_spans]
    told = [(c.metric, c.quantity, c.relation, c.working, c.per) for c in plan.claims if c.scope.role.value == "plan"]
    assert [(c.metric, c.quantity, c.relation, c.working, c.per) for c in again.claims] == told


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_written_satisfies_the_schema(path: Path) -> None:
    assert violations(plan_json(plan_of_text(path))) == ()


@given(DOCUMENTS, st.sampled_from([None, 1, "\t"]))
def test_positions_agree_with_the_standard_parser(document: object, indent: int | str | None) -> None:
    text = json.dumps(document, indent=indent)
    node = parse(text)
    assert isinstance(node, Node)
    assert node.plain == document
    for each in _all(node):
        assert json.loads(text[each.start : each.end]) == each.plain


def _all(node: Node) -> list[Node]:
    inside = list(node.value.values()) if isinstance(node.value, dict) else node.value
    return [node, *(each for child in inside for each in _all(child))] if isinstance(inside, list) else [node]


@given(st.text(alphabet='{}[]":,0123456789.eE+-truefalsn\\ \n\x00é', max_size=40))
def test_any_text_is_a_document_or_a_fault(text: str) -> None:
    try:
        json.loads(text, parse_constant=_refuse)
        sound = True
    except ValueError:
        sound = False
    found = parse(text)
    assert isinstance(found, Node) == sound
    if isinstance(found, Fault):
        assert 0 <= found.start <= found.end <= len(text)
    read(Source("plan.json", text))


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def test_deep_brackets_are_a_fault_not_a_crash() -> None:
    assert isinstance(parse("[" * 100_000), Fault)


def test_half_of_a_pair_of_surrogates_is_a_fault() -> None:
    assert isinstance(parse('{"model": {"name": "\\ud83d\\ude00"}}'), Node)
    assert isinstance(parse('{"model": {"name": "\\ud800"}}'), Fault)


@given(st.lists(st.integers(0, 12), unique=True, min_size=1, max_size=6))
def test_devices_round_trip(devices: list[int]) -> None:
    told = devices_json(tuple(devices))
    assert told is not None
    assert devices_of(told) == tuple(devices)


def test_workings_keep_their_shape() -> None:
    told = {
        "op": "÷",
        "terms": [
            {"op": "+", "terms": [{"value": 2.0}, {"name": "heads", "value": 16.0}]},
            {"value": 4.0, "unit": "GB"},
        ],
    }
    assert term_json(term_of(told)) == told


def test_a_document_of_other_things_is_one_fault() -> None:
    told = read(Source("data.json", '{"identity": {"file": "a"}, "alpaca": {"file": "b"}, "columns": 3}')).diagnostics
    assert [each.rule.code for each in told] == ["IN105"]
    assert "no configuration that is known" in told[0].message


def test_a_slip_in_a_plan_is_named() -> None:
    told = read(Source("plan.json", '{"modle": {"layers": 3}, "columns": 3}')).diagnostics
    assert [each.rule.code for each in told] == ["IN103", "IN103"]
    assert "`model`" in told[0].help
