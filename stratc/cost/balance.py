"""How evenly work falls on the devices."""

from __future__ import annotations


def busy_experts(K: float, E: float, tokens: float) -> float:
    """Expected share of the experts that get a token of a batch: 1 - (1 - K / E)^tokens.

    >>> round(busy_experts(K=2, E=16, tokens=1), 3), round(busy_experts(K=2, E=16, tokens=128), 3)
    (0.125, 1.0)

    Holds for tokens that choose independently and evenly, which balancing losses aim at; a bound from above otherwise.
    Source: elementary; for the aim, shazeer-2017, section 4.
    """
    return 1.0 - (1.0 - K / E) ** tokens if E > K else 1.0
