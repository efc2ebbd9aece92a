"""Schedules event by event, and the closed forms checked against them by exhaustion."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from stratc.arith.term import plain
from stratc.cost import schedule
from stratc.cost.simulation import (
    BACKWARD,
    FORWARD,
    SCHEDULES,
    WEIGHT,
    Costs,
    Pass,
    Timeline,
    equal_costs,
    run,
    simulate,
)

SMALL = range(1, 6)


def timeline_of(name: str, p: int, m: int, chunks: int = 1) -> Timeline:
    return simulate(name, equal_costs(p * chunks), m, p)


def possible(name: str, p: int, m: int) -> bool:
    return name != "interleaved" or m % p == 0


@pytest.mark.parametrize(("name", "p", "m"), list(product(("gpipe", "1f1b"), SMALL, range(1, 9))))
def test_the_bubble_of_equal_stages_is_the_closed_form(name: str, p: int, m: int) -> None:
    found = timeline_of(name, p, m)
    assert found.bubble == pytest.approx(plain(schedule.bubble_share(p, m)))
    assert found.seconds == pytest.approx(3 * plain(schedule.slots(p, m)))
    for stage in range(p):
        kept = schedule.in_flight_gpipe(m) if name == "gpipe" else schedule.in_flight(p, m, stage)
        assert found.in_flight(stage) == kept


@pytest.mark.parametrize(("p", "rounds", "i"), list(product(SMALL, range(1, 4), range(1, 4))))
def test_interleaving_divides_the_bubble(p: int, rounds: int, i: int) -> None:
    m = p * rounds
    found = timeline_of("interleaved", p, m, chunks=i)
    assert found.bubble == pytest.approx(plain(schedule.interleaved_bubble_share(p, m, i)))
    for rank in range(p):
        assert found.in_flight(rank) / i == pytest.approx(plain(schedule.in_flight_interleaved(p, m, rank, i)))


@pytest.mark.parametrize(("p", "more"), list(product(SMALL, range(5))))
def test_zb_h1_leaves_a_third_of_the_bubble(p: int, more: int) -> None:
    found = timeline_of("zb-h1", p, p + more)
    assert found.bubble == pytest.approx(plain(schedule.zero_bubble_share(p, p + more)))
    assert {found.in_flight(stage) for stage in range(p)} == {schedule.in_flight_zero_bubble(p, p + more)}


@pytest.mark.parametrize(("p", "m"), [(p, rounds * p) for p in SMALL for rounds in (2, 3, 4)])
def test_zb_v_has_no_more_bubble_than_its_start_and_the_memory_of_1f1b(p: int, m: int) -> None:
    found = simulate("zb-v", equal_costs(2 * p), m, p)
    assert found.bubble <= plain(schedule.zb_v_bubble_share(p, m)) + 1e-9
    halves = 2 * plain(schedule.in_flight_zero_bubble(p, m))
    assert {found.in_flight(device) for device in range(p)} == {halves}


@pytest.mark.parametrize(("p", "rounds"), list(product((2, 4, 6, 8), (2, 3, 4))))
def test_dualpipe_is_fed_from_both_ends(p: int, rounds: int) -> None:
    found = simulate("dualpipe", equal_costs(p), p * rounds, p)
    assert found.bubble == pytest.approx(plain(schedule.dualpipe_bubble_share(p, p * rounds)))
    assert found.seconds - 3 * p * rounds == pytest.approx((p / 2 - 1) * (3 + 2 - 3 * 1))  # deepseek-v3, table 2
    assert {found.in_flight(rank) for rank in range(p)} == {schedule.in_flight_dualpipe(p, p * rounds)}


@pytest.mark.parametrize("p", SMALL[:4])
def test_uneven_stages_take_the_closed_form(p: int) -> None:
    for forward in product((1.0, 2.0, 3.0), repeat=p):
        for backward, m in product(
            (tuple(2 * f for f in forward), tuple(3 * f for f in forward), forward[::-1]), (1, 2, 5)
        ):
            half = tuple(b / 2 for b in backward)
            found = simulate("1f1b", Costs(forward, half, half), m, p).seconds
            closed = schedule.uneven_seconds(forward, backward, m)
            assert closed - 1e-9 <= found <= closed * 1.25
            if sum(backward) >= 2 * sum(forward):
                assert found == pytest.approx(closed)


@pytest.mark.parametrize(("p", "i"), [(2, 2), (2, 3), (3, 2), (4, 2)])
def test_uneven_devices_bound_an_interleaved_step(p: int, i: int) -> None:
    for forward, rounds in product(product((1.0, 2.0, 3.0), repeat=p), (1, 2, 4)):
        costs = Costs(forward * i, forward * i, forward * i)
        found = simulate("interleaved", costs, rounds * p, p).seconds
        bound = schedule.uneven_interleaved_seconds([3 * i * f for f in forward], rounds * p, i)
        assert bound * 6 / 7 <= found <= bound + 1e-9
        if forward[-1] == max(forward):
            assert found == pytest.approx(bound)


@pytest.mark.parametrize(("name", "p", "m"), [(n, p, m) for n in SCHEDULES for p in (2, 4) for m in (8, 16)])
def test_every_pass_runs_once_after_what_it_needs(name: str, p: int, m: int) -> None:
    stages = 2 * p if name in ("interleaved", "zb-v") else p
    found = simulate(name, equal_costs(stages, transfer=0.5), m, p)
    every = [span for row in found.spans for span in row]
    ends = {span.task: span.end for span in every}
    assert len(ends) == len(every)
    assert sum(span.task.kind == FORWARD for span in every) == m * stages
    assert sum(span.task.kind in (BACKWARD, WEIGHT) for span in every) == m * stages
    for row in found.spans:
        assert all(one.end <= other.start for one, other in pairwise(row))
    for span in every:
        before = [end for task, end in ends.items() if task.kind == FORWARD and _feeds(task, span.task)]
        assert all(end + 0.5 <= span.start for end in before)


def _feeds(one: object, other: object) -> bool:
    from dataclasses import replace

    assert isinstance(one, Pass)
    assert isinstance(other, Pass)
    return other.kind == FORWARD and other == replace(one, stage=one.stage + 1)


def test_an_order_that_waits_for_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="waits for itself"):
        run([[(Pass(BACKWARD, 0, 0),), (Pass(FORWARD, 0, 0),)]], equal_costs(1))


def test_the_passes_of_a_turn_are_done_together() -> None:
    first = [(Pass(FORWARD, 0, 0),), (Pass(FORWARD, 0, 1), Pass(FORWARD, 0, 2))]
    found = run([first, [(Pass(FORWARD, 1, batch),) for batch in range(3)]], equal_costs(2))
    assert [(span.start, span.end) for span in found.spans[0]] == [(0, 1), (1, 2), (2, 3)]
    assert [span.start for span in found.spans[1]] == [1, 3, 4]


def test_transfers_lengthen_a_step() -> None:
    costs = equal_costs(4, transfer=0.25)
    assert simulate("1f1b", costs, 8, 4).seconds > simulate("1f1b", equal_costs(4), 8, 4).seconds


@pytest.mark.parametrize(
    ("name", "p", "m"), [("interleaved", 4, 6), ("dualpipe", 3, 8), ("dualpipe", 4, 6), ("1f1b", 4, 0), ("none", 2, 2)]
)
def test_schedules_that_do_not_exist_are_refused(name: str, p: int, m: int) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        simulate(name, equal_costs(p), m, p)
