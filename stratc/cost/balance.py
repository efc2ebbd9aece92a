"""How evenly work falls on the devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stratc.arith.term import Number


def busy_experts(K: float, E: float, tokens: float) -> float:
    """Expected share of the experts that get a token of a batch: 1 - (1 - K / E)^tokens.

    >>> round(busy_experts(K=2, E=16, tokens=1), 3), round(busy_experts(K=2, E=16, tokens=128), 3)
    (0.125, 1.0)

    Holds for tokens that choose independently and evenly, which balancing losses aim at; a bound from above otherwise.
    Source: elementary; for the aim, shazeer-2017, section 4.
    """
    return 1.0 - (1.0 - K / E) ** tokens if E > K else 1.0


def touched_parameters(N: float, active: float, K: float, E: float, tokens: float) -> float:
    """Parameters that a batch reads: those that every token uses, and those of the experts that any of them chose.

    dense + experts busy_experts(tokens); experts = (N - active) / (1 - K / E), dense = N - experts

    >>> touched_parameters(N=141e9, active=39e9, K=2, E=8, tokens=1) / 1e9
    39.0

    Holds as busy_experts does, for experts of one size that hold all that a single token does not use.
    Source: elementary; for the aim of an even choice, shazeer-2017, section 4.
    """
    experts = (N - active) / (1.0 - K / E) if E > K else 0.0
    return N - experts * (1.0 - busy_experts(K, E, tokens))


def last_block_work(n: Number) -> Number:
    """Attention work of the last of n contiguous blocks of a causal sequence over the mean of all: 2 - 1 / n.

    >>> last_block_work(n=4)
    1.75

    Holds for long sequences, where block k of n has 2 k - 1 of the n^2 equal parts of the triangle.
    Source: elementary; for the imbalance of contiguous blocks, brandon-2023, abstract.
    """
    return 2 - 1 / n
