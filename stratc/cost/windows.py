"""How many tokens layers look at and keep, where some look back on a window only."""

from __future__ import annotations

from stratc.arith.functions import minimum
from stratc.arith.term import Number
from stratc.cost.shape import Sliding


def kept_positions(sliding: Sliding | None, s: Number) -> Number:
    """Tokens of a sequence of s whose keys and values a layer keeps, in the mean over layers.

    (s + (n - 1) min(s, w)) ÷ n where every n-th layer looks at all tokens, min(s, w) where none does, else s

    Holds for engines that let go of what no layer looks at any more.

    >>> kept_positions(Sliding(1024, every=6), 31744)
    6144.0

    Source: jiang-2023, section 2 (rolling buffer cache); gemma-3, section 2.
    """
    return _mean(sliding, s, minimum(s, sliding.window)) if sliding else s


def computed_positions(sliding: Sliding | None, s: Number) -> Number:
    """Positions that a token's attention computes, in the mean over a sequence of s tokens and over layers.

    (s + 1) ÷ 2 under a causal mask; w - w (w - 1) ÷ (2 s) where no more than w ≤ s are looked at

    Holds for kernels that skip what the mask hides.

    >>> computed_positions(None, 16), computed_positions(Sliding(4), 16)
    (8.5, 3.625)

    Source: dao-2023, section 3.1.1; jiang-2023, section 2.
    """
    if not sliding:
        return (s + 1) / 2
    w = minimum(s, sliding.window)
    return _mean(sliding, (s + 1) / 2, w - w * (w - 1) / (2 * s))


def _mean(sliding: Sliding, full: Number, windowed: Number) -> Number:
    """The mean over layers of which every n-th looks at all tokens, none where n is zero."""
    return (full + (sliding.every - 1) * windowed) / sliding.every if sliding.every else windowed
