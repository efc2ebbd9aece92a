"""Operators and collectives at the edges: nothing to compute, nobody to send to, a group that leaves its node."""

from __future__ import annotations

import pytest

from stratc.cost.operators import (
    Links,
    Pair,
    border_seconds,
    exchange_seconds,
    gather_seconds,
    members,
    product_seconds,
    wave_share,
)

LINKS = Links(inside=300e9, beyond=25e9, point=20e9, node=8, near=1e-5, far=3e-5, hop=1e-6)


def test_pairs_add_and_scale_each_way() -> None:
    assert Pair(1.0, 2.0) + Pair(0.5, 0.25) * 2 == Pair(2.0, 2.5)


def test_a_product_of_nothing_takes_no_time() -> None:
    assert product_seconds(0, 4096, 4096, rate=1e12, bandwidth=1e12) == Pair()


@pytest.mark.parametrize("seconds", [gather_seconds, exchange_seconds])
def test_a_group_of_one_waits_for_nobody(seconds: object) -> None:
    assert callable(seconds)
    assert seconds(LINKS, 1e9, 1, 1) == 0.0


def test_a_ring_inside_a_node_runs_over_its_links_and_beyond_over_all_adapters() -> None:
    inside, beyond = gather_seconds(LINKS, 1e9, 8, 1), gather_seconds(LINKS, 1e9, 16, 1)
    assert inside == pytest.approx(7 / 8 * 1e9 / 300e9 + 1e-5)
    assert beyond == pytest.approx(15 / 16 * 1e9 / (8 * 25e9) + 3e-5 + 2e-6)


def test_neighbours_far_apart_share_no_node() -> None:
    assert [members(LINKS, 64, stride) for stride in (1, 2, 8, 16)] == [8, 4, 1, 1]
    assert gather_seconds(LINKS, 1e9, 64, 8) > gather_seconds(LINKS, 1e9, 64, 1)


def test_an_exchange_sends_most_beyond_the_node_once_it_leaves_it() -> None:
    assert exchange_seconds(LINKS, 1e9, 8, 1) == pytest.approx(7 / 8 * 1e9 / 300e9 + 1e-5)
    assert exchange_seconds(LINKS, 1e9, 64, 8) == pytest.approx(63 / 64 * 1e9 / 25e9 + 3e-5)


def test_a_border_is_inside_a_node_while_half_of_the_neighbours_are() -> None:
    assert border_seconds(LINKS, 1e9, 4) == pytest.approx(1e9 / 300e9 + 1e-5)
    assert border_seconds(LINKS, 1e9, 8) == pytest.approx(1e9 / 20e9 + 3e-5)


@pytest.mark.parametrize("rows", [64, 500, 8192])
def test_no_product_beats_its_best_rate(rows: int) -> None:
    assert 0 < wave_share(rows, 5376, 108) <= 1
